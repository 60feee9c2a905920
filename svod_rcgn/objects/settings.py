"""The defaults of the objects wing, in frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

MODELS_DIR = Path("models")
COCO = "coco"
FETCH: Mapping[str, str] = MappingProxyType({COCO: "run `python download_models.py --objects`"})
"""How the networks come that are known by name."""


@dataclass(frozen=True, slots=True)
class ObjectSettings:
    """Which objects of a picture are told.

    `score` is the least that one must have, 0..1; None leaves that to each class's own limit. Boxes of one
    class that overlap by more than `overlap` (IoU) are one object; None leaves it to the network. At most
    `most` are told, the surest, and of the classes in `labels` alone where there are any. With `tiles`, a
    picture that is larger than the network takes is looked at in parts, too.
    """

    score: float | None = None
    overlap: float | None = None
    most: int = 100
    labels: tuple[str, ...] = ()
    tiles: bool = False


@dataclass(frozen=True, slots=True)
class TileSettings:
    """How a large picture is looked at in parts.

    Tiles of the network's own size share `shared` of their sides with the next. A box that is cut by the
    edge of its tile is dropped where at least `inside` of it lies in another of its class, and joined with
    the rest of the object in the next tile where the two share `joined` of the smaller one's length at the
    seam.
    """

    shared: float = 0.25
    inside: float = 0.6
    joined: float = 0.6

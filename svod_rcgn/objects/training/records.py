"""What is kept of a training beside its network: detector.json, from which reports and comparisons are made.

Every picture was left out once, with its whole shooting, and looked at by a head that had not learned from
any of them; `left_out` holds what was found.
"""

from dataclasses import dataclass

from ..evaluation.average_precision import AveragePrecision

FILE = "detector.json"
FORMAT_VERSION = 1
MOST_FOUND = 100  # boxes of a picture that are kept, the surest


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A box: the place of its class among the record's labels, its score, and its sides in pixels."""

    index: int
    score: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class LeftOutPicture:
    """What was found in a picture that was left out, and what is there (score 1).

    `picture` is its hash, `name` its file's; `group` numbers what was taken together.
    """

    picture: str
    name: str
    group: int
    found: tuple[FoundBox, ...]
    there: tuple[FoundBox, ...]


@dataclass(frozen=True, slots=True)
class ClassScores:
    """A class: its boxes, in how many pictures; of those left out the average precision and the best limit.

    `f1` is the harmonic mean of precision and recall at the limit.
    """

    label: str
    boxes: int
    pictures: int
    precision: AveragePrecision | None
    limit: float
    f1: float


@dataclass(frozen=True, slots=True)
class DetectorEpoch:
    """One round through the pictures, so many seconds after the beginning.

    `loss` is the mean over its steps, and `precision` is of the pictures that were left out.
    """

    number: int
    seconds: float
    loss: float
    precision: AveragePrecision | None


@dataclass(frozen=True, slots=True)
class EightBits:
    """A network in 8 bits: on so many pictures the full one finds `found` objects, and it `alike` of them."""

    pictures: int
    found: int
    alike: int


@dataclass(frozen=True, slots=True)
class DetectorRecord:
    """All that is known of a training.

    `state` is the number of the dataset's last act then. `backbone` is the fingerprint of the network that it
    is learned on, `size` height and width of the input in pixels, `stride` that of its cells. `precision` is
    of pictures that were left out, and `interval` holds it at 95 % for overlaps of a half. `overlap` is that
    from which two boxes of a class are one object. `seconds` is how long it took, and `maps_seconds` how much
    of that went into maps which were not at hand. Of a training by `epochs`, which leaves out one turn of
    pictures, that of number `best` was kept. `taught` are the hashes of the pictures that the network
    learned from; None where nobody knows them.
    """

    format_version: int
    name: str
    version: str
    created: str
    dataset: str
    state: int
    backbone_name: str
    backbone: str
    counted_in: str
    size: tuple[int, int]
    stride: int
    overlap: float
    classes: tuple[ClassScores, ...]
    pictures: int
    shootings: int
    precision: AveragePrecision | None
    interval: tuple[float, float] | None
    left_out: tuple[LeftOutPicture, ...]
    notes: tuple[str, ...]
    seconds: float
    maps_seconds: float
    epochs: tuple[DetectorEpoch, ...] = ()
    best: int | None = None
    eight_bits: EightBits | None = None
    taught: tuple[str, ...] | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes in their order."""
        return tuple(each.label for each in self.classes)

"""What speaks for an answer, where, and how far that can be trusted."""

from dataclasses import dataclass
from enum import Enum

from ..records import FloatArray


class Method(str, Enum):
    """How evidence is found."""

    MAP = "map"
    OCCLUSION = "occlusion"
    RISE = "rise"
    SHAP = "shap"


class ControlKind(str, Enum):
    """What a map is compared with."""

    SHUFFLED_HEAD = "shuffled head"
    RANDOM_MAP = "random map"


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What was found.

    `heat` is (height, width), above 0 where a part of the picture speaks for the answer and below 0 where it
    speaks against it. `agreement` is the correlation of two runs that differ in chance alone, -1..1.
    `controls` are maps of heat's size that know nothing of the answer. The network was asked `looks` times.
    """

    heat: FloatArray
    agreement: float
    controls: tuple[FloatArray, ...]
    kind: ControlKind
    looks: int


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the evidence for an answer lies.

    `middle` is the share of it in the middle half of the picture's area, 0..1, and `edge` the rest; half of
    it lies in `area` of the picture, 0..1; most of it is at `place`.
    """

    middle: float
    edge: float
    area: float
    place: str


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """How likely the answer is on the average, 0..1, while a map's best parts are hidden, and while shown.

    Petsiuk et al., "RISE: Randomized Input Sampling for Explanation of Black-box Models", 2018.
    """

    deletion: float
    insertion: float

    @property
    def gain(self) -> float:
        """How much better the map's best parts are than its worst, -1..1."""
        return self.insertion - self.deletion


@dataclass(frozen=True, slots=True)
class Control:
    """How maps fare that know nothing of the answer: the mean of `draws`, of which `beaten` are worse."""

    kind: ControlKind
    deletion: float
    insertion: float
    draws: int
    beaten: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far evidence can be trusted; without trial where it was not tried.

    `flat` says that no part stands out, `unstable` that two runs disagree, `no_better` that maps which know
    nothing of the answer do as well.
    `whereabouts` is None where nothing speaks for the answer.
    """

    whereabouts: Whereabouts | None
    agreement: float
    flat: bool
    unstable: bool
    faithfulness: Faithfulness | None = None
    control: Control | None = None
    no_better: bool | None = None

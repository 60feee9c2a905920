"""What is told of a recogniser: frozen records."""

from dataclasses import dataclass, field

from ..classification.records import Answer
from ..classification.training.records import Epoch
from ..datasets.records import ClassCount
from ..reports.proportions import Proportion
from .nearest_pictures import NearPicture
from .settings import TeachSettings


@dataclass(frozen=True, slots=True)
class ClassMap:
    """What places of the picture speak for a class: `values`, 0..255, row by row."""

    label: str
    rows: int
    columns: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What is said of one picture.

    `learned` counts what was put in use, so it changes when another head answers; 0 says that nothing was
    learned yet. `told` are the classes that are there, none of them where it shows none of these; `answers`
    are the likeliest with their smoothed probabilities. `nearness` is the cosine, -1..1, to the nearest
    class. `general` is what the network that is learned on takes it for, of the classes that it came with.
    `nearest` are the pictures ever shown that are most like it.
    """

    learned: int
    known: bool
    told: tuple[str, ...]
    answers: tuple[Answer, ...]
    nearness: float | None
    general: tuple[Answer, ...]
    nearest: tuple[NearPicture, ...]
    class_map: ClassMap | None = None


@dataclass(frozen=True, slots=True)
class ChangedPicture:
    """A picture that is answered otherwise; `kind` is better, worse or other."""

    picture: str
    kind: str
    shows: tuple[str, ...]
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class WorseQuestion:
    """What was learned last is worse than the version in use, which answers until somebody decides."""

    sentences: tuple[str, ...]
    changes: tuple[ChangedPicture, ...]


@dataclass(frozen=True, slots=True)
class LearningState:
    """How the learning fares; `number` changes whenever anything does.

    `stage` says what it is at, with `done` of `total` pictures. `learned` counts what was put in use, and
    `state` is the act up to which that knows the dataset. `epochs` are those of the last learning and `best`
    the one that was kept; `accuracy` and `loss` are of pictures that were left out with their shootings.
    `notes` and `sentences` say in words what could not be told and what changed, `forecast` what more
    pictures would bring. `question` waits for an answer. `error` says why nothing could be learned.
    `version` is the one in use, None before the first.
    """

    number: int = 0
    running: bool = False
    stage: str = ""
    done: int = 0
    total: int | None = None
    learned: int = 0
    state: int = 0
    labels: tuple[str, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    best: int | None = None
    accuracy: Proportion | None = None
    loss: float | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    forecast: tuple[str, ...] = ()
    question: WorseQuestion | None = None
    error: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RecogniserState:
    """A recogniser as it stands: `state` is the number of the dataset's last act.

    `recording` says how many people hold the button now, and `advice` in words what is out of balance.
    """

    name: str
    state: int
    pictures: int
    recording: int
    classes: tuple[ClassCount, ...]
    advice: tuple[str, ...]
    settings: TeachSettings
    learning: LearningState = field(default_factory=LearningState)


@dataclass(frozen=True, slots=True)
class VersionState:
    """A version: what it was learned from, how good it is, and whether it is in use."""

    number: int
    created: str
    pictures: int
    labels: tuple[str, ...]
    accuracy: Proportion | None
    in_use: bool


@dataclass(frozen=True, slots=True)
class ActGroup:
    """Acts of one hold, upload or click, which are undone together; `numbers` are those of the journal."""

    numbers: tuple[int, ...]
    time: float
    who: str
    kind: str
    summary: str
    undone: bool
    is_undoing: bool

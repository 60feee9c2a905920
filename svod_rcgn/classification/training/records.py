"""What is kept of a training beside its network: training.json, from which reports are made.

Every picture was left out once, with its whole shooting, and asked by a head that had not learned from any
of them. Those answers are in `left_out`: confusions, reliability and suspects can be counted from them alone,
and two versions compared picture by picture. Pictures whose class is of one shooting only cannot be asked so,
for without it nobody would know the class; they are in `unasked`.
"""

from dataclasses import dataclass
from pathlib import Path

from ...datasets.checks import Judgement
from ...reports.proportions import Proportion
from ...storage import files

FILE = "training.json"
FORMAT_VERSION = 1
MOST_ANSWERS = 20


@dataclass(frozen=True, slots=True)
class Epoch:
    """How far the learning was after an epoch, counted from 1.

    `loss` is the mean cross-entropy, in nats, of the pictures learned from; `left_out_loss` that of those
    left out, and `accuracy` how many of those were right. Both are None where nothing could be left out.
    """

    number: int
    loss: float
    left_out_loss: float | None
    accuracy: Proportion | None


@dataclass(frozen=True, slots=True)
class LeftOutAnswer:
    """What was answered to a picture by a head that had learned neither from it nor from its shooting.

    `picture` is its hash and `name` its file's; `shooting` numbers the shootings of this training from 0, and
    `fold` says in which turn they were left out. `truth` are the places, among the record's labels, of the
    classes that it shows, and `denied` of those it is said not to. `answers` are the likeliest MOST_ANSWERS
    classes as (place, calibrated probability 0..1), the likeliest first; of the others those of 0 are left
    out. `nearness` is the cosine to the nearest class mean, without the shooting, times the probability that
    it is no negative; `known` whether it reaches the limit. `right` says whether the likeliest class is one
    that it shows.
    """

    picture: str
    name: str
    shooting: int
    fold: int
    truth: tuple[int, ...]
    denied: tuple[int, ...]
    answers: tuple[tuple[int, float], ...]
    nearness: float | None
    known: bool
    right: bool


@dataclass(frozen=True, slots=True)
class ClassRecord:
    """A class: pictures that show it and of how many shootings; its limit where classes are independent."""

    label: str
    pictures: int
    shootings: int
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class NegativesRecord:
    """Pictures of none of the classes: where from, and how many were let in when they were left out."""

    source: str
    let_in: Proportion


@dataclass(frozen=True, slots=True)
class EightBitsRecord:
    """How the left-out pictures fare when the network counts in 8 bits."""

    accuracy: Proportion | None
    differing: int


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """All that is known of a training.

    `state` is the number of the dataset's last act then. `backbone` is the fingerprint of the network that it
    is learned on. `best` is the epoch that was kept. The network has learned from all pictures for as many
    epochs; `accuracy` and `loss` are of the heads before that, asked of pictures that they were not taught.
    `temperature` is what logits are divided by; 1 where too few were left out to tell. `least_nearness` is
    the limit below which a picture shows nothing known, None where no shooting could be left out to tell;
    `kept` is the share of the left-out pictures above it. `mirrored` says that the mirror image is asked,
    too. `notes` say what was left out and why. `seconds` is how long it took, and `features_seconds` how much
    of that went into features which were not at hand.
    """

    format_version: int
    name: str
    version: str
    created: str
    dataset: str
    state: int
    backbone_name: str
    backbone: str
    precision: str
    independent: bool
    classes: tuple[ClassRecord, ...]
    pictures: int
    shootings: int
    epochs: tuple[Epoch, ...]
    best: int
    accuracy: Proportion | None
    loss: float | None
    temperature: float
    least_nearness: float | None
    kept: Proportion | None
    mirrored: bool
    negatives: NegativesRecord | None
    eight_bits: EightBitsRecord | None
    left_out: tuple[LeftOutAnswer, ...]
    unasked: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float
    features_seconds: float

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes in their order."""
        return tuple(each.label for each in self.classes)

    @property
    def judgements(self) -> dict[str, Judgement]:
        """What the left-out answers say of each picture, for `datasets.checks.check`."""
        labels = self.labels
        return {
            each.picture: Judgement(labels[each.answers[0][0]], each.answers[0][1])
            for each in self.left_out
            if each.answers
        }


@dataclass(frozen=True, slots=True)
class TrainingSummary:
    """What a list of versions tells of each: a record without its pictures."""

    format_version: int
    version: str
    created: str
    state: int
    classes: tuple[ClassRecord, ...]
    pictures: int
    accuracy: Proportion | None

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes in their order."""
        return tuple(each.label for each in self.classes)


def write(folder: Path, record: TrainingRecord) -> None:
    """Write a record beside its network."""
    files.write_record(folder / FILE, record)


def read(folder: Path) -> TrainingRecord:
    """Read the record beside a network.

    Raises:
        InputError: There is none, or it is damaged.
    """
    return files.read_record(folder / FILE, TrainingRecord)


def read_summary(folder: Path) -> TrainingSummary:
    """Read the summary out of the record beside a network.

    Raises:
        InputError: There is none, or it is damaged.
    """
    return files.read_record(folder / FILE, TrainingSummary)

"""What is told of a collection, and asked of it: frozen records. Pictures are named by their hashes."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..datasets.records import ClassCount

Kind: TypeAlias = Literal["", "untagged", "suspect", "doubled", "uncertain"]
Order: TypeAlias = Literal["newest", "oldest", "uncertain", "alike"]
QueueVerdict: TypeAlias = Literal["shows", "none", "skip"]
Verdict: TypeAlias = Literal["right", "relabel", "delete"]


@dataclass(frozen=True, slots=True)
class CollectionQuery:
    """Which pictures are looked at: those of which all of this holds; "" and None ask for nothing.

    `label` is a class that they are said to show, `shooting` what they came with, `since` and `until` are
    seconds since the epoch. `shows` and `told` are a cell of the confusion matrix: what they are said to
    show, and what they were taken for when they were left out.
    """

    label: str = ""
    shooting: str = ""
    since: float | None = None
    until: float | None = None
    kind: Kind = ""
    shows: str = ""
    told: str = ""
    order: Order = "newest"


@dataclass(frozen=True, slots=True)
class CollectionView:
    """The pictures that a query finds, in its order; `state` is the number of the dataset's last act.

    `total` counts all pictures that are there, whatever was asked for.
    """

    state: int
    total: int
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShootingCount:
    """A hold, upload or film: how many pictures are of it, and when the first came, in seconds."""

    name: str
    pictures: int
    first: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """What left-out pictures show (rows) and were taken for (columns), counted; `labels` are of both."""

    labels: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class CollectionOverview:
    """What there is to choose from.

    `shootings` are the newest first. `untagged`, `doubled`, `suspects` and `uncertain` count pictures of each
    kind. `learned` says whether answers to left-out pictures are known, without which there are no
    `confusion` and no suspects; `version` is the one in use.
    """

    state: int
    pictures: int
    classes: tuple[ClassCount, ...]
    shootings: tuple[ShootingCount, ...]
    untagged: int
    doubled: int
    suspects: int
    uncertain: int
    confusion: Confusion | None
    learned: bool
    version: int | None


@dataclass(frozen=True, slots=True)
class CollectionPicture:
    """A picture: what it is said to show (`yes`) and not to (`no`), and what it was taken for.

    `time` is when it came, in seconds since the epoch; `width` and `height` are pixels after the EXIF turn.
    `told` is the likeliest class when it was left out, or now where it has no tag, with its `probability`,
    0..1; None where that was not asked. `suspicion` says in words why a tag is doubted.
    """

    hash: str
    name: str
    time: float
    width: int
    height: int
    yes: tuple[str, ...]
    no: tuple[str, ...]
    shooting: str
    told: str | None = None
    probability: float | None = None
    suspicion: str | None = None


@dataclass(frozen=True, slots=True)
class CollectionPictures:
    """Some pictures in the order in which they were asked for; those that are gone are left out."""

    state: int
    pictures: tuple[CollectionPicture, ...]


@dataclass(frozen=True, slots=True)
class CollectionChange:
    """What was done: the act, by which it is undone, and the number of the dataset's last act."""

    state: int
    act: int


@dataclass(frozen=True, slots=True)
class SuspectPicture:
    """A picture whose tag the answer to it contradicts, given when it was left out with its shooting.

    `answer` is what it was taken for, in words, and `label` the class that this is about: it `denies` that
    the picture shows that, or says that it does. `probability`, 0..1, is how sure that was, and `likely` says
    that it was as sure of pictures that do show that. `evidence` says so in words.
    """

    picture: str
    name: str
    shows: tuple[str, ...]
    answer: str
    label: str
    denies: bool
    probability: float
    likely: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class SuspectPictures:
    """The most suspicious first; `total` counts those that are not told, too."""

    state: int
    total: int
    suspects: tuple[SuspectPicture, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class SimilarPicture:
    """A picture, and the cosine, -1..1, of its embedding to that of the one that was asked about."""

    picture: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The least and the median cosine, -1..1, between any two pictures of a group."""

    least: float
    median: float


@dataclass(frozen=True, slots=True)
class SimilarPictures:
    """The pictures that are most like one, the nearest first.

    `spread` is of these together with the one that was asked about, None where there is no other. `compared`
    counts those that could be: pictures that were not looked at yet are not among them.
    """

    state: int
    pictures: tuple[SimilarPicture, ...]
    spread: Spread | None
    compared: int


@dataclass(frozen=True, slots=True)
class QueuePicture:
    """A picture of which somebody should say what it shows.

    `live` ones are in memory alone. `told` is what it is taken for, with its `probability`, 0..1, and `known`
    False where it is like none of the classes; None where nobody could be asked. `worth` is how uncertain
    that is, 0..1, times how unlike it is to what is known and to those before it, 0..2; None where it was not
    looked at yet. `time` is when it came, in seconds since the epoch.
    """

    picture: str
    name: str
    time: float
    live: bool
    told: str | None
    probability: float | None
    known: bool
    worth: float | None


@dataclass(frozen=True, slots=True)
class QueueView:
    """What would teach most, first.

    `untagged` counts the pictures of the dataset of which nothing is said, `live` the live ones that wait,
    and `collecting` says whether more are taken in.
    """

    state: int
    untagged: int
    live: int
    collecting: bool
    pictures: tuple[QueuePicture, ...]


@dataclass(frozen=True, slots=True)
class QueueAnswered:
    """What was done: the number of the last act, and the act by which it is undone; None for a skip."""

    state: int
    act: int | None

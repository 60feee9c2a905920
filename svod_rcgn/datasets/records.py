"""What a dataset gives and takes: frozen records.

Boxes are pixels of the picture after its EXIF turn, corners from the upper left, not rounded.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..records import Box
from ..storage.images import PictureFile


def path_of_hash(folder: Path, digest: str, suffix: str) -> Path:
    """Where the file of a hash lies in a folder of pictures."""
    return folder / file_of_hash(digest, suffix)


def file_of_hash(digest: str, suffix: str) -> str:
    """The same within the folder."""
    return f"{digest[:2]}/{digest}{suffix}"


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """Where in a picture something of a class is; `number` is the box's own, by which it is named."""

    number: int
    label: str
    box: Box


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a dataset as it stands.

    `hash` is the sha256 of its file, in hexadecimal; `name` the file's name when it came. It lies in `folder`
    with an ending, `suffix`, which make its `path`. `yes` are the
    classes that somebody said it shows, `no` those that somebody said it does not; of any other nothing
    was said. `boxes` is None until somebody said where things are, and empty where nothing is.
    `shooting` names the hold, upload or film that it came with. `width` and `height` are pixels after
    the EXIF turn; `added` is in seconds since the epoch. `confirmed` are the classes of which somebody
    looked at what is said here, and found it right.
    """

    hash: str
    name: str
    folder: Path
    suffix: str
    width: int
    height: int
    sharpness: float
    yes: tuple[str, ...]
    no: tuple[str, ...]
    boxes: tuple[LabelledBox, ...] | None
    shooting: str
    added: float
    hidden: bool = False
    confirmed: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where its file lies."""
        return path_of_hash(self.folder, self.hash, self.suffix)

    @property
    def file(self) -> str:
        """Its place within the folder."""
        return file_of_hash(self.hash, self.suffix)

    @property
    def shows(self) -> tuple[str, ...]:
        """The classes that it is said to show, by tags and boxes, by name."""
        if not self.boxes:
            return self.yes
        return tuple(sorted({*self.yes, *(box.label for box in self.boxes)} - set(self.no)))

    @property
    def is_untagged(self) -> bool:
        """Whether nothing is said of what it shows."""
        return not self.yes and not self.no and self.boxes is None


@dataclass(frozen=True, slots=True)
class NewBox:
    """A box to be added; a `relative` one is in shares of the picture's width and height."""

    label: str
    box: Box
    relative: bool = False


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture to be added, and all that is said of it.

    `read` gives its file and raises InputError where it cannot. `boxes` are None where nothing is said
    of them. `shooting` is "" for a picture that is one for itself. `size` is what width and height are
    said to be, and None where nothing is said.
    """

    name: str
    read: Callable[[], PictureFile]
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    boxes: tuple[NewBox, ...] | None = None
    shooting: str = ""
    size: tuple[int, int] | None = None

    @classmethod
    def of(cls, file: PictureFile, *, yes: tuple[str, ...] = (), shooting: str = "") -> "NewPicture":
        """One whose file is at hand."""
        return cls(file.name, lambda: file, yes=yes, shooting=shooting)


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding: hashes that are new and that were there already, and files refused, with why."""

    added: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def __add__(self, other: "Added") -> "Added":
        return Added(self.added + other.added, self.known + other.known, self.refused + other.refused)


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the journal.

    `number` counts from 1; `time` is in seconds since the epoch; `undone` says that the act is not in
    force now. `undoes` is the number of the act that this one undoes, if it does.
    """

    number: int
    time: float
    who: str
    kind: str
    summary: str
    undone: bool = False
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How much there is of a class: pictures said to show it and not to, boxes, shootings with it."""

    label: str
    yes: int
    no: int
    boxes: int
    shootings: int


@dataclass(frozen=True, slots=True)
class Split:
    """Hashes to train with and to be left out; no shooting is on both sides."""

    train: tuple[str, ...]
    left_out: tuple[str, ...] = field(default=())

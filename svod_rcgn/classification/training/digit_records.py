"""digits.json beside a version of the digits' network: what it was learned from, and what it is worth."""

from dataclasses import dataclass
from pathlib import Path

from ...reports.proportions import Proportion
from ...storage import files

FILE = "digits.json"


@dataclass(frozen=True, slots=True)
class Compared:
    """The shares that two versions read rightly of the same; `before` is of the one that was in use then.

    `chance` is how often a version that is as good would fare so badly.
    """

    before: Proportion | None
    now: Proportion | None
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class DrawingAnswer:
    """What a drawing was read as by a network that had not learned from its sitting; None for no digit."""

    picture: str
    digit: str
    read: str | None


@dataclass(frozen=True, slots=True)
class DigitRecord:
    """A version of the digits' network.

    It was learned from the digits of the package and from `drawings` of each digit, of so many `sittings`;
    `learned` are their hashes, and `state` the number of the dataset's last act then. `held_out` compares on
    digits of the package that no version learns from, `left_out` on drawings, each asked of a network that
    had not learned from its sitting. `notes` are lines on what to know of it.
    """

    version: int
    created: str
    seconds: float
    state: int
    drawings: tuple[int, ...]
    sittings: int
    held_out: Compared
    left_out: Compared
    answers: tuple[DrawingAnswer, ...] = ()
    learned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many drawings it has learned from."""
        return sum(self.drawings)


def write(folder: Path, record: DigitRecord) -> None:
    """Write it into the folder of a version."""
    files.write_record(folder / FILE, record)


def read(folder: Path) -> DigitRecord:
    """Read it back.

    Raises:
        InputError: It is missing or damaged.
    """
    return files.read_record(folder / FILE, DigitRecord)

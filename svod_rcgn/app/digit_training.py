"""The digits' network is learned again in the background, from the drawings that were corrected."""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

from ..classification.digits import drawings, learned_from
from ..classification.settings import DIGITS, FETCH
from ..classification.training import digit_records
from ..classification.training.digit_records import Compared, DigitRecord
from ..classification.training.digits_again import AGAIN, AgainSettings, learn_again
from ..datasets.collection import FILE, dataset_names, open_dataset
from ..datasets.records import Picture
from ..errors import BusyError, InputError, SvodError
from ..networks import versions

log = logging.getLogger(__name__)

_WHO = "svod web"
_SHOWN = 60  # drawings, the newest
_ENOUGH = 0.5  # seconds of a stage, before which nothing is said of what is left


@dataclass(frozen=True, slots=True)
class DrawnDigit:
    """A drawing that was kept: its hash, the digit that it shows, and whether the version in use knows it."""

    picture: str
    digit: str
    learned: bool


@dataclass(frozen=True, slots=True)
class DigitVersion:
    """A version of the digits' network.

    It has learned `drawings` of so many `sittings`, in so many `seconds`; the first is the one that was
    fetched, of none. `held_out` compares it with the one before on digits that none learns from, `left_out`
    on drawings that neither had learned from. `notes` are lines on what to know of it.
    """

    number: int
    created: str
    drawings: int
    sittings: int
    seconds: float
    held_out: Compared
    left_out: Compared
    in_use: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DigitRun:
    """How the run fares that began last; `number` changes whenever anything does.

    `stage` says what it is at, with `done` of `total` steps; `left` are the seconds that are left of it as
    far as anybody knows. `error` is why nothing came of it.
    """

    number: int = 0
    running: bool = False
    stage: str = ""
    done: int = 0
    total: int | None = None
    left: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class DigitLearning:
    """What was corrected, and what was learned of it.

    `counts` are the drawings of each digit, 0 to 9, of so many `sittings`; `drawings` are the newest of them.
    `versions` are the newest first, none before the first learning. `problem` is why nothing can be learned
    here, None where it can.
    """

    run: DigitRun
    counts: tuple[int, ...]
    sittings: int
    drawings: tuple[DrawnDigit, ...]
    versions: tuple[DigitVersion, ...]
    problem: str | None


class _Stopped(Exception):  # noqa: N818 - it is asked for, and no defect
    """Somebody has stopped the run."""


class DigitTraining:
    """One run at a time in a thread of its own."""

    def __init__(
        self,
        datasets_dir: Path,
        models_dir: Path,
        put_in_use: Callable[[], object],
        wishes: AgainSettings = AGAIN,
    ) -> None:
        """Take where drawings and networks lie, and what is called when another version is in use."""
        self._datasets_dir, self._models_dir, self._wishes = datasets_dir, models_dir, wishes
        self._put_in_use = put_in_use
        self._lock = Lock()
        self._stop = False
        self._begun = monotonic()
        self._run_state = DigitRun()

    @property
    def mark(self) -> object:
        """Changes whenever `state` does."""
        files = (self._dataset / FILE, self._dataset / f"{FILE}-wal", self._shelf / versions.IN_USE)
        return self._run_state.number, tuple(map(_stamp, files))

    @property
    def state(self) -> DigitLearning:
        """How it stands; any thread may ask.

        Raises:
            DatasetError: The dataset cannot be opened.
        """
        pictures = self._pictures()
        found = self._versions()
        used = next((each for each in found if each[1]), None)
        learned = set(used[0].learned) if used else set()
        counts = Counter(drawings.digit_of(each) for each in pictures)
        return DigitLearning(
            run=self._run_state,
            counts=tuple(counts[digit] for digit in drawings.DIGITS),
            sittings=len(set(map(drawings.sitting_of, pictures))),
            drawings=tuple(_drawn(each, learned) for each in reversed(pictures[-_SHOWN:])),
            versions=tuple(_told(record, in_use=in_use) for record, in_use in found),
            problem=self._problem(),
        )

    def start(self) -> DigitLearning:
        """Learn what the drawings say now.

        Raises:
            BusyError: A run is at work.
            InputError: Nothing can be learned here, or there is nothing to learn.
        """
        with self._lock:
            if self._run_state.running:
                raise BusyError("digits are being learned already; wait for the end, or stop it")
            if problem := self._problem():
                raise InputError(problem)
            if not self._pictures():
                raise InputError("nothing was corrected yet; draw a digit, and say what it is")
            self._stop = False
            number = self._run_state.number + 1
            self._run_state = DigitRun(number, running=True, stage="reading the drawings")
        Thread(target=self._run, name="digit training", daemon=True).start()
        return self.state

    def stop(self) -> None:
        """End the run soon; nothing is changed then."""
        self._stop = True

    def use(self, version: int) -> DigitLearning:
        """Let a version answer from now on.

        Raises:
            ModelError: There is no such version.
            BusyError: Another run has been working here for a minute.
        """
        versions.use(self._shelf, version)
        self._put_in_use()
        return self.state

    def numbers(self) -> list[int]:
        """The versions that are there."""
        return versions.numbers(self._shelf)

    # What the run tells; see `reporter.Reporter`

    def say(self, line: str) -> None:
        """A new stage begins."""
        self._begun = monotonic()
        self._change(stage=line, done=0, total=None, left=None)

    def progress(self, done: int, total: int | None) -> None:
        """So many steps of the stage are done."""
        if self._stop:
            raise _Stopped
        passed = monotonic() - self._begun
        known = total is not None and done and passed > _ENOUGH
        left = passed / done * (total - done) if known and total is not None else None
        self._change(done=done, total=total, left=left)

    def _run(self) -> None:
        ended: dict[str, Any] = {"running": False, "stage": "", "left": None, "total": None, "done": 0}
        try:
            with closing(open_dataset(self._datasets_dir, DIGITS, _WHO)) as dataset:
                learn_again(dataset, self._models_dir, self, self._wishes)
            self._put_in_use()
        except _Stopped:
            self._change(error="stopped; nothing was changed", **ended)
        except (SvodError, OSError) as error:
            self._change(error=" ".join(str(error).split()), **ended)
        except Exception as error:
            log.exception("learning digits failed")
            self._change(error=f"this failed here: {error!r}; the log says more", **ended)
        else:
            self._change(**ended)

    def _change(self, **changes: Any) -> None:
        with self._lock:
            self._run_state = replace(self._run_state, number=self._run_state.number + 1, **changes)

    @property
    def _dataset(self) -> Path:
        return self._datasets_dir / DIGITS

    @property
    def _shelf(self) -> Path:
        return versions.beside(self._models_dir / DIGITS)

    def _problem(self) -> str | None:
        package = self._models_dir / DIGITS
        if not package.is_dir():
            return f"the network {DIGITS} is not here; {FETCH[DIGITS]}"
        if not learned_from.is_there(package):
            return f"the digits that the network was learned from are not here; {learned_from.MEND}"
        return None

    def _pictures(self) -> list[Picture]:
        if DIGITS not in dataset_names(self._datasets_dir):
            return []
        with closing(open_dataset(self._datasets_dir, DIGITS, _WHO)) as dataset:
            return [each for each in dataset.pictures() if drawings.digit_of(each) is not None]

    def _versions(self) -> list[tuple[DigitRecord, bool]]:
        """Those that can be told of, the newest first, and whether each is in use."""
        used, found = versions.in_use(self._shelf), []
        for number in reversed(self.numbers()):
            try:
                found.append((digit_records.read(self._shelf / str(number)), number == used))
            except InputError:
                log.warning("version %s of the digits has no record that can be read", number)
        return found


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _drawn(picture: Picture, learned: set[str]) -> DrawnDigit:
    return DrawnDigit(picture.hash, drawings.digit_of(picture) or "", picture.hash in learned)


def _told(record: DigitRecord, *, in_use: bool) -> DigitVersion:
    return DigitVersion(
        number=record.version,
        created=record.created,
        drawings=record.count,
        sittings=record.sittings,
        seconds=record.seconds,
        held_out=record.held_out,
        left_out=record.left_out,
        in_use=in_use,
        notes=record.notes,
    )

"""A detector is learned in the background, while boxes are drawn and the page says how far it is."""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

from ..datasets.collection import open_dataset
from ..errors import BusyError, InputError, SvodError
from ..networks import versions
from ..objects.evaluation.average_precision import AveragePrecision
from ..objects.training import records
from ..objects.training.detector import BACKBONE, DetectorRequest, train_detector
from ..objects.training.doubtful_boxes import suspects
from ..objects.training.longer import check_installed, train_longer
from ..objects.training.records import DetectorEpoch, DetectorRecord
from ..records import Box
from ..storage.files import read_record

log = logging.getLogger(__name__)

LONGEST = 240  # minutes
_WHO = "svod web"
_SUSPECTS = 20
_SECONDS = 60.0
_ENOUGH = 0.5  # seconds of a stage, before which nothing is said of what is left


@dataclass(frozen=True, slots=True)
class TrainedClass:
    """A class that was learned: its boxes, in how many pictures, and from which score it counts.

    `precision` is AP@0.5 of pictures left out, None where too little could be left out to say.
    """

    label: str
    boxes: int
    pictures: int
    precision: float | None
    limit: float


@dataclass(frozen=True, slots=True)
class DoubtfulBox:
    """Where a person may have erred: `told` is found there, and `said`, or nothing, is drawn."""

    picture: str
    name: str
    said: str | None
    told: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True)
class DetectorVersion:
    """A detector that is in use, and what it is worth on pictures that were left out.

    `half` is mAP@0.5, `mean` mAP@0.5:0.95, None where nothing could be left out; `interval` holds `half` at
    95 %. `state` is the number of the dataset's last act then; `seconds` is how long the learning took.
    `notes` are lines on what to know of it.
    """

    name: str
    version: str
    state: int
    pictures: int
    seconds: float
    half: float | None
    mean: float | None
    interval: tuple[float, float] | None
    classes: tuple[TrainedClass, ...]
    doubtful: tuple[DoubtfulBox, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DetectorEpochState:
    """One round of a long training: its loss, and mAP@0.5 of pictures left out."""

    number: int
    loss: float
    half: float | None


@dataclass(frozen=True, slots=True)
class DetectorTrainingState:
    """How the run fares that began last; `number` changes whenever anything does.

    `stage` says what it is at, with `done` of `total` steps; `left` are the seconds that are left of it as
    far as anybody knows. `notes` are lines that were said, and `error` is why nothing came of it. `in_use`
    is the detector that is asked now. `may_take_long` says whether there is something to learn longer with.
    """

    number: int = 0
    running: bool = False
    stage: str = ""
    done: int = 0
    total: int | None = None
    left: float | None = None
    notes: tuple[str, ...] = ()
    epochs: tuple[DetectorEpochState, ...] = ()
    in_use: DetectorVersion | None = None
    error: str | None = None
    may_take_long: bool = False


class _Stopped(Exception):  # noqa: N818 - it is asked for, and no defect
    """Somebody has stopped the run before anything could be kept."""


class DetectorTraining:
    """One run at a time in a thread of its own, from the boxes of one dataset."""

    def __init__(
        self, datasets_dir: Path, dataset: str, request: DetectorRequest, put_in_use: Callable[[], object]
    ) -> None:
        """Take what is learned from; what was learned before is in use.

        Args:
            datasets_dir: The folder of all datasets.
            dataset: The name of this one.
            request: What is wished.
            put_in_use: Called each time that there is a new version.
        """
        self._datasets_dir, self._dataset, self._request = datasets_dir, dataset, request
        self._put_in_use = put_in_use
        self._lock = Lock()
        self._stop = False
        self._begun = monotonic()
        self._state = DetectorTrainingState(
            in_use=version_in_use(request), may_take_long=find_spec("tensorflow") is not None
        )

    @property
    def state(self) -> DetectorTrainingState:
        """How it fares; any thread may ask."""
        return self._state

    def start(self, minutes: float) -> DetectorTrainingState:
        """Learn what the boxes say now.

        Args:
            minutes: How long to learn on after what is learned at once; 0 for not at all.

        Raises:
            BusyError: A run is at work.
            InputError: Nobody waits so long, or the minutes are none.
            ModelError: There is nothing to learn longer with.
        """
        if not 0 <= minutes <= LONGEST:
            raise InputError(f"a training takes 0 to {LONGEST} minutes")
        if minutes:
            check_installed()
        with self._lock:
            if self._state.running:
                raise BusyError("it is being learned already; wait for its end, or stop it")
            self._stop = False
            fresh = replace(self._state, running=True, stage="beginning", done=0, total=None, left=None)
            self._state = replace(fresh, number=fresh.number + 1, notes=(), epochs=(), error=None)
        run = Thread(target=self._run, args=(minutes,), name="detector training", daemon=True)
        run.start()
        return self._state

    def stop(self) -> None:
        """End the run soon; of a long one, the best so far is kept."""
        self._stop = True

    # What the run tells; see `reporter.Reporter`

    def say(self, line: str) -> None:
        """A new stage begins, or something is worth knowing."""
        self._begun = monotonic()
        notes = (*self._state.notes, line)
        self._change(stage=line, done=0, total=None, left=None, notes=notes)

    def progress(self, done: int, total: int | None) -> None:
        """So many steps of the stage are done."""
        if self._stop:
            raise _Stopped
        passed = monotonic() - self._begun
        known = total is not None and done and passed > _ENOUGH
        left = passed / done * (total - done) if known and total is not None else None
        self._change(done=done, total=total, left=left)

    def _epoch(self, epoch: DetectorEpoch, left: float) -> None:
        told = DetectorEpochState(epoch.number, epoch.loss, _half(epoch.precision))
        self._change(stage=f"epoch {epoch.number}", left=left, epochs=(*self._state.epochs, told))
        if self._stop:
            raise KeyboardInterrupt  # as from the keyboard: what was best so far is kept

    def _run(self, minutes: float) -> None:
        ended: dict[str, Any] = {"running": False, "stage": "", "left": None, "total": None, "done": 0}
        try:
            self._learn(minutes)
        except _Stopped:
            self._change(error="stopped; nothing was changed", **ended)
        except (SvodError, OSError) as error:
            self._change(error=" ".join(str(error).split()), **ended)
        except Exception as error:
            log.exception("learning a detector failed")
            self._change(error=f"this failed here: {error!r}; the log says more", **ended)
        else:
            self._change(**ended)

    def _learn(self, minutes: float) -> None:
        with closing(open_dataset(self._datasets_dir, self._dataset, _WHO)) as dataset:
            trained = train_detector(dataset, self._request, self)
            self._learned()
            if minutes and not self._stop:
                train_longer(trained, self._request, _SECONDS * minutes, self, self._epoch)
                self._learned()

    def _learned(self) -> None:
        self._put_in_use()
        self._change(in_use=version_in_use(self._request))

    def _change(self, **changes: Any) -> None:
        with self._lock:
            self._state = replace(self._state, number=self._state.number + 1, **changes)


def request_for(dataset: str, models_dir: Path, device: str, backbone: str = BACKBONE) -> DetectorRequest:
    """How the detector of a dataset is learned; as the dataset itself is called only what was begun so.

    A recogniser of whole pictures may be taught of the same dataset, and bears its name.
    """
    plain = DetectorRequest(dataset, models_dir, backbone, device)
    if version_in_use(plain) is not None:
        return plain
    return replace(plain, name=f"{dataset}-boxes")


def version_in_use(request: DetectorRequest) -> DetectorVersion | None:
    """What is known of the detector that is in use; None where there is none that was learned here."""
    try:
        folder = versions.folder_of(versions.directory_of(request.name, request.models_dir))
        return _told(read_record(folder / records.FILE, DetectorRecord))
    except SvodError:
        return None


def _told(record: DetectorRecord) -> DetectorVersion:
    classes = tuple(
        TrainedClass(each.label, each.boxes, each.pictures, _half(each.precision), each.limit)
        for each in record.classes
    )
    doubtful = tuple(
        DoubtfulBox(each.picture, each.name, each.said, each.told, round(each.score, 3), each.box)
        for each in suspects(record)[:_SUSPECTS]
    )
    return DetectorVersion(
        name=record.name,
        version=record.version,
        state=record.state,
        pictures=record.pictures,
        seconds=record.seconds,
        half=_half(record.precision),
        mean=None if record.precision is None else record.precision.mean,
        interval=record.interval,
        classes=classes,
        doubtful=doubtful,
        notes=record.notes,
    )


def _half(found: AveragePrecision | None) -> float | None:
    return None if found is None else found.half

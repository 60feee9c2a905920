"""Learning in the background: after each change, while pictures go on being answered."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from ..classification.training.classifier import (
    Material,
    TrainingRequest,
    gather,
    head_of,
    record_of,
    write_version,
)
from ..classification.training.learned import Learned, learn_head
from ..classification.training.learning_curve import learning_curve
from ..classification.training.records import TrainingRecord
from ..classification.training.report.sentences import forecast_lines
from ..classification.training.version_comparison import Comparison, compare, comparison_lines
from ..classification.training.views import Backbone
from ..datasets.collection import Dataset
from ..errors import InputError, SvodError
from .live_head import LiveHead
from .nearest_pictures import NearestPictures
from .records import ChangedPicture, LearningState, WorseQuestion
from .settings import NONE
from .untagged_pictures import UntaggedLooking
from .version_shelf import VersionShelf

log = logging.getLogger(__name__)

_QUIET = 1.0  # seconds without a change, after which what was learned is written as a version
_LOOK = 0.5  # seconds between two looks at whether another process changed the dataset
_SHOWN = 60  # pictures with other answers


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What answers: the head, and the pictures that it learned from; `number` counts lessons."""

    number: int
    head: LiveHead
    nearest: NearestPictures


@dataclass(frozen=True, slots=True, eq=False)
class _Finished:
    learned: Learned
    material: Material
    record: TrainingRecord
    comparison: Comparison | None
    begun: float


class BackgroundLearning:
    """One thread that learns whenever the dataset has changed, and writes a version once it is quiet.

    Else it looks at pictures of which nothing is said yet; `looked` counts how often it did.
    """

    def __init__(
        self,
        dataset: Dataset,
        backbone: Backbone,
        request: TrainingRequest,
        shelf: VersionShelf,
        is_held: Callable[[], bool],
    ) -> None:
        """Take what is learned from; nothing runs yet.

        Args:
            dataset: Of this thread alone.
            backbone: What is learned on.
            request: What is wished.
            shelf: The versions.
            is_held: Whether somebody holds the button, so that more comes and no version is written.
        """
        self._dataset, self._backbone, self._request, self._shelf = dataset, backbone, request, shelf
        self._is_held = is_held
        self._untagged = UntaggedLooking(dataset, backbone)
        self.looked = 0
        self._lock, self._wake, self._over = Lock(), Event(), Event()
        self._state = LearningState(version=shelf.in_use)
        self._lesson: Lesson | None = None
        self._finished: _Finished | None = None
        self._unwritten = self._first = False
        self._enabled = True
        self._thread = Thread(target=self._run, name=f"learning {request.name}", daemon=True)

    @property
    def state(self) -> LearningState:
        """How it fares; any thread may ask."""
        return self._state

    @property
    def lesson(self) -> Lesson | None:
        """What answers now; None where nothing was learned."""
        return self._lesson

    @property
    def record(self) -> TrainingRecord | None:
        """What is known of the last learning, or else of the version in use."""
        finished = self._finished
        return self._shelf.record if finished is None else finished.record

    def start(self) -> None:
        """Begin to learn, or take the version in use where nothing has changed since."""
        self._thread.start()

    def close(self) -> None:
        """End; what was learned is written before."""
        self._over.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def enable(self, *, on: bool) -> None:
        """Learn after changes, or leave it until it is wished again."""
        self._enabled = on
        self._wake.set()

    def changed(self) -> None:
        """Look at the dataset now."""
        self._wake.set()

    def decide(self, *, use: bool) -> None:
        """Answer the question: put what is worse in use all the same, or keep what there is.

        Raises:
            InputError: There is no question.
        """
        with self._lock:
            finished = self._finished
            if self._state.question is None or finished is None:
                raise InputError("nothing waits to be decided; what was learned last is in use")
            self._change(question=None)
            if use:
                self._put_in_use(finished)
                self._unwritten = True
        self._wake.set()

    def use(self, version: int) -> None:
        """Let a version answer, until the next change is learned.

        Raises:
            ModelError: There is no such version, or it cannot answer.
        """
        with self._lock:
            head, record = self._shelf.use(version)
            self._unwritten = False
            before = self._lesson.nearest if self._lesson else NearestPictures((), (), head.head.means)
            self._answer_by(head, record, before)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._turn()
            except SvodError as error:
                self._change(running=False, stage="", error=" ".join(str(error).split()))
            except Exception as error:
                log.exception("learning failed")
                self._change(running=False, stage="", error=f"this failed here: {error!r}; the log says more")
            self._wake.wait(_LOOK)
            self._wake.clear()
        if self._unwritten:
            self._write()

    def _turn(self) -> None:
        state = self._dataset.state
        if not self._first:
            self._first = True
            if self._take_version(state):
                return
        if self._enabled and state != self._state.state:
            self._learn(state)
        elif self._unwritten and self._is_quiet():
            self._write()
        elif not self._is_held():
            self._look_at_untagged()

    def _look_at_untagged(self) -> None:
        """Look at some pictures of which nothing is said, and come back at once while there are more."""
        if not self._untagged.waiting():
            return
        try:
            self._untagged.look()
        except SvodError:
            self._untagged.give_up()
            raise
        self.looked += 1
        self._change()
        self._wake.set()

    def _is_quiet(self) -> bool:
        """Whether nobody holds the button, and nothing has changed for a while."""
        if self._is_held() or self._over.wait(_QUIET) or self._is_held():
            return False
        return self._dataset.state == self._state.state

    def _take_version(self, state: int) -> bool:
        """Answer by the version in use, where the newest was learned from what the dataset says now."""
        newest = self._shelf.newest
        if newest is None or newest.state != state:
            return False
        head, record = self._shelf.current()
        with self._lock:
            self._answer_by(head, record, _nearest(self._gathered()))
        return True

    def _answer_by(self, head: LiveHead, record: TrainingRecord, nearest: NearestPictures) -> None:
        self._lesson = Lesson(self._state.learned + 1, head, nearest)
        self._finished = None
        self._change(
            learned=self._lesson.number, state=self._dataset.state, version=int(record.version),
            question=None, sentences=(), error=None, **_figures(record),
        )  # fmt: skip

    def _learn(self, state: int) -> None:
        begun = perf_counter()
        self._change(running=True, stage="looking at pictures", done=0, total=None, error=None)
        try:
            material = self._gathered()
        except SvodError as error:
            with self._lock:
                self._lesson, self._finished, self._unwritten = None, None, False
                nothing = LearningState(self._state.number, learned=self._state.learned + 1, state=state)
                self._state = replace(nothing, version=self._shelf.in_use)
                self._change(error=" ".join(str(error).split()))
            return
        self._change(stage="learning", done=0, total=None)
        with threadpool_limits(1):
            learned = learn_head(material.features, material.lessons, lambda _: None)
        record = record_of(self._request.name, "0", material, learned, self._backbone)
        before = self._shelf.record
        comparison = None if before is None else compare(before, record)
        finished = _Finished(learned, material, record, comparison, begun)
        with self._lock:
            self._finished = finished
            told = {"running": False, "stage": "", "state": material.tagged.state}
            told["sentences"] = comparison_lines(comparison)
            if comparison is not None and comparison.worse:
                self._unwritten = False
                self._change(question=_question(comparison), **told)
            else:
                self._put_in_use(finished, **told)
                self._unwritten = True

    def _gathered(self) -> Material:
        none = NONE if NONE in self._dataset.standing().labels else None
        try:
            return gather(self._dataset, self._backbone, replace(self._request, none=none), self)
        except InputError:
            if none is None:
                raise
        return gather(self._dataset, self._backbone, self._request, self)

    def _put_in_use(self, finished: _Finished, **told: Any) -> None:
        """Answer by what was learned, then tell it: whoever hears that it is learned gets its answers."""
        learned, material = finished.learned, finished.material
        head = LiveHead(head_of(learned, material.lessons), learned.labels, learned.least_nearness)
        self._lesson = Lesson(self._state.learned + 1, head, _nearest(material))
        self._change(
            learned=self._lesson.number,
            question=None,
            seconds=round(perf_counter() - finished.begun, 3),
            **_figures(finished.record),
            **told,
        )

    def _write(self) -> None:
        with self._lock:
            finished, self._unwritten = self._finished, False
        if finished is None:
            return
        trained = write_version(
            self._request, finished.learned, finished.material, self._backbone, self, finished.begun
        )
        self._shelf.written(trained.record)
        curve = learning_curve(finished.material.features, finished.material.lessons)
        self._change(version=int(trained.record.version), forecast=tuple(forecast_lines(curve)))

    def say(self, line: str) -> None:
        """See `Reporter.say`."""
        self._change(stage=line)

    def progress(self, done: int, total: int | None) -> None:
        """See `Reporter.progress`."""
        self._change(done=done, total=total)

    def _change(self, **changes: Any) -> None:
        self._state = replace(self._state, number=self._state.number + 1, **changes)


def _nearest(material: Material) -> NearestPictures:
    examples = material.lessons.examples
    shows = [each.shows or (NONE,) for each in examples]
    return NearestPictures(
        [each.picture for each in examples], shows, material.features[:, 0].astype(np.float32)
    )


def _figures(record: TrainingRecord) -> dict[str, Any]:
    return {
        "labels": record.labels,
        "epochs": record.epochs,
        "best": record.best,
        "accuracy": record.accuracy,
        "loss": record.loss,
        "notes": record.notes,
    }


def _question(comparison: Comparison) -> WorseQuestion:
    changes = [
        ChangedPicture(each.picture, each.kind, each.shows, each.before, each.now)
        for each in comparison.changes[:_SHOWN]
    ]
    return WorseQuestion(comparison_lines(comparison), tuple(changes))

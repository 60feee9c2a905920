"""Drafts of rules tried on a camera that runs, in a thread that leaves out what it has no time for."""

from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from threading import Condition, Thread

from ..errors import SvodError
from .draft_follower import DraftFollower, FollowedFrame, TriedEvent
from .onlookers import Looked, Onlookers
from .rule_editing import RuleEditing, RulesProblem

MOST_EVENTS = 200  # that wait for whoever is told; of older ones only the number is


@dataclass(frozen=True, slots=True)
class TriedDraft:
    """A text, the name of the camera that it is tried on, and a number by which it is told from others."""

    text: str
    camera: str
    number: int


@dataclass(frozen=True, slots=True)
class DraftNews:
    """A draft was taken: the names of the `rules` that are for this camera.

    With a `problem` it cannot be used, and the draft before it is tried further.
    """

    number: int
    rules: tuple[str, ...]
    problem: RulesProblem | None
    type: str = "draft"


@dataclass(frozen=True, slots=True)
class TrialNews:
    """What the draft of a `number` says of the newest frame.

    Its events are all since the news before; of the oldest of these, so many were `missed`.
    """

    number: int
    seen: FollowedFrame
    missed: int
    type: str = "seen"


class DraftTrial:
    """Somebody's trial; it costs nothing but its newest news while nobody takes them."""

    def __init__(self, editing: RuleEditing, onlookers: Onlookers, changed: Callable[[], None]) -> None:
        """Begin without a draft.

        Args:
            editing: Reads drafts.
            onlookers: Where the cameras show what is seen.
            changed: Called from a thread when there is news, and at the end.
        """
        self._editing, self._onlookers, self._changed = editing, onlookers, changed
        self._state = Condition()
        self._wished: TriedDraft | None = None
        self._looked: Looked | None = None
        self._closed = False
        self._error: Exception | None = None
        self._told: DraftNews | None = None
        self._seen: TrialNews | None = None
        self._events: deque[TriedEvent] = deque(maxlen=MOST_EVENTS)
        self._missed = 0
        self._watching = ExitStack()
        self._current: tuple[TriedDraft, DraftFollower] | None = None
        self._thread = Thread(target=self._run, name="trial of rules", daemon=True)
        self._thread.start()

    def take(self, draft: TriedDraft) -> None:
        """Try this one from now on; any thread may call it, and of several the last counts."""
        with self._state:
            self._wished = draft
            self._state.notify()

    def news(self) -> DraftNews | TrialNews | None:
        """What is new since the last time, what became of a draft before all; any thread may call it.

        Raises:
            Exception: A defect ended the trial.
        """
        with self._state:
            if self._error is not None:
                raise self._error
            if self._told is not None:
                told, self._told = self._told, None
                return told
            if self._seen is None:
                return None
            seen = replace(self._seen.seen, events=tuple(self._events))
            news, self._seen = replace(self._seen, seen=seen, missed=self._missed), None
            self._events.clear()
            self._missed = 0
            return news

    def close(self) -> None:
        """End it, and wait until the frame at hand is done with."""
        with self._state:
            self._closed = True
            self._state.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._watching:
                while not self._closed:
                    self._step()
        except Exception as error:
            self._error = error
            self._changed()

    def _step(self) -> None:
        with self._state:
            self._state.wait_for(lambda: self._closed or self._wished or self._looked)
            draft, self._wished = self._wished, None
            looked, self._looked = (self._looked if draft is None else None), None
        if draft is not None:
            self._begin(draft)
        elif looked is not None and self._current is not None:
            self._follow(*self._current, looked)

    def _begin(self, draft: TriedDraft) -> None:
        problem = None
        try:
            self._renew(draft)
        except SvodError as error:
            problem = self._editing.problem_of(error)
        names = () if problem or self._current is None else self._current[1].names
        with self._state:
            self._told = DraftNews(draft.number, names, problem)
        self._changed()

    def _renew(self, draft: TriedDraft) -> None:
        rules = self._editing.draft(draft.text)
        if self._current is not None and self._current[0].camera == draft.camera:
            follower = self._current[1]
            follower.replace(rules)
        else:
            follower = DraftFollower(rules, draft.camera)
            self._watching.close()
            self._watching.enter_context(self._onlookers.looking(draft.camera, self._look))
        self._current = draft, follower

    def _look(self, looked: Looked) -> None:
        with self._state:
            self._looked = looked
            self._state.notify()

    def _follow(self, draft: TriedDraft, follower: DraftFollower, looked: Looked) -> None:
        if looked.frame.source != draft.camera:
            return  # of the camera before
        seen = follower.look(looked)
        with self._state:
            self._missed += max(0, len(self._events) + len(seen.events) - MOST_EVENTS)
            self._events.extend(seen.events)
            self._seen = TrialNews(draft.number, seen, 0)
        self._changed()

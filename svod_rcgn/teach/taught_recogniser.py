"""One recogniser: a dataset, what was learned of it, and answers to live pictures."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from time import monotonic, time
from uuid import uuid4

import cv2
import numpy as np

from ..classification.records import Answer, Classification
from ..classification.settings import SmoothingSettings
from ..classification.stages.fit import fitted
from ..classification.stages.smoothing import Smoothing
from ..classification.training.classifier import TrainingRequest
from ..classification.training.views import EMBEDDING, Backbone, PictureFeatures
from ..datasets.collection import Dataset, open_dataset
from ..datasets.records import Act, Added, NewPicture, Picture
from ..datasets.standing import Standing
from ..errors import InputError
from ..networks import versions
from ..networks.class_labels import read_labels
from ..records import FloatArray, Image
from .acts import undo
from .advice import advice
from .hold import Hold
from .learning import BackgroundLearning, Lesson
from .live_candidates import LiveCandidates
from .live_head import LiveHead
from .nearest_pictures import NearPicture
from .records import ClassMap, LiveAnswer, RecogniserState, VersionState
from .settings import LONGEST_SMOOTHING, TeachPlaces, TeachSettings
from .version_shelf import VersionShelf

_TOP, _GENERAL, _NEAREST = 8, 3, 4
_PROBABILITY, _MAP = "probability", "map"
_LEVELS = 255
_DIGITS = 4


class Recogniser:
    """Taught by several people at once; any thread may ask."""

    def __init__(self, name: str, places: TeachPlaces, backbone: Backbone) -> None:
        """Open a dataset that is there, and begin to learn.

        Raises:
            DatasetError: There is no such dataset.
            ModelError: Something else has the name among the networks, or the backbone is missing.
        """
        self.name = name
        self._places, self._backbone = places, backbone
        self._general = tuple(each.label for each in read_labels(backbone.directory, backbone.card))
        directory = versions.directory_of(name, places.models_dir)
        versions.check_free(directory)
        request = TrainingRequest(name, places.models_dir, places.backbone, places.device)
        self._datasets: dict[str, Dataset] = {}
        self._lock = Lock()
        self._settings = TeachSettings()
        self.candidates = LiveCandidates()
        self._holding = 0
        self._shelf = VersionShelf(directory)
        self._own = open_dataset(places.datasets_dir, name, "the page")
        self._glimpses = open_dataset(places.datasets_dir, name, "the page")
        self.learning = BackgroundLearning(
            self._own, backbone, request, self._shelf, lambda: self._holding > 0
        )
        self.learning.start()

    def close(self) -> None:
        """Let go of the files; what was learned is written before."""
        self.learning.close()
        self.candidates.switch(on=False)
        for each in (*self._datasets.values(), self._own, self._glimpses):
            each.close()

    def dataset(self, who: str) -> Dataset:
        """The dataset, for acts of somebody."""
        with self._lock:
            if who not in self._datasets:
                self._datasets[who] = open_dataset(self._places.datasets_dir, self.name, who)
            return self._datasets[who]

    @property
    def state(self) -> RecogniserState:
        """How it stands."""
        standing = self.standing
        return RecogniserState(
            name=self.name,
            state=standing.state,
            pictures=len(standing.pictures),
            recording=self._holding,
            classes=standing.classes,
            advice=advice(standing.classes),
            settings=self._settings,
            learning=self.learning.state,
        )

    @property
    def standing(self) -> Standing:
        """All of its pictures, as they are now."""
        return self._own.standing()

    def listed(self) -> tuple[int, list[str]] | None:
        """The last act and the hashes of all pictures, at a start, when `standing` takes long; None later.

        By a connection of their own, as `some` and `file`, since the other one is held by whoever reads all.
        """
        if self._own.is_read:
            return None
        with self._glimpses.reading() as contents:
            return self._glimpses.state, contents.hashes()

    def some(self, hashes: Sequence[str]) -> tuple[int, list[Picture]] | None:
        """The last act and some pictures, while `listed` lists them; None later."""
        if self._own.is_read:
            return None
        with self._glimpses.reading() as contents:
            return self._glimpses.state, contents.pictures(hashes)

    def features(self) -> PictureFeatures:
        """What is learned from, for one who looks at it alone."""
        return PictureFeatures(self._own, self._backbone)

    @property
    def mark(self) -> tuple[int, int, int, TeachSettings]:
        """What differs as soon as the state does, at little cost."""
        return self._own.state, self.learning.state.number, self._holding, self._settings

    @property
    def settings(self) -> TeachSettings:
        """What is wished now."""
        return self._settings

    def wish(self, settings: TeachSettings) -> None:
        """Learn and answer so from now on.

        Raises:
            InputError: A number is not within its bounds.
        """
        if not (0 <= settings.smoothing <= LONGEST_SMOOTHING and 0 <= settings.limit <= 1):
            raise InputError(f"smoothing is 0 to {LONGEST_SMOOTHING:g} seconds, the limit 0 to 1")
        self._settings = settings
        self.learning.enable(on=settings.training)
        self.candidates.switch(on=settings.collecting)

    def file(self, digest: str) -> Path | None:
        """See `Dataset.file`: what is shown of an answer of a moment ago may be undone by now."""
        return self._glimpses.file(digest)

    def log(self, last: int) -> tuple[int, list[Act]]:
        """The number of the dataset's last act, and the last acts in their order."""
        with self._own.reading():
            return self._own.state, self._own.log(last)

    def undo(self, numbers: Sequence[int], state: int, who: str) -> None:
        """See `acts.undo`."""
        undo(self.dataset(who), numbers, state)
        self.learning.changed()

    def versions(self) -> list[VersionState]:
        """Those that can answer, the newest first."""
        return self._shelf.all()

    def add(self, pictures: Sequence[NewPicture], source: str, who: str) -> Added:
        """Add pictures that somebody sent."""
        done = self.dataset(who).add(pictures, source)
        self.learning.changed()
        return done

    @contextmanager
    def holding(self, name: str, who: str) -> Iterator[Hold]:
        """Somebody holds the button while the block runs."""
        hold = Hold(self.dataset(who), name)
        with self._lock:
            self._holding += 1
        try:
            yield hold
        finally:
            with self._lock:
                self._holding -= 1
            if hold.flush():
                self.learning.changed()

    def stream(self) -> "AnswerStream":
        """Answers to pictures that follow each other."""
        return AnswerStream(self, self._backbone, self._general)


class AnswerStream:
    """Answers to the pictures of one camera, smoothed over time; one thread at a time may ask."""

    def __init__(self, recogniser: Recogniser, backbone: Backbone, general: Sequence[str]) -> None:
        self._recogniser, self._backbone, self._names = recogniser, backbone, general
        self._smoothing = Smoothing(SmoothingSettings())
        self._memory = -1.0
        self._lesson: Lesson | None = None
        self._session = f"live {datetime.now():%Y-%m-%d %H:%M:%S} {uuid4().hex[:4]}"

    def answer(self, image: Image, *, mapped: bool = False, held: bool = False) -> LiveAnswer | None:
        """What a (height, width, 3) uint8 BGR picture shows; None where answers are not wished.

        Args:
            image: The picture.
            mapped: Whether the class map is wished.
            held: Whether somebody says what it shows while it is answered, so that nobody is asked later.

        Raises:
            ModelError: The network that is learned on cannot be loaded.
        """
        wishes = self._recogniser.settings
        if not wishes.classification:
            return None
        lesson = self._recogniser.learning.lesson
        self._follow(lesson, wishes)
        view = fitted(image, self._backbone.card)
        mirrored = lesson is not None and lesson.head.head.mirrored
        found = self._backbone.answers([view, cv2.flip(view, 1)] if mirrored else [view])  # type: ignore[list-item]
        general = self._of_general(found[_PROBABILITY][0])
        plain: FloatArray = found[EMBEDDING][0]
        if lesson is None:
            if not held:
                self._offer(image, plain, 1.0, ())
            return LiveAnswer(0, False, (), (), None, general, ())
        head = lesson.head
        judged = head.judge(found[EMBEDDING].mean(0, keepdims=True))
        seen, nearest = judged.of(0), lesson.nearest.to(plain, _NEAREST)
        if not held:
            self._offer(image, plain, float(head.doubts(judged)[0]), nearest)
        if wishes.smoothing:
            seen = self._smoothing.smooth(monotonic(), seen)
        best = seen.best(_TOP)
        return LiveAnswer(
            learned=lesson.number,
            known=head.knows(seen),
            told=_told(head, seen, wishes.limit),
            answers=tuple(_answer(place, head.labels[place].label, seen.probabilities) for place in best),
            nearness=None if seen.nearness is None else round(seen.nearness, _DIGITS),
            general=general,
            nearest=nearest,
            class_map=_class_map(head, found[_MAP][0], best[0]) if mapped else None,
        )

    def _offer(self, image: Image, plain: FloatArray, doubt: float, nearest: Sequence[NearPicture]) -> None:
        known = nearest[0].cosine if nearest else -1.0
        self._recogniser.candidates.offer(image, plain, doubt, known, self._session, time())

    def _follow(self, lesson: Lesson | None, wishes: TeachSettings) -> None:
        """Smooth nothing across two heads, whose classes may differ."""
        if lesson is not self._lesson or wishes.smoothing != self._memory:
            memory = wishes.smoothing or 1.0
            self._smoothing = Smoothing(SmoothingSettings(memory=memory))
            self._lesson, self._memory = lesson, wishes.smoothing

    def _of_general(self, probabilities: FloatArray) -> tuple[Answer, ...]:
        best = np.argsort(-probabilities, kind="stable")[:_GENERAL].tolist()
        return tuple(_answer(place, self._names[place], probabilities) for place in best)


def _answer(place: int, label: str, probabilities: FloatArray) -> Answer:
    return Answer(place, label, round(float(probabilities[place]), _DIGITS))


def _told(head: LiveHead, seen: Classification, limit: float) -> tuple[str, ...]:
    if not head.knows(seen):
        return ()
    best = seen.best(len(head.labels) if head.head.independent else 1)
    return tuple(head.labels[place].label for place in best if seen.probabilities[place] >= limit)


def _class_map(head: LiveHead, cells: FloatArray, place: int) -> ClassMap:
    values = np.rint(head.class_map(cells, place) * _LEVELS).astype(int)
    rows, columns = values.shape
    return ClassMap(head.labels[place].label, rows, columns, tuple(values.reshape(-1).tolist()))

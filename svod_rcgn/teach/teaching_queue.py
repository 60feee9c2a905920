"""The queue of what would teach most: what is uncertain, unlike one another, and unlike what is known.

It is filled greedily by the farthest first (Gonzalez, "Clustering to minimize the maximum intercluster
distance", 1985; by embeddings, with what is tagged as the first centres: Sener, Savarese, "Active learning
for convolutional neural networks: a core-set approach", 2018), where each distance is weighted by how
uncertain the answer is. What is farthest alone is often merely odd, and what is uncertain alone is the same
thing again and again: Ramalingam, Awasthi, Kumar, "A weighted k-center algorithm for data subset selection",
2023, measure mixtures of the two.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from ..datasets.collection import Dataset
from ..datasets.records import NewPicture, Picture
from ..errors import ChangedError, InputError
from ..geometry import unit_rows
from ..records import FloatArray
from ..storage.images import PictureFile
from .collection_look import CollectionLook
from .collection_records import QueueAnswered, QueuePicture, QueueVerdict, QueueView
from .embeddings_at_hand import EmbeddingsAtHand
from .learning import Lesson
from .live_candidates import Candidate
from .live_head import Guess
from .settings import NONE
from .taught_recogniser import Recogniser

_COMPARED = 500  # untagged pictures, the most doubtful ones
_MOST_SKIPPED = 10_000
_DIGITS = 4
_SOURCE = "what was seen live"


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """Somebody could be asked about it; `unit` (length,) is None where it was not looked at yet."""

    hash: str
    name: str
    time: float
    live: bool
    guess: Guess | None
    unit: FloatArray | None

    @property
    def doubt(self) -> float:
        """How uncertain it is, 0..1; 1 where nobody answered."""
        return 1.0 if self.guess is None else self.guess.doubt


def farthest_first(
    unit: FloatArray, doubts: FloatArray, known: FloatArray, count: int
) -> list[tuple[int, float]]:
    """So many pictures that would teach most, in that order, and what each is worth, 0..2.

    Args:
        unit: (n, length) embeddings of unit length.
        doubts: (n,) how uncertain each is, 0..1.
        known: (n,) cosine, -1..1, of each to the nearest that is known.
        count: How many.
    """
    distances = 1 - known
    chosen: list[tuple[int, float]] = []
    left = np.ones(len(unit), bool)
    for _ in range(min(count, len(unit))):
        worth = np.where(left, doubts * distances, -1)
        best = int(worth.argmax())
        chosen.append((best, float(worth[best])))
        left[best] = False
        distances = np.minimum(distances, 1 - unit @ unit[best])
    return chosen


class TeachingQueue:
    """Asks about pictures of one recogniser, and takes the answers; any thread may."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._skipped: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def view(self, count: int, look: CollectionLook) -> QueueView:
        """What would teach most, first.

        Args:
            count: How many are told.
            look: The pictures as they are now.
        """
        untagged = [each for each in look.standing.pictures if each.is_untagged]
        candidates = self._recogniser.candidates
        live = candidates.all
        return QueueView(
            state=look.standing.state,
            untagged=len(untagged),
            live=len(live),
            collecting=candidates.is_on,
            pictures=tuple(self._chosen(untagged, live, look.guesses, count)),
        )

    def jpeg(self, digest: str) -> bytes | None:
        """A live picture that waits; None where there is none of that hash."""
        found = self._recogniser.candidates.get(digest)
        return None if found is None else found.jpeg

    def answer(
        self, digest: str, verdict: QueueVerdict, labels: Sequence[str], state: int, who: str
    ) -> QueueAnswered:
        """Take what somebody says of a picture.

        Args:
            digest: The picture.
            verdict: It shows `labels`, none of the classes, or is put aside until the next start.
            labels: The classes.
            state: What was looked at.
            who: Says so.

        Raises:
            InputError: Nothing is said, or there is no such picture.
            ChangedError: Something has happened to it since.
            DatasetError: A class cannot be called so.
        """
        if verdict == "skip":
            self._skip(digest)
            return QueueAnswered(self._recogniser.standing.state, None)
        said = (NONE,) if verdict == "none" else tuple(labels)
        if not said:
            raise InputError("say in `labels` what it shows, that it shows none of these, or skip it")
        dataset = self._recogniser.dataset(who)
        live = self._recogniser.candidates.take(digest)
        act = (
            _tagged(dataset, digest, said, state) if live is None else self._kept(dataset, live, said, state)
        )
        self._recogniser.learning.changed()
        return QueueAnswered(dataset.state, act)

    def _skip(self, digest: str) -> None:
        self._recogniser.candidates.take(digest)
        with self._lock:
            self._skipped[digest] = None
            while len(self._skipped) > _MOST_SKIPPED:
                self._skipped.popitem(last=False)

    def _kept(self, dataset: Dataset, live: Candidate, said: Sequence[str], state: int) -> int:
        """Write a live picture with its tags, or let it wait again."""
        file = PictureFile(f"live {live.hash[:8]}.jpg", live.jpeg)
        new = NewPicture(file.name, lambda: file, yes=tuple(said), shooting=live.stream)
        try:
            with dataset.untouched_since(state, [live.hash]):
                dataset.add([new], f"{_SOURCE}: {', '.join(said)}")
                return dataset.state
        except BaseException:
            self._recogniser.candidates.put_back(live)
            raise

    def _chosen(
        self, untagged: Sequence[Picture], live: Sequence[Candidate], guesses: Mapping[str, Guess], count: int
    ) -> Iterator[QueuePicture]:
        """The pictures that are told, the ones that were not looked at yet last."""
        lesson = self._recogniser.learning.lesson
        with self._lock:
            asked = [each for each in untagged if each.hash not in self._skipped]
        waiting = [
            *_untagged(asked, guesses, EmbeddingsAtHand(self._recogniser.features())),
            *_live(live, lesson),
        ]
        told = 0
        for place, worth in _ranked([each for each in waiting if each.unit is not None], lesson, count):
            told += 1
            yield _told(place, worth)
        rest = (each for each in waiting if each.unit is None)
        yield from (_told(each, None) for each, _ in zip(rest, range(count - told), strict=False))


def _ranked(
    waiting: Sequence[_Waiting], lesson: Lesson | None, count: int
) -> Iterator[tuple[_Waiting, float]]:
    if not waiting:
        return
    unit = np.stack([each.unit for each in waiting if each.unit is not None])
    known = np.zeros(len(unit), np.float32) if lesson is None else lesson.nearest.cosines(unit)
    doubts = np.array([each.doubt for each in waiting], np.float32)
    for place, worth in farthest_first(unit, doubts, known, count):
        yield waiting[place], worth


def _untagged(
    pictures: Sequence[Picture], guesses: Mapping[str, Guess], embeddings: EmbeddingsAtHand
) -> Iterator[_Waiting]:
    there = set(embeddings.among([each.hash for each in pictures]))
    seen = [each for each in pictures if each.hash in there]
    seen.sort(key=lambda each: -guesses[each.hash].doubt if each.hash in guesses else -1.0)
    seen = seen[:_COMPARED]
    rows = embeddings.unit([each.hash for each in seen]) if seen else ()
    for each, row in zip(seen, rows, strict=True):
        yield _Waiting(each.hash, each.name, each.added, live=False, guess=guesses.get(each.hash), unit=row)
    for each in pictures:
        if each.hash not in there:
            yield _Waiting(each.hash, each.name, each.added, live=False, guess=None, unit=None)


def _live(candidates: Sequence[Candidate], lesson: Lesson | None) -> Iterator[_Waiting]:
    """Judged by what is known now, which may be more than when they came."""
    if not candidates:
        return
    embeddings = np.stack([each.embedding for each in candidates])
    guesses = [None] * len(candidates) if lesson is None else lesson.head.guesses(embeddings)
    for each, guess, row in zip(candidates, guesses, unit_rows(embeddings), strict=True):
        yield _Waiting(each.hash, "", each.time, live=True, guess=guess, unit=row)


def _told(waiting: _Waiting, worth: float | None) -> QueuePicture:
    guess = waiting.guess
    return QueuePicture(
        picture=waiting.hash,
        name=waiting.name,
        time=waiting.time,
        live=waiting.live,
        told=None if guess is None else guess.label,
        probability=None if guess is None else guess.probability,
        known=guess is not None and guess.known,
        worth=None if worth is None else round(worth, _DIGITS),
    )


def _tagged(dataset: Dataset, digest: str, said: Sequence[str], state: int) -> int:
    """Say what a picture of the dataset shows, unless somebody did meanwhile."""
    with dataset.untouched_since(state, [digest]):
        if not dataset.pictures([digest]):
            raise ChangedError(
                "this picture waits no more: somebody was quicker, or it made room; look again"
            )
        dataset.tag([digest], said)
        return dataset.state

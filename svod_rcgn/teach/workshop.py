"""The collection of one recogniser: looked at by what is asked for, and mended many pictures at a time."""

from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from ..datasets.collection import Dataset
from ..datasets.records import Added, NewPicture, Picture
from ..datasets.standing import Standing
from ..errors import InputError
from .collection_look import CollectionLook
from .collection_records import (
    CollectionChange,
    CollectionOverview,
    CollectionPictures,
    CollectionQuery,
    CollectionView,
    SimilarPictures,
    SuspectPicture,
    SuspectPictures,
    Verdict,
)
from .embeddings_at_hand import EmbeddingsAtHand
from .learning import Lesson
from .left_out_doubts import LeftOutDoubts
from .live_head import Guess
from .settled_suspects import SettledSuspects
from .side_by_side import AlikeOrder
from .similar_pictures import similar_to
from .small_pictures import SmallPictures
from .taught_recogniser import Recogniser
from .teaching_queue import TeachingQueue
from .untagged_pictures import guesses

_DIRECTIONS = {"oldest": 1, "newest": -1}


class Workshop:
    """Looks at the pictures of a recogniser, and mends what is said of them; any thread may ask."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self.queue = TeachingQueue(recogniser)
        self.small = SmallPictures(recogniser.file)
        self._alike = AlikeOrder()
        self._lock = Lock()
        self._doubts: LeftOutDoubts | None = None
        self._last: CollectionLook | None = None
        self._mark: tuple[Lesson | None, int] = (None, 0)
        self._settled = SettledSuspects()

    @property
    def look(self) -> CollectionLook:
        """The pictures as they are now, with what the last training makes of them."""
        standing, learning = self._recogniser.standing, self._recogniser.learning
        mark = learning.lesson, learning.looked
        with self._lock:
            doubts, last = self._newest_doubts(), self._last
            if last is None or (last.standing, last.doubts, self._mark) != (standing, doubts, mark):
                last = self._last = CollectionLook(standing, doubts, self._guesses)
                self._mark = mark
            return last

    def _newest_doubts(self) -> LeftOutDoubts:
        record = self._recogniser.learning.record
        if self._doubts is None or self._doubts.record is not record:
            self._doubts = LeftOutDoubts(record)
        return self._doubts

    def _guesses(self, standing: Standing) -> Mapping[str, Guess]:
        lesson = self._recogniser.learning.lesson
        return guesses(standing.pictures, lesson.head if lesson else None, self._embeddings)

    # Looking

    def view(self, query: CollectionQuery) -> CollectionView:
        """The pictures that a query finds, in its order."""
        at_once = self._recogniser.listed() if _is_plain(query) else None
        if at_once:
            state, hashes = at_once
            return CollectionView(state, len(hashes), tuple(hashes[:: _DIRECTIONS[query.order]]))
        look = self.look
        hashes = [each.hash for each in look.find(query)]
        if query.order == "alike":
            every = [each.hash for each in look.standing.pictures]
            hashes = self._alike.ordered(hashes, every, self._embeddings)
        return CollectionView(look.standing.state, len(look.standing.pictures), tuple(hashes))

    def overview(self) -> CollectionOverview:
        """What there is to choose from."""
        return self.look.overview(self._recogniser.learning.state.version)

    def details(self, hashes: Sequence[str]) -> CollectionPictures:
        """Some pictures; those that are not there are left out."""
        at_once = self._recogniser.some(hashes)
        look = self._glimpse(*at_once) if at_once else self.look
        found = (look.standing.by_hash.get(each) for each in hashes)
        return CollectionPictures(look.standing.state, tuple(look.told(each) for each in found if each))

    def _glimpse(self, state: int, pictures: Sequence[Picture]) -> CollectionLook:
        """A look at some pictures, as if there were no others."""
        with self._lock:
            doubts = self._newest_doubts()
        some = Standing(state, dict(enumerate(pictures)), (), (), (), frozenset())
        return CollectionLook(some, doubts, self._guesses)

    def suspects(self, count: int) -> SuspectPictures:
        """The most suspicious pictures."""
        look = self.look
        found = tuple(look.suspects.values())
        return SuspectPictures(look.standing.state, len(found), found[:count])

    def similar(self, digest: str, count: int) -> SimilarPictures | None:
        """The pictures that are most like one; None where that is not there.

        Raises:
            InputError: It cannot be read.
        """
        standing = self._recogniser.standing
        picture = standing.by_hash.get(digest)
        if picture is None:
            return None
        return similar_to(picture, standing.pictures, self._embeddings, count, standing.state)

    @property
    def _embeddings(self) -> EmbeddingsAtHand:
        return EmbeddingsAtHand(self._recogniser.features())

    # Mending

    def add(self, pictures: Sequence[NewPicture], source: str, who: str) -> Added:
        """Add pictures that somebody sent."""
        return self._recogniser.add(pictures, source, who)

    def tag(
        self, hashes: Sequence[str], labels: Sequence[str], said: bool | None, state: int, who: str
    ) -> CollectionChange:
        """See `Dataset.tag`; what has happened to the pictures since `state` is not overridden."""
        return self._act(who, state, hashes, lambda dataset: dataset.tag(hashes, labels, said))

    def relabel(self, hashes: Sequence[str], old: str, new: str, state: int, who: str) -> CollectionChange:
        """See `Dataset.relabel`."""
        return self._act(who, state, hashes, lambda dataset: dataset.relabel(hashes, old, new))

    def delete(self, hashes: Sequence[str], state: int, who: str) -> CollectionChange:
        """See `Dataset.delete`."""
        return self._act(who, state, hashes, lambda dataset: dataset.delete(hashes))

    def rename(self, label: str, to: str, state: int, who: str) -> CollectionChange:
        """See `Dataset.rename`; refused if anything has happened since."""
        return self._act(who, state, None, lambda dataset: dataset.rename(label, to))

    def merge(self, label: str, into: str, state: int, who: str) -> CollectionChange:
        """See `Dataset.merge`; refused if anything has happened since."""
        return self._act(who, state, None, lambda dataset: dataset.merge(label, into))

    def settle(
        self, digest: str, verdict: Verdict, label: str | None, state: int, who: str
    ) -> CollectionChange:
        """Decide about a suspect: what is said of it is right, is to be what it was taken for, or it goes.

        A decision that was taken back can be made anew at once, though what was learned of it in between
        doubts the tag no more.

        Args:
            digest: The picture.
            verdict: What is decided.
            label: What it shows, where that is not what it was taken for.
            state: What was looked at.
            who: Decides.

        Raises:
            InputError: It is no suspect.
            ChangedError: Something has happened to it since.
        """
        look = self.look
        picture = look.standing.by_hash.get(digest)
        suspect = look.suspects.get(digest) or self._settled.taken_back(picture)
        if suspect is None or picture is None:
            raise InputError("this picture is no suspect any more; look again")
        self._settled.remember(suspect, picture)
        if verdict == "delete":
            return self.delete([digest], state, who)
        independent = look.doubts.independent
        if verdict == "right":
            names = [suspect.label] if independent else suspect.shows
            return self._act(who, state, [digest], lambda dataset: dataset.confirm(digest, names))
        return self._act(
            who, state, [digest], lambda dataset: _relabel(dataset, suspect, label, independent=independent)
        )

    def _act(
        self, who: str, state: int, hashes: Sequence[str] | None, act: Callable[[Dataset], None]
    ) -> CollectionChange:
        dataset = self._recogniser.dataset(who)
        unchanged = (
            dataset.unchanged_since(state) if hashes is None else dataset.untouched_since(state, hashes)
        )
        with unchanged:
            act(dataset)
            number = dataset.state
        self._recogniser.learning.changed()
        return CollectionChange(dataset.state, number)


def _is_plain(query: CollectionQuery) -> bool:
    """Whether it asks for all pictures in the order in which they came, or the other way round."""
    return query.order in _DIRECTIONS and query == CollectionQuery(order=query.order)


def _relabel(dataset: Dataset, suspect: SuspectPicture, label: str | None, *, independent: bool) -> None:
    """Let a picture show what it was taken for, or another class that is named."""
    if suspect.denies and label is None:
        dataset.tag([suspect.picture], [suspect.label], said=False)
    elif independent and not suspect.denies:
        dataset.tag([suspect.picture], [label or suspect.label])
    else:
        old = suspect.label if suspect.denies else suspect.shows[0]
        dataset.relabel([suspect.picture], old, label or suspect.label)

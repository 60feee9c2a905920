"""A dataset whose pictures are boxed by people, with proposals, and from which a detector is learned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from ..datasets.collection import Dataset, open_dataset
from ..datasets.records import Act, Added, LabelledBox, NewBox, NewPicture, Picture
from ..errors import InputError
from ..networks import versions
from ..objects.box_proposals import BoxedFrame, BoxProposer, Origin, load_proposer
from ..objects.records import Detection
from ..objects.training.detector import DetectorRequest
from ..records import Box, Frame
from ..storage.images import read_picture
from .detector_training import DetectorTraining, DetectorTrainingState

MOST = 500  # pictures that are told at once, and boxes of one picture
_BACK = 50  # pictures among which an earlier one of the same film is looked for
_PAGE = "the page"


@dataclass(frozen=True, slots=True)
class BoxCount:
    """A class, and how many boxes it has."""

    label: str
    boxes: int


@dataclass(frozen=True, slots=True)
class BoxedSetState:
    """How a dataset stands: of its `pictures` it is said of `boxed` where things are.

    `state` is the number of the last act. `open` is the place of the first picture of which nothing was said,
    counted from 0, None where there is none.
    """

    name: str
    state: int
    pictures: int
    boxed: int
    open: int | None
    classes: tuple[BoxCount, ...]
    training: DetectorTrainingState


@dataclass(frozen=True, slots=True)
class BoxedPictureState:
    """A picture: where it is among all, and its boxes in pixels after the EXIF turn.

    `boxes` is None where nothing was said of them, and empty where nothing is.
    """

    hash: str
    name: str
    place: int
    width: int
    height: int
    shooting: str
    boxes: tuple[LabelledBox, ...] | None


@dataclass(frozen=True, slots=True)
class ProposedBox:
    """A box that may be accepted, mended or refused, and where it comes from."""

    label: str
    box: Box
    score: float
    origin: Origin


class BoxedSet:
    """Boxed by several people at once; any thread may ask."""

    def __init__(
        self, datasets_dir: Path, name: str, request: DetectorRequest, put_in_use: Callable[[], object]
    ) -> None:
        """Open a dataset that is there.

        Args:
            datasets_dir: The folder of all datasets.
            name: Of this one.
            request: How its detector is learned.
            put_in_use: Called each time that there is a new version of it.

        Raises:
            DatasetError: There is none.
        """
        self.name = name
        self._datasets_dir, self._request = datasets_dir, request
        self._datasets: dict[str, Dataset] = {}
        self._lock, self._proposing = Lock(), Lock()
        self._proposer: tuple[object, BoxProposer] | None = None
        self._own = open_dataset(datasets_dir, name, _PAGE)
        self.training = DetectorTraining(datasets_dir, name, request, put_in_use)

    def close(self) -> None:
        """Let go of the files."""
        self.training.stop()
        for each in (*self._datasets.values(), self._own):
            each.close()

    def dataset(self, who: str) -> Dataset:
        """The dataset, for acts of somebody."""
        with self._lock:
            if who not in self._datasets:
                self._datasets[who] = open_dataset(self._datasets_dir, self.name, who)
            return self._datasets[who]

    def file(self, digest: str) -> Path | None:
        """See `Dataset.file`."""
        return self._own.file(digest)

    def log(self, last: int) -> tuple[int, list[Act]]:
        """The number of the last act, and the last acts in their order."""
        with self._own.reading():
            return self._own.state, self._own.log(last)

    @property
    def mark(self) -> tuple[int, int]:
        """What differs as soon as the state does, at little cost."""
        return self._own.state, self.training.state.number

    @property
    def state(self) -> BoxedSetState:
        """How it stands."""
        standing = self._own.standing()
        pictures = standing.pictures
        bare = [place for place, each in enumerate(pictures) if each.boxes is None]
        return BoxedSetState(
            name=self.name,
            state=standing.state,
            pictures=len(pictures),
            boxed=len(pictures) - len(bare),
            open=bare[0] if bare else None,
            classes=tuple(BoxCount(each.label, each.boxes) for each in standing.classes),
            training=self.training.state,
        )

    def pictures(self, begin: int, count: int) -> tuple[BoxedPictureState, ...]:
        """Some pictures, from a place on, in the order in which they came."""
        if not (begin >= 0 and 0 < count <= MOST):
            raise InputError(f"pictures are told from a place of 0 on, 1 to {MOST} at once")
        hashes = self._own.hashes()[begin : begin + count]
        return tuple(_told(each, begin + place) for place, each in enumerate(self._own.pictures(hashes)))

    def picture(self, digest: str) -> BoxedPictureState:
        """One picture.

        Raises:
            InputError: It is not there.
        """
        picture, place = self._one(digest)
        return _told(picture, place)

    def add(self, pictures: Sequence[NewPicture], source: str, who: str) -> Added:
        """Add pictures of one shooting."""
        return self.dataset(who).add(pictures, source)

    def set_boxes(
        self,
        digest: str,
        boxes: Sequence[tuple[int | None, NewBox]],
        seen: Sequence[LabelledBox] | None,
        who: str,
    ) -> BoxedPictureState:
        """See `Dataset.set_boxes`.

        Raises:
            InputError: A picture does not have so many.
        """
        if len(boxes) > MOST:
            raise InputError(f"a picture has {MOST} boxes at most")
        self.dataset(who).set_boxes(digest, boxes, seen)
        return self.picture(digest)

    def proposals(self, digest: str) -> tuple[ProposedBox, ...]:
        """What may be in a picture: carried from an earlier one of its film, and what a network finds.

        Raises:
            InputError: It is not there, or cannot be read.
        """
        picture, place = self._one(digest)
        before = self._before(picture, place)
        frame = _frame(picture, place)
        with self._proposing:
            proposer = self._proposing_with()
            found = proposer.propose(frame, before)
        return tuple(
            ProposedBox(each.found.label, each.found.box, round(each.found.score, 3), each.origin)
            for each in found
        )

    def _one(self, digest: str) -> tuple[Picture, int]:
        hashes = self._own.hashes()
        if digest not in hashes:
            raise InputError("there is no such picture; look again")
        (picture,) = self._own.pictures([digest])
        return picture, hashes.index(digest)

    def _before(self, picture: Picture, place: int) -> BoxedFrame | None:
        """The nearest earlier picture of the same film of which somebody said where things are."""
        earlier = self._own.pictures(self._own.hashes()[max(0, place - _BACK) : place])
        told = [each for each in earlier if each.shooting == picture.shooting and each.boxes is not None]
        if not picture.shooting or not told:
            return None
        last = told[-1]
        boxes = tuple(Detection(each.box, 0, each.label, 1.0) for each in last.boxes or ())
        return BoxedFrame(_frame(last, place - 1), boxes)

    def _proposing_with(self) -> BoxProposer:
        """The proposer of now: another one as soon as there is another network, or another class."""
        request, labels = self._request, tuple(each.label for each in self._own.classes())
        folder = versions.folder_of(versions.directory_of(request.name, request.models_dir))
        key = folder, labels
        if self._proposer is None or self._proposer[0] != key:
            found = load_proposer(request.name, labels, request.models_dir, request.device)
            self._proposer = key, found
        return self._proposer[1]


def _told(picture: Picture, place: int) -> BoxedPictureState:
    return BoxedPictureState(
        picture.hash, picture.name, place, picture.width, picture.height, picture.shooting, picture.boxes
    )


def _frame(picture: Picture, place: int) -> Frame:
    return Frame(read_picture(picture.path), place, float(place), picture.shooting)

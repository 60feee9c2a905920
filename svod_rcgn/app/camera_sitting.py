"""Somebody sits before a camera that runs: its pictures, and what is taken of them to be learned from."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager

from ..faces.enrolment.capture import EnrolmentCapture, FaceTaker
from ..faces.enrolment.session import Prompt, evidence_of
from ..faces.gallery import identify
from ..faces.protocols import Embedder
from ..faces.settings import Paths, SessionSettings
from ..media.latest import Closed, Latest
from ..media.settings import VideoSettings
from ..media.sources import Health
from ..records import Frame, Image, Observation
from ..storage.folders import current_of

_LOOK = 0.5  # seconds between two looks at whether somebody wants no more


class CameraTap:
    """Lets others have the newest pictures of a camera that is watched anyway; any thread may ask."""

    def __init__(self, name: str, *, live: bool) -> None:
        """Begin with nobody who takes any."""
        self._name, self._live = name, live
        self._open: tuple[Latest[Frame], ...] = ()

    def see(self, frame: Frame, observations: Sequence[Observation]) -> None:  # noqa: ARG002
        """See `Viewer.see`."""
        for each in self._open:
            each.put(frame)

    @contextmanager
    def opened(self) -> Iterator["TappedFrames"]:
        """A source of its pictures, while the block runs."""
        newest = Latest[Frame]()
        self._open = (*self._open, newest)
        try:
            yield TappedFrames(self._name, newest, live=self._live)
        finally:
            self._open = tuple(each for each in self._open if each is not newest)
            newest.close()


class TappedFrames:
    """The newest pictures of a camera, as a source without an end."""

    still, frame_count = False, None
    frames_per_second = 25.0
    health = Health()

    def __init__(self, name: str, newest: Latest[Frame], *, live: bool) -> None:
        self.name, self.live = name, live
        self._newest = newest

    def frames(self) -> Generator[Frame, None, None]:
        """See `Source.frames`."""
        while True:
            try:
                yield self._newest.take(_LOOK)
            except TimeoutError:
                continue
            except Closed:
                return

    def stop(self) -> None:
        """See `Source.stop`."""
        self._newest.close()


class CameraSitting:
    """One sitting, led as that of `video.py --enrol` is; nothing of it is kept here."""

    def __init__(
        self, source: TappedFrames, build_taker: Callable[[], tuple[FaceTaker, Embedder]], paths: Paths
    ) -> None:
        """Load what looks at the pictures.

        Raises:
            ModelError: A network is missing or damaged.
        """
        self._paths = paths
        self._capture = EnrolmentCapture(source, *build_taker(), SessionSettings(), VideoSettings())

    def run(self, tell: Callable[[Prompt], None]) -> None:
        """Take pictures until there are enough, or `stop` is called.

        Args:
            tell: Takes what the person is to be told, from this thread.
        """
        self._capture.run(tell)

    def stop(self) -> None:
        """End it; any thread may call it."""
        self._capture.stop()

    def image(self, place: int) -> Image:
        """One of the pictures that were taken, by its place from 0."""
        return self._capture.images[place]

    @property
    def advice(self) -> Prompt:
        """What is to be done next."""
        return self._capture.session.advice

    @property
    def missing(self) -> str:
        """How many pictures of which poses were wished besides, in words."""
        return self._capture.session.missing

    @property
    def trouble(self) -> str:
        """What was most often wrong; empty where nothing was."""
        return self._capture.session.trouble

    def likeness(self) -> str | None:
        """Who of those who are known this is, None for nobody.

        Raises:
            SvodError: The classifiers in place are damaged, or of another network.
        """
        taken, classifiers = self._capture.session.taken, self._paths.classifiers_dir
        if not taken or not current_of(classifiers).exists():
            return None
        namer = identify.load_identifier(self._paths.embedding_dir, classifiers)
        (match,) = namer.identify([evidence_of(taken)])
        return match.name

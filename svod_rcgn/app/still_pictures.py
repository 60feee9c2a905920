"""What single pictures show: whose faces, which classes, which digits, which objects."""

import re
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypeVar

from ..cameras.analyzer import Analyzer
from ..classification.look import Looker
from ..classification.records import Identified
from ..errors import InputError, SvodError
from ..media.walk import Picture
from ..networks.shared import Shared
from ..objects.analyzer import ObjectAnalyzers
from ..objects.settings import ObjectSettings
from ..objects.stages.detect import ObjectDetector
from ..records import Frame, Image, Observation
from .wings import Wing

Loaded = TypeVar("Loaded")
_NAME = re.compile(r"[\w-]{1,80}")


class StillPictures:
    """Looks at one picture at a time; several threads may ask at once.

    Networks are loaded when they are first asked for, so that one that is missing is told to whoever asks
    for it, and to nobody else.
    """

    def __init__(
        self,
        faces: Wing | SvodError,
        load_looker: Callable[[str], Looker],
        load_detector: Callable[[str], ObjectDetector],
    ) -> None:
        """Take what looks.

        Args:
            faces: The wing, or why there is none.
            load_looker: Loads what names whole pictures, by the name of its network.
            load_detector: Loads what finds objects, likewise.
        """
        self._faces = faces
        self._load_looker = load_looker
        self._load_detector = load_detector
        self._lookers: dict[str, Looker] = {}
        self._detectors: dict[str, ObjectDetector] = {}
        self._lock = Lock()

    @property
    def knows_faces(self) -> bool:
        """Whether faces are looked for here."""
        return not isinstance(self._faces, SvodError)

    def faces(self, image: Image) -> tuple[Observation, ...]:
        """Every face of a picture and whose it is; boxes in its pixels.

        Raises:
            SvodError: No faces are looked for here.
        """
        if isinstance(self._faces, SvodError):
            raise self._faces
        return self._faces.analyzer(still=True).analyze(Frame(image, 0, 0.0, ""))

    def identify(self, network: str, picture: Picture) -> Identified:
        """What is on a whole picture.

        Args:
            network: Its name; a path is none, since it comes from outside.
            picture: Named as the answer names it.

        Raises:
            InputError: There is no such network.
            ModelError: It is missing or damaged.
        """
        (found,) = self._loaded(network, self._lookers, self._load_looker).look([picture])
        return found

    def detector(self, network: str, wishes: ObjectSettings) -> ObjectDetector:
        """What finds objects and tells those that are wished for.

        Args:
            network: Its name; a path is none, since it comes from outside.
            wishes: Which objects are told.

        Raises:
            InputError: There is no such network.
            ModelError: It is missing or damaged.
        """
        return self._loaded(network, self._detectors, self._load_detector).telling(wishes)

    def followers(self, *, faces: bool, objects: Sequence[str]) -> tuple[Analyzer, ...]:
        """What looks at pictures that follow each other, as those of a film; one thread at a time may ask.

        Args:
            faces: Whether faces are looked for.
            objects: The networks that find objects, by their names.

        Raises:
            SvodError: One cannot be had.
        """
        found: list[Analyzer] = []
        if faces:
            if isinstance(self._faces, SvodError):
                raise self._faces
            found.append(self._faces.analyzer(still=False))
        if objects:
            shared = tuple(Shared(self.detector(name, ObjectSettings())) for name in objects)
            found.append(ObjectAnalyzers(shared).analyzer(still=False))
        return tuple(found)

    def read_again(self) -> None:
        """Load the networks anew when they are asked for again."""
        with self._lock:
            self._lookers, self._detectors = {}, {}

    def _loaded(self, network: str, known: dict[str, Loaded], load: Callable[[str], Loaded]) -> Loaded:
        if not _NAME.fullmatch(network):
            raise InputError(f"{network[:80]!r} is no network's name; name one of `svod models list`")
        with self._lock:
            if network not in known:
                known[network] = load(network)
            return known[network]

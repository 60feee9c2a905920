"""What single pictures show: whose faces, which classes, which digits."""

import re
from collections.abc import Callable
from threading import Lock

from ..classification.look import Looker
from ..classification.records import Identified
from ..errors import InputError, SvodError
from ..media.walk import Picture
from ..records import Frame, Image, Observation
from .wings import Wing

_NAME = re.compile(r"[\w-]{1,80}")


class StillPictures:
    """Looks at one picture at a time; several threads may ask at once.

    Networks are loaded when they are first asked for, so that one that is missing is told to whoever asks
    for it, and to nobody else.
    """

    def __init__(self, faces: Wing | SvodError, load: Callable[[str], Looker]) -> None:
        """Take what looks.

        Args:
            faces: The wing, or why there is none.
            load: Loads what names whole pictures, by the name of its network.
        """
        self._faces = faces
        self._load = load
        self._loaded: dict[str, Looker] = {}
        self._lock = Lock()

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
        (found,) = self._looker(network).look([picture])
        return found

    def read_again(self) -> None:
        """Load the networks anew when they are asked for again."""
        with self._lock:
            self._loaded = {}

    def _looker(self, network: str) -> Looker:
        if not _NAME.fullmatch(network):
            raise InputError(f"{network[:80]!r} is no network's name; name one of `svod models list`")
        with self._lock:
            if network not in self._loaded:
                self._loaded[network] = self._load(network)
            return self._loaded[network]

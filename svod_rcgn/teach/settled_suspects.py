"""Doubted tags that were decided about, so that a decision that is taken back can be made anew at once."""

from threading import Lock

from ..datasets.records import Picture
from .collection_records import SuspectPicture

MOST = 1000  # that are remembered


class SettledSuspects:
    """Remembers the last ones, each with its picture as it was; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, tuple[SuspectPicture, Picture]] = {}

    def remember(self, suspect: SuspectPicture, picture: Picture) -> None:
        """Keep one that is about to be settled."""
        with self._lock:
            self._kept.pop(picture.hash, None)
            self._kept[picture.hash] = suspect, picture
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]

    def taken_back(self, picture: Picture | None) -> SuspectPicture | None:
        """Why a picture was doubted that is as it was before that was settled; None of any other."""
        if picture is None:
            return None
        with self._lock:
            suspect, before = self._kept.get(picture.hash, (None, None))
        return suspect if picture == before else None

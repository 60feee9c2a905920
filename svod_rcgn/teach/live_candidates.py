"""Live pictures that would teach much: in memory until somebody says what they show, or it is switched off.

Nothing of them is written before that, so that a camera never fills a disk, and nobody has to delete what
nobody wished to keep.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import cv2
import numpy as np

from ..geometry import unit_rows
from ..records import FloatArray, Image
from ..storage.images import encode_jpeg

MOST = 200  # pictures that wait, some 20 megabytes
LEAST_DOUBT = 0.5  # from which on a picture is a candidate
_LIKE = 0.9  # cosine from which on a picture is no news: frames of a camera that rests are above it
_SIDE = 640  # pixels of the longer side that are kept


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A live picture that waits.

    `hash` is the sha256 of its JPEG; `embedding` (length,) what the backbone made of it; `doubt`, 0..1, how
    uncertain the answer was, and `known`, -1..1, how like it is to the nearest that was shown. `stream` names
    the camera's session, of which no part may judge another.
    """

    hash: str
    jpeg: bytes
    embedding: FloatArray
    doubt: float
    known: float
    stream: str
    time: float


class LiveCandidates:
    """As many as there is room for; any thread may ask."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._is_on = False
        self._all: dict[str, Candidate] = {}
        self._units = np.empty((0, 0), np.float32)

    @property
    def is_on(self) -> bool:
        """Whether live pictures are taken in."""
        return self._is_on

    def switch(self, *, on: bool) -> None:
        """Take pictures in from now on, or no more, and forget those that wait."""
        with self._lock:
            self._is_on = on
            if not on:
                self._all, self._units = {}, np.empty((0, 0), np.float32)

    def offer(
        self, image: Image, embedding: FloatArray, doubt: float, known: float, stream: str, time: float
    ) -> bool:
        """Take a (height, width, 3) picture in where it is doubtful and unlike all others; whether it was.

        See `Candidate` for what is said of it.
        """
        if not self._is_on or doubt < LEAST_DOUBT or known >= _LIKE or not self._is_news(embedding):
            return False
        jpeg = encode_jpeg(_smaller(image))
        digest = hashlib.sha256(jpeg).hexdigest()
        return self._keep(Candidate(digest, jpeg, embedding, doubt, known, stream, time))

    @property
    def all(self) -> Sequence[Candidate]:
        """Those that wait."""
        with self._lock:
            return tuple(self._all.values())

    def get(self, digest: str) -> Candidate | None:
        """One by its hash; None where it waits no more."""
        with self._lock:
            return self._all.get(digest)

    def take(self, digest: str) -> Candidate | None:
        """One by its hash, which waits no more; None where somebody was quicker."""
        with self._lock:
            found = self._all.pop(digest, None)
            self._measure()
            return found

    def put_back(self, candidate: Candidate) -> None:
        """Let one wait again."""
        self._keep(candidate)

    def _is_news(self, embedding: FloatArray) -> bool:
        with self._lock:
            return not self._all or float((self._units @ _unit(embedding)).max()) < _LIKE

    def _keep(self, candidate: Candidate) -> bool:
        with self._lock:
            if not self._is_on:
                return False
            self._all[candidate.hash] = candidate
            self._measure()
            if len(self._all) > self._most:
                del self._all[self._least()]
                self._measure()
            return candidate.hash in self._all

    def _measure(self) -> None:
        embeddings = [each.embedding for each in self._all.values()]
        self._units = unit_rows(np.stack(embeddings)) if embeddings else np.empty((0, 0), np.float32)

    def _least(self) -> str:
        """The one that would teach least: little doubtful, or much like another or what is known."""
        every = tuple(self._all.values())
        cosines = self._units @ self._units.T
        np.fill_diagonal(cosines, -1)
        nearest = np.maximum(cosines.max(1), [each.known for each in every])
        worth = np.array([each.doubt for each in every]) * (1 - nearest)
        return every[int(worth.argmin())].hash


def _unit(embedding: FloatArray) -> FloatArray:
    row: FloatArray = unit_rows(embedding[None])[0]
    return row


def _smaller(image: Image) -> Image:
    factor = _SIDE / max(image.shape[:2])
    if factor >= 1:
        return image
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]

"""What the faces' flow needs of its parts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..records import FloatArray, Frame, Image
from .records import Evidence, Face, Match, Quality, Track


class Background(Protocol):
    """Removes what is behind the people, or leaves it; `fingerprint` says how, empty where it stays."""

    @property
    def fingerprint(self) -> str:
        """Names the network that removes it."""
        ...

    def remove(self, image: Image) -> Image:
        """The picture that faces are looked for in and cut from."""
        ...


class DetectionScheduler(Protocol):
    """Knows where the faces are, and looks for them when that is due; see tracking.motion."""

    def find(self, frame: Frame, foreground: Callable[[], Image]) -> tuple[Face, ...]:
        """Every face of the next frame, whose picture without its background is there on demand."""
        ...


class Aligner(Protocol):
    """Cuts faces out."""

    def align(self, image: Image, face: Face) -> Image:
        """One face, as the embedder wants it."""
        ...


class Embedder(Protocol):
    """Turns faces into vectors."""

    def embed(self, crops: Sequence[Image]) -> FloatArray:
        """(n, length) float32 of unit length for n crops; n may be 0."""
        ...


class Inspector(Protocol):
    """Judges how much of a face there is to see."""

    def inspect(self, image: Image, face: Face) -> Quality:
        """The quality of one face of a picture."""
        ...


class Tracker(Protocol):
    """Follows faces from frame to frame; see stages.tracking.FaceTracker."""

    def associate(self, image: Image, time: float, faces: Sequence[Face]) -> Sequence[int]:
        """The indices of the faces whose embeddings are wanted."""
        ...

    def update(
        self, rows: Sequence[int], embeddings: FloatArray, qualities: Sequence[Quality]
    ) -> Sequence[Evidence]:
        """What is known of each of these faces now."""
        ...

    def assign(self, rows: Sequence[int], matches: Sequence[Match]) -> Sequence[Track]:
        """The track of every face of the frame."""
        ...


class Identifier(Protocol):
    """Knows whose vector it is."""

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by the name that its matches bear."""
        ...

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """One answer for each face."""
        ...

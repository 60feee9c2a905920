"""The flow from a frame to who is on it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .entities import Evidence, Face, FloatArray, Frame, Image, Match, Sighting


class Detector(Protocol):
    """Finds faces."""

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Every face of a picture."""
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


class Classifier(Protocol):
    """Knows whose vector it is."""

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by the name that its matches bear."""
        ...

    def classify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """One answer for each face."""
        ...


class Pipeline:
    """Who is on a frame: detect, align, embed, classify."""

    def __init__(
        self, detector: Detector, aligner: Aligner, embedder: Embedder, classifier: Classifier
    ) -> None:
        self._detector = detector
        self._aligner = aligner
        self._embedder = embedder
        self._classifier = classifier

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by name."""
        return self._classifier.people

    def process(self, frame: Frame) -> tuple[Sighting, ...]:
        """Every face of a frame and whose it is."""
        faces = self._detector.detect(frame.image)
        crops = [self._aligner.align(frame.image, face) for face in faces]
        embeddings = self._embedder.embed(crops)
        matches = self._classifier.classify([Evidence(embedding) for embedding in embeddings])
        return tuple(Sighting(face, match) for face, match in zip(faces, matches, strict=True))

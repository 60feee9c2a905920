"""The pictures of a walk, looked at one after another; the frames of a film belong together."""

from collections.abc import Iterator
from contextlib import closing
from typing import Protocol

from ..media.sources import Source
from ..media.walk import Picture, Walk
from ..networks import version_of
from ..records import Image
from .analyzer import FollowingSettings, Tracked
from .records import DetectedPicture, Detection
from .stages.detect import ObjectDetector


class Eye(Protocol):
    """Finds objects on pictures that have nothing in common."""

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """See `tracking.motion.Detector`."""
        ...


class Scanner:
    """Says what is where on pictures, and numbers what is followed through a film."""

    def __init__(self, detector: ObjectDetector, still: Eye) -> None:
        """Take a network.

        Args:
            detector: Looks at films.
            still: Looks at single pictures, and may take its time.
        """
        self._detector = detector
        self._still = still
        self._film: Source | None = None
        self._tracked = Tracked(detector, FollowingSettings())

    def scan(self, walk: Walk) -> Iterator[tuple[Picture, DetectedPicture]]:
        """Every picture of a walk, and what is on it."""
        with closing(walk.pictures()) as pictures:  # type: ignore[type-var]
            for picture in pictures:
                yield picture, self._look(picture)

    def _look(self, picture: Picture) -> DetectedPicture:
        height, width = picture.image.shape[:2]
        objects = self._objects(picture)
        return DetectedPicture(
            picture=picture.name,
            place=picture.place,
            width=width,
            height=height,
            network=self._detector.name,
            version=version_of(self._detector.card),
            limits=self._tracked.limits if picture.film else self._detector.limits,
            objects=objects,
            frame=picture.frame.index if picture.frame else None,
            time=picture.time,
        )

    def _objects(self, picture: Picture) -> tuple[Detection, ...]:
        if picture.frame is None:
            return self._still.detect(picture.image)
        if picture.film is not self._film:
            self._film, self._tracked = picture.film, Tracked(self._detector, FollowingSettings())
        return self._tracked.find(picture.frame)

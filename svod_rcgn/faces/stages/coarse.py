"""A first look at photographs, at a quarter of the pixels, for the large faces that most of them show.

Seen so, a large face is nearer to the size at which cameras show it, and its box nearer to theirs.
"""

from ... import geometry
from ...records import Box, Image
from ...tracking.motion import Detector
from ..records import Face
from ..settings import CoarseSettings


class CoarseDetector:
    """Finds the faces of a picture made small, if the widest is large enough to be seen well there."""

    def __init__(self, detector: Detector[Face], settings: CoarseSettings) -> None:
        self._detector = detector
        self._settings = settings

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Find the faces; see `tracking.motion.Detector`. None where it takes a full look to tell."""
        side = max(image.shape[:2])
        if side < self._settings.worth * self._settings.longer_side:
            return ()
        small = geometry.reduced(image, self._settings.longer_side)
        enlarge = side / max(small.shape[:2])
        faces = tuple(_enlarged(face, enlarge) for face in self._detector.detect(small))
        widest = max((face.box.width for face in faces), default=0.0)
        return faces if widest >= self._settings.min_width * side else ()


def _enlarged(face: Face, scale: float) -> Face:
    box = face.box
    enlarged = Box(box.left * scale, box.top * scale, box.right * scale, box.bottom * scale)
    return Face(enlarged, face.landmarks * scale, face.score)

"""The face in one photograph of a person, or the reason why there is none to take."""

from collections.abc import Sequence
from typing import Protocol

from ... import geometry
from ...errors import InputError
from ...records import Box, Image
from ...storage import images
from ...storage.images import PictureFile
from ...tracking.motion import Detector
from .. import strip
from ..protocols import Aligner, Background, Inspector
from ..records import Face
from ..settings import EnrolmentSettings
from ..stages.background import KEPT


class Cutter(Protocol):
    """Makes the crop that teaches a person; `recipe` names all that a crop depends on."""

    recipe: str

    def cut(self, file: PictureFile) -> tuple[Face | None, Image]:
        """Give the crop, and the face that it shows where one was looked for.

        Raises:
            InputError: The picture cannot teach anybody; the message says why.
        """
        ...


class FaceCutter:
    """Takes the one face out of a photograph of a person, or says why there is none to take."""

    def __init__(
        self,
        detector: Detector[Face],
        inspector: Inspector,
        aligner: Aligner,
        settings: EnrolmentSettings,
        recipe: str,
        background: Background = KEPT,
    ) -> None:
        self._detector = detector
        self._inspector = inspector
        self._aligner = aligner
        self._settings = settings
        self._background = background
        self.recipe = f"{recipe} of any quality" if settings.keep_low_quality else recipe

    def cut(self, file: PictureFile) -> tuple[Face, Image]:
        """Find the face of a picture and cut it.

        Raises:
            InputError: It cannot be read, shows no face or several, or shows too little of the face.
        """
        return self.take(images.decode(file))

    def take(self, image: Image) -> tuple[Face, Image]:
        """Find the face of a picture that is decoded already, and cut it.

        Args:
            image: (height, width, 3) uint8, BGR.

        Raises:
            InputError: It shows no face or several, or shows too little of the face.
        """
        image = self._background.remove(image)
        face = self._only_face(image)
        return face, self._aligner.align(image, face)

    def _only_face(self, image: Image) -> Face:
        faces = self._prominent(self._detector.detect(image))
        if len(faces) != 1:
            raise InputError(f"{len(faces)} faces" if faces else "no face")
        reasons = self._inspector.inspect(image, faces[0]).reasons
        if reasons and not self._settings.keep_low_quality:
            raise InputError(", ".join(reasons))
        return faces[0]

    def _prominent(self, faces: Sequence[Face]) -> list[Face]:
        widest = max((face.box.width for face in faces), default=0.0)
        return [face for face in faces if face.box.width >= widest * self._settings.bystander]


class CropCutter:
    """Takes a picture that is a face already as it is; one of another size is scaled.

    Of a face that was cut for two networks it takes the larger square.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self.recipe = f"crop {size}"

    def cut(self, file: PictureFile) -> tuple[None, Image]:
        """Give the whole picture.

        Raises:
            InputError: It cannot be read.
        """
        image = strip.shown(images.decode(file))
        whole = Box(0, 0, image.shape[1], image.shape[0])
        return None, geometry.crop(image, geometry.square_around(whole, margin=0), self._size)


class StripCutter:
    """Takes a face that was cut for these two networks already as it is (faces.strip)."""

    def __init__(self, height: int, width: int) -> None:
        self._shape = height, width, 3
        self.recipe = f"strip {width}x{height}"

    def cut(self, file: PictureFile) -> tuple[None, Image]:
        """Give the whole picture.

        Raises:
            InputError: It cannot be read, or was cut for one network: where the landmarks were, which the
                other needs, cannot be told from it.
        """
        image = images.decode(file)
        if image.shape != self._shape or not strip.is_strip(image):
            raise InputError("a face cut out for one network, which does not do for two")
        return None, image

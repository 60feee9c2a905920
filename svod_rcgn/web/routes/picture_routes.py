"""Single pictures: whose faces are on them, what they show, which digits; and the way of an older server."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ...app.still_pictures import StillPictures
from ...classification.records import Answer, Identified
from ...classification.settings import DIGITS, IMAGENET
from ...faces.recogniser import ClassifierStatus
from ...media.drawing import annotated
from ...media.walk import Picture
from ...records import Image, Observation
from ...storage.images import PictureFile, encode_jpeg
from ..incoming_picture import checked, decoded, from_base64, received
from ..live.sightings import sightings
from ..operations import Call, Operation
from ..records import (
    ClassAnswer,
    ClassesAnswer,
    DigitAnswer,
    FacesAnswer,
    NumberAnswer,
    SeedAnswer,
    SeedPicture,
)
from ..refusal import TOO_MANY, UNAVAILABLE
from ..settings import Limits
from ..work_limit import WorkLimit

_GROUP = "Pictures"
_REFUSALS = {TOO_MANY: "Too many pictures wait.", UNAVAILABLE: "The network is not here."}
_FACES = "faces"
_UNKNOWN = "unknown"
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class AskedFaces:
    """Whether the annotated picture is wanted: `picture=1`."""

    picture: bool = False


@dataclass(frozen=True, slots=True)
class AskedClasses:
    """The network that is asked, by its name."""

    network: str = IMAGENET


class PictureRoutes:
    """Pictures over HTTP."""

    def __init__(
        self,
        pictures: StillPictures,
        classifiers: Callable[[], ClassifierStatus | None],
        limits: Limits,
    ) -> None:
        """Take what looks.

        Args:
            pictures: Looks.
            classifiers: Those of faces that are in use.
            limits: What comes in at most.
        """
        self._pictures = pictures
        self._classifiers = classifiers
        self._limits = limits
        self._work = WorkLimit(limits.at_work, limits.waiting)

    def operations(self) -> list[Operation]:
        """See the module."""
        post = partial(Operation, "POST", refusals=_REFUSALS, group=_GROUP)
        return [
            post(
                "/api/faces", "Whose faces are on a picture, and where.", self._faces,
                pictures=True, query=AskedFaces, gives=FacesAnswer,
            ),
            post(
                "/api/classify", "The five likeliest classes of a whole picture.", self._classify,
                pictures=True, query=AskedClasses, gives=ClassesAnswer,
            ),
            post(
                "/api/digit", "The number that is written on a picture.", self._digit,
                pictures=True, gives=NumberAnswer,
            ),
            post(
                "/image", "Faces, as the client of Flask-Yolov3-Classifier asks.", self._seed,
                takes=SeedPicture, gives=SeedAnswer,
            ),
        ]  # fmt: skip

    async def _faces(self, call: Call) -> FacesAnswer:
        file = await received(call.request, self._limits)
        (image, seen), waited, worked = await self._work.do(partial(self._seen, file))
        drawn = _base64(annotated(image, seen)) if call.query.picture else None
        status = self._classifiers()
        return FacesAnswer(
            width=image.shape[1],
            height=image.shape[0],
            network=_FACES,
            version="" if status is None else status.version,
            faces=sightings(seen),
            waited=waited,
            worked=worked,
            picture=drawn,
        )

    async def _classify(self, call: Call) -> ClassesAnswer:
        file = await received(call.request, self._limits)
        work = partial(self._identified, file, call.query.network)
        (image, found), waited, worked = await self._work.do(work)
        return ClassesAnswer(
            width=image.shape[1],
            height=image.shape[0],
            network=found.network,
            version=found.version,
            known=found.known,
            answers=_answers(found.answers),
            waited=waited,
            worked=worked,
        )

    async def _digit(self, call: Call) -> NumberAnswer:
        file = await received(call.request, self._limits)
        (image, found), waited, worked = await self._work.do(partial(self._identified, file, DIGITS))
        return NumberAnswer(
            width=image.shape[1],
            height=image.shape[0],
            network=found.network,
            version=found.version,
            number=found.number,
            problem=found.problem,
            digits=tuple(
                DigitAnswer(
                    (each.box.left, each.box.top, each.box.right, each.box.bottom),
                    each.known,
                    _answers(each.answers),
                )
                for each in found.digits
            ),
            waited=waited,
            worked=worked,
        )

    async def _seed(self, call: Call) -> SeedAnswer:
        asked: SeedPicture = call.body
        file = checked(from_base64(asked.Uint8array, asked.name), self._limits)
        (image, seen), _, _ = await self._work.do(partial(self._seen, file))
        found = sightings(seen)
        return SeedAnswer(
            name=asked.name,
            size=asked.size,
            ext=f"image/{asked.ext}",
            processed="true",
            prediction_image=_base64(annotated(image, seen)),
            prediction_labels=tuple(each.label or _UNKNOWN for each in found),
            prediction_scores=tuple(round(100 * each.score, 2) for each in found),
            prediction_boxes=tuple(each.box for each in found if each.box is not None),
        )

    def _seen(self, file: PictureFile) -> tuple[Image, tuple[Observation, ...]]:
        image = decoded(file, self._limits)
        return image, self._pictures.faces(image)

    def _identified(self, file: PictureFile, network: str) -> tuple[Image, Identified]:
        image = decoded(file, self._limits)
        return image, self._pictures.identify(network, Picture(file.name, image))


def _answers(answers: tuple[Answer, ...]) -> tuple[ClassAnswer, ...]:
    return tuple(ClassAnswer(each.index, each.label, round(each.probability, _DECIMALS)) for each in answers)


def _base64(image: Image) -> str:
    return base64.b64encode(encode_jpeg(image)).decode()

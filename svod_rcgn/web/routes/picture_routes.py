"""Single pictures: faces, objects, classes, digits; and the way of an older server."""

import asyncio
import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from ...app.digit_corrections import DigitCorrections
from ...app.still_pictures import StillPictures
from ...classification.records import Answer, Identified
from ...classification.settings import DIGITS, IMAGENET
from ...errors import ModelError
from ...faces.recogniser import ClassifierStatus
from ...media.drawing import annotated
from ...media.walk import Picture
from ...networks import InstalledNetwork, list_networks, version_of
from ...networks.card import CLASSIFICATION, OBJECTS
from ...networks.class_labels import read_labels
from ...objects.analyzer import observation_of
from ...objects.records import Detection
from ...objects.settings import COCO, ObjectSettings
from ...objects.stages.detect import ObjectDetector
from ...records import PICTURE, Image, Observation
from ...storage.folder_names import name_of
from ...storage.images import PictureFile, encode_jpeg
from ...text import counted, shown
from ..access.roles import Role
from ..incoming_picture import checked, decoded, from_base64, received
from ..live.sightings import corners, sightings
from ..operations import Call, Operation
from ..records import (
    ClassAnswer,
    ClassesAnswer,
    DigitAnswer,
    Done,
    FacesAnswer,
    FoundObject,
    Networks,
    NetworkState,
    NumberAnswer,
    ObjectsAnswer,
    SeedAnswer,
    SeedPicture,
    WrittenNumber,
)
from ..refusal import TOO_MANY, UNAVAILABLE
from ..settings import Limits
from ..work_limit import WorkLimit
from .dataset_acts import who

_GROUP = "Pictures"
_REFUSALS = {TOO_MANY: "Too many pictures wait.", UNAVAILABLE: "The network is not here."}
_FACES = "faces"
_UNKNOWN = "unknown"
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class AskedDrawing:
    """Whether the annotated picture is wanted: `picture=1`."""

    picture: bool = False


@dataclass(frozen=True, slots=True)
class AskedClasses:
    """The network that is asked, by its name, and whether the annotated picture is wanted."""

    network: str = IMAGENET
    picture: bool = False


@dataclass(frozen=True, slots=True)
class AskedObjects:
    """The network that is asked, from which score on objects are told, and whether as a picture, too.

    Without `score` each class has a limit of its own.
    """

    network: str = COCO
    score: Annotated[float, Meta(ge=0.01, le=1)] | None = None
    picture: bool = False


class PictureRoutes:
    """Pictures over HTTP."""

    def __init__(
        self,
        pictures: StillPictures,
        classifiers: Callable[[], ClassifierStatus | None],
        limits: Limits,
        models_dir: Path,
        work: WorkLimit,
        digits: DigitCorrections,
    ) -> None:
        """Take what looks.

        Args:
            pictures: Looks.
            classifiers: Those of faces that are in use.
            limits: What comes in at most.
            models_dir: The folder of networks.
            work: How much is looked at side by side.
            digits: Takes what was read wrongly.
        """
        self._models_dir = models_dir
        self._pictures = pictures
        self._classifiers = classifiers
        self._limits = limits
        self._work = work
        self._digits = digits

    def operations(self) -> list[Operation]:
        """See the module."""
        post = partial(Operation, "POST", refusals=_REFUSALS, group=_GROUP, place=self._work.place)
        return [
            post(
                "/api/faces", "Whose faces are on a picture, and where.", self._faces,
                pictures=True, query=AskedDrawing, gives=FacesAnswer,
            ),
            Operation(
                "GET", "/api/networks", "What pictures can be asked about.", self._networks,
                gives=Networks, group=_GROUP,
            ),
            post(
                "/api/detect", "What is where on a picture.", self._detect,
                pictures=True, query=AskedObjects, gives=ObjectsAnswer,
            ),
            post(
                "/api/classify", "The five likeliest classes of a whole picture.", self._classify,
                pictures=True, query=AskedClasses, gives=ClassesAnswer,
            ),
            post(
                "/api/digit", "The number that is written on a picture.", self._digit,
                pictures=True, query=AskedDrawing, gives=NumberAnswer,
            ),
            post(
                "/api/digit/corrections", "Say which number is really written there.", self._correct,
                role=Role.EDITOR, takes=WrittenNumber, gives=Done, act_name="correct digits",
            ),
            post(
                "/image", "Faces, as the client of Flask-Yolov3-Classifier asks.", self._seed,
                takes=SeedPicture, gives=SeedAnswer,
            ),
        ]  # fmt: skip

    async def _faces(self, call: Call) -> FacesAnswer:
        file = await received(call.request, self._limits)
        (image, seen), waited, worked = await self._work.in_place(partial(self._seen, file))
        status = self._classifiers()
        return FacesAnswer(
            width=image.shape[1],
            height=image.shape[0],
            network=_FACES,
            version="" if status is None else status.version,
            faces=sightings(seen),
            waited=waited,
            worked=worked,
            picture=await _drawn(image, seen, wanted=call.query.picture),
        )

    async def _networks(self, _call: Call) -> Networks:
        return await asyncio.to_thread(self._known)

    def _known(self) -> Networks:
        there = list_networks(self._models_dir) if self._models_dir.is_dir() else []
        states = {task: tuple(_states(there, task)) for task in (CLASSIFICATION, OBJECTS)}
        return Networks(
            faces=self._pictures.knows_faces,
            digits=any(each.name == DIGITS for each in states[CLASSIFICATION]),
            classifiers=tuple(each for each in states[CLASSIFICATION] if each.name != DIGITS),
            detectors=states[OBJECTS],
        )

    async def _detect(self, call: Call) -> ObjectsAnswer:
        asked: AskedObjects = call.query
        file = await received(call.request, self._limits)
        (image, detector, found), waited, worked = await self._work.in_place(
            partial(self._found, file, asked)
        )
        seen = [observation_of(each, each.label, None, detector.name) for each in found]
        return ObjectsAnswer(
            width=image.shape[1],
            height=image.shape[0],
            network=detector.name,
            version=version_of(detector.card),
            limits=detector.limits,
            objects=tuple(
                FoundObject(each.index, each.label, round(each.score, _DECIMALS), corners(each.box))
                for each in found
            ),
            waited=waited,
            worked=worked,
            picture=await _drawn(image, seen, wanted=asked.picture),
        )

    async def _classify(self, call: Call) -> ClassesAnswer:
        file = await received(call.request, self._limits)
        work = partial(self._identified, file, call.query.network)
        (image, found), waited, worked = await self._work.in_place(work)
        return ClassesAnswer(
            width=image.shape[1],
            height=image.shape[0],
            network=found.network,
            version=found.version,
            known=found.known,
            answers=_answers(found.answers),
            waited=waited,
            worked=worked,
            picture=await _drawn(image, _labels(found), wanted=call.query.picture),
        )

    async def _digit(self, call: Call) -> NumberAnswer:
        file = await received(call.request, self._limits)
        (image, found), waited, worked = await self._work.in_place(partial(self._identified, file, DIGITS))
        return NumberAnswer(
            width=image.shape[1],
            height=image.shape[0],
            network=found.network,
            version=found.version,
            number=found.number,
            problem=found.problem,
            digits=tuple(
                DigitAnswer(
                    corners(each.box),
                    each.known,
                    _answers(each.answers),
                )
                for each in found.digits
            ),
            waited=waited,
            worked=worked,
            picture=await _drawn(image, _boxes(found), wanted=call.query.picture),
        )

    async def _correct(self, call: Call) -> Done:
        asked: WrittenNumber = call.body
        file = checked(from_base64(asked.picture, "the drawing"), self._limits)

        def keep() -> int:
            return self._digits.add(decoded(file, self._limits), asked.number, who(call.caller))

        (added, _, _) = await self._work.in_place(keep)
        return Done(f"{counted(added, 'digit', ('is', 'are'))} new in the dataset {DIGITS}")

    async def _seed(self, call: Call) -> SeedAnswer:
        asked: SeedPicture = call.body
        file = checked(from_base64(asked.Uint8array, asked.name), self._limits)
        (image, seen), _, _ = await self._work.in_place(partial(self._seen, file))
        found = sightings(seen)
        return SeedAnswer(
            name=asked.name,
            size=asked.size,
            ext=f"image/{asked.ext}",
            processed="true",
            prediction_image=await asyncio.to_thread(_encoded, image, seen),
            prediction_labels=tuple(each.label or _UNKNOWN for each in found),
            prediction_scores=tuple(round(100 * each.score, 2) for each in found),
            prediction_boxes=tuple(each.box for each in found if each.box is not None),
        )

    def _found(
        self, file: PictureFile, asked: AskedObjects
    ) -> tuple[Image, ObjectDetector, tuple[Detection, ...]]:
        detector = self._pictures.detector(asked.network, ObjectSettings(score=asked.score))
        image = decoded(file, self._limits)
        return image, detector, detector.detect(image)

    def _seen(self, file: PictureFile) -> tuple[Image, tuple[Observation, ...]]:
        image = decoded(file, self._limits)
        return image, self._pictures.faces(image)

    def _identified(self, file: PictureFile, network: str) -> tuple[Image, Identified]:
        image = decoded(file, self._limits)
        return image, self._pictures.identify(network, Picture(file.name, image))


def _states(there: Sequence[InstalledNetwork], task: str) -> Iterator[NetworkState]:
    """Those for a task; one that is damaged is told to whoever asks it."""
    for each in there:
        if each.card and each.card.task == task and each.in_use:
            try:
                classes = len(read_labels(each.directory, each.card))
            except ModelError:
                classes = 0
            yield NetworkState(shown(name_of(each.folder)), version_of(each.card), classes)


def _answers(answers: tuple[Answer, ...]) -> tuple[ClassAnswer, ...]:
    return tuple(ClassAnswer(each.index, each.label, round(each.probability, _DECIMALS)) for each in answers)


def _labels(found: Identified) -> list[Observation]:
    """What an annotated picture says of the whole: its classes, or that the network knows nothing like it."""
    if not found.known:
        return [Observation(kind=PICTURE, label=None, score=1.0)]
    return [Observation(kind=PICTURE, label=each.label, score=each.probability) for each in found.answers]


def _boxes(found: Identified) -> list[Observation]:
    """What an annotated picture says of digits."""
    return [
        Observation(
            kind=DIGITS,
            label=each.answers[0].label if each.known else None,
            score=each.answers[0].probability,
            box=each.box,
        )
        for each in found.digits
    ]


async def _drawn(image: Image, seen: Sequence[Observation], *, wanted: bool) -> str | None:
    return await asyncio.to_thread(_encoded, image, seen) if wanted else None


def _encoded(image: Image, seen: Sequence[Observation]) -> str:
    """The annotated picture, as JPEG in base64."""
    return base64.b64encode(encode_jpeg(annotated(image, seen))).decode()

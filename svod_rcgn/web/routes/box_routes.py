"""Pictures of datasets are boxed, with proposals, and detectors are learned from them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ...app.boxed_set import BoxedPictureState, BoxedSet, BoxedSetState, ProposedBox
from ...app.boxed_sets import BoxedSets
from ...app.detector_training import DetectorTrainingState
from ...app.sent_pictures import put_in
from ...datasets.records import LabelledBox, NewBox
from ...records import Box
from ...storage.images import thumbnail
from ...teach.acts import undo
from ..access.entrance import Entrance
from ..access.roles import Role
from ..incoming_picture import received_form
from ..live.sockets import serve, tell_changes
from ..operations import Call, Operation
from ..refusal import CONFLICT, MISSING, UNAVAILABLE, UNUSABLE, Refusal
from ..settings import Limits
from ..work_limit import WorkLimit
from .dataset_acts import (
    MOST,
    Acts,
    Shown,
    Undone,
    as_asked,
    last_acts,
    shown,
    small_picture,
    who,
)

Result = TypeVar("Result")
LARGEST_SIDE = 2000  # pixels of a picture that is asked for
_GROUP = "Boxes"
_PATH = "/api/boxes/{name}"
_PICTURE = f"{_PATH}/pictures/{{picture}}"
_DAMAGED = {UNAVAILABLE: "A file of the dataset is damaged, or a network is missing."}
_NONE = {MISSING: "There is no such dataset.", **_DAMAGED}
_NO_PICTURE = {MISSING: "There is no such dataset or picture.", **_DAMAGED}
_CHANGED = {CONFLICT: "Something has happened meanwhile; it is said what."}
_BUSY = {CONFLICT: "It is being learned already."}


@dataclass(frozen=True, slots=True)
class BoxedSetNames:
    """The datasets that are there."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewBoxedSet:
    """What a new dataset is called, and the first classes, which may be none."""

    name: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedPictures:
    """From which place on pictures are told, and how many."""

    begin: int = 0
    count: int = 100


@dataclass(frozen=True, slots=True)
class BoxedPictures:
    """Some pictures in the order in which they came."""

    pictures: tuple[BoxedPictureState, ...]


@dataclass(frozen=True, slots=True)
class AskedSide:
    """How many pixels the longer side of a picture has at most."""

    side: int = 1600


@dataclass(frozen=True, slots=True)
class ProposedBoxes:
    """What may be in a picture."""

    boxes: tuple[ProposedBox, ...]


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A box in pixels of the picture; `number` is None for a new one."""

    label: str
    left: float
    top: float
    right: float
    bottom: float
    number: int | None = None


@dataclass(frozen=True, slots=True)
class DrawnBoxes:
    """All that is in a picture, in place of the boxes that were `seen`; None where nothing had been said."""

    boxes: tuple[DrawnBox, ...]
    seen: tuple[LabelledBox, ...] | None


@dataclass(frozen=True, slots=True)
class AskedDetector:
    """How many minutes to learn on after what is learned at once."""

    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class BoxNews:
    """A dataset, each time that it has changed."""

    boxes: BoxedSetState
    type: str = "boxes"


class BoxRoutes:
    """Boxes over HTTP, and a socket that tells of changes."""

    def __init__(self, sets: BoxedSets, entrance: Entrance, limits: Limits, work: WorkLimit) -> None:
        """Take the datasets, who may ask, what comes in at most, and how much is done side by side."""
        self._sets, self._entrance, self._limits, self._work = sets, entrance, limits, work

    def operations(self) -> list[Operation]:
        """See the module."""
        return [*self._of_sets(), *self._of_pictures(), *self._of_training()]

    def sockets(self) -> list[WebSocketRoute]:
        """See the module."""
        return [WebSocketRoute(f"{_PATH}/news", self._news)]

    def _of_sets(self) -> list[Operation]:
        return [
            Operation(
                "GET", "/api/boxes", "The datasets.", self._names, gives=BoxedSetNames, group=_GROUP,
            ),
            Operation(
                "POST", "/api/boxes", "Make a dataset.", self._create, role=Role.EDITOR,
                takes=NewBoxedSet, gives=BoxedSetState, refusals=_DAMAGED, act_name="make dataset",
                group=_GROUP,
            ),
            Operation(
                "GET", _PATH, "How a dataset stands.", self._state,
                gives=BoxedSetState, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/acts", "What was done last.", self._acts,
                gives=Acts, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "POST", f"{_PATH}/undo", "Undo acts.", self._undo, role=Role.EDITOR, takes=Undone,
                gives=Acts, refusals={**_NONE, **_CHANGED}, act_name="undo", group=_GROUP,
            ),
        ]  # fmt: skip

    def _of_pictures(self) -> list[Operation]:
        return [
            Operation(
                "GET", f"{_PATH}/pictures", "Pictures and their boxes.", self._pictures,
                query=AskedPictures, gives=BoxedPictures, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "POST", f"{_PATH}/pictures", "Add pictures and films, each film as one shooting.",
                self._add, role=Role.EDITOR, form=("picture",), gives=Shown, refusals=_NONE,
                act_name="add pictures", group=_GROUP,
            ),
            Operation(
                "GET", _PICTURE, "A picture as it is seen.", self._picture, query=AskedSide,
                media="image/jpeg", refusals=_NO_PICTURE, group=_GROUP,
            ),
            Operation(
                "GET", f"{_PICTURE}/boxes", "What is said of a picture.", self._boxes,
                gives=BoxedPictureState, refusals=_NO_PICTURE, group=_GROUP,
            ),
            Operation(
                "PUT", f"{_PICTURE}/boxes", "Say all that is in a picture.", self._set, role=Role.EDITOR,
                takes=DrawnBoxes, gives=BoxedPictureState, refusals={**_NO_PICTURE, **_CHANGED},
                act_name="box", group=_GROUP,
            ),
            Operation(
                "GET", f"{_PICTURE}/proposals", "What may be in a picture.", self._proposals,
                role=Role.EDITOR, gives=ProposedBoxes, refusals=_NO_PICTURE, group=_GROUP,
            ),
        ]  # fmt: skip

    def _of_training(self) -> list[Operation]:
        return [
            Operation(
                "GET", f"{_PATH}/training", "How its detector fares.", self._training,
                gives=DetectorTrainingState, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "POST", f"{_PATH}/training", "Learn a detector.", self._train, role=Role.EDITOR,
                takes=AskedDetector, gives=DetectorTrainingState, refusals={**_NONE, **_BUSY},
                act_name="learn detector", group=_GROUP,
            ),
            Operation(
                "POST", f"{_PATH}/training/stop", "End the learning; the best so far is kept.", self._stop,
                role=Role.EDITOR, gives=DetectorTrainingState, refusals=_NONE, act_name="stop learning",
                group=_GROUP,
            ),
        ]  # fmt: skip

    def _get(self, name: str) -> BoxedSet:
        if name not in self._sets.names():
            raise Refusal(MISSING, "there is no such dataset; make it first")
        return self._sets.get(name)

    async def _in_thread(self, call: Call, act: Callable[[BoxedSet], Result]) -> Result:
        name = call.place("name")
        return await asyncio.to_thread(lambda: act(self._get(name)))

    async def _names(self, _call: Call) -> BoxedSetNames:
        return BoxedSetNames(tuple(await asyncio.to_thread(self._sets.names)))

    async def _create(self, call: Call) -> BoxedSetState:
        return await asyncio.to_thread(self._created, call.body, who(call.caller))

    def _created(self, wished: NewBoxedSet, name: str) -> BoxedSetState:
        with as_asked():
            made = self._sets.create(wished.name, name)
            if wished.classes:
                made.dataset(name).create_classes(wished.classes)
        return made.state

    async def _state(self, call: Call) -> BoxedSetState:
        return await self._in_thread(call, lambda found: found.state)

    async def _acts(self, call: Call) -> Acts:
        return await self._in_thread(call, lambda found: last_acts(found.log))

    async def _undo(self, call: Call) -> Acts:
        return await self._in_thread(call, lambda found: _undone(found, call.body, who(call.caller)))

    async def _pictures(self, call: Call) -> BoxedPictures:
        asked = call.query
        return BoxedPictures(
            await self._in_thread(call, lambda each: each.pictures(asked.begin, asked.count))
        )

    async def _add(self, call: Call) -> Shown:
        form = await received_form(call.request, self._limits, most=MOST)
        if not form.pictures:
            raise Refusal(UNUSABLE, "the form has no file `picture`")
        call.note(f"pictures={len(form.pictures)}")
        name = who(call.caller)
        done = await self._in_thread(
            call, lambda found: put_in(form.pictures, lambda new, source: found.add(new, source, name))
        )
        return shown(done)

    async def _picture(self, call: Call) -> Response:
        side = min(max(call.query.side, 1), LARGEST_SIDE)
        data = await self._in_thread(call, lambda found: _seen(found, call.place("picture"), side))
        return small_picture(data)

    async def _boxes(self, call: Call) -> BoxedPictureState:
        return await self._in_thread(call, lambda found: _there(found, call.place("picture")))

    async def _set(self, call: Call) -> BoxedPictureState:
        return await self._in_thread(
            call, lambda found: _set(found, call.place("picture"), call.body, who(call.caller))
        )

    async def _proposals(self, call: Call) -> ProposedBoxes:
        found = await asyncio.to_thread(self._get, call.place("name"))
        digest = call.place("picture")
        await asyncio.to_thread(_there, found, digest)
        done = await self._work.do(lambda: ProposedBoxes(found.proposals(digest)))
        return done.result

    async def _training(self, call: Call) -> DetectorTrainingState:
        return await self._in_thread(call, lambda found: found.training.state)

    async def _train(self, call: Call) -> DetectorTrainingState:
        return await self._in_thread(call, lambda found: found.training.start(call.body.minutes))

    async def _stop(self, call: Call) -> DetectorTrainingState:
        await self._in_thread(call, lambda found: found.training.stop())
        return await self._training(call)

    async def _news(self, socket: WebSocket) -> None:
        """Send the dataset whenever it has changed."""

        async def talk() -> None:
            found = await asyncio.to_thread(self._get, socket.path_params["name"])
            await tell_changes(socket, lambda: found.mark, lambda: BoxNews(found.state))

        await serve(socket, self._entrance, talk)


def _undone(found: BoxedSet, wished: Undone, name: str) -> Acts:
    with as_asked():
        undo(found.dataset(name), wished.acts, wished.state)
    return last_acts(found.log)


def _there(found: BoxedSet, digest: str) -> BoxedPictureState:
    if found.file(digest) is None:
        raise Refusal(MISSING, "there is no such picture")
    return found.picture(digest)


def _seen(found: BoxedSet, digest: str, side: int) -> bytes:
    file = found.file(digest)
    if file is None:
        raise Refusal(MISSING, "there is no such picture")
    return thumbnail(file, side)


def _set(found: BoxedSet, digest: str, drawn: DrawnBoxes, name: str) -> BoxedPictureState:
    _there(found, digest)
    boxes = [
        (each.number, NewBox(each.label, Box(each.left, each.top, each.right, each.bottom)))
        for each in drawn.boxes
    ]
    return found.set_boxes(digest, boxes, drawn.seen, name)

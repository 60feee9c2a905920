"""Live pictures are answered by a recogniser, and kept while somebody holds the button."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import uuid4

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ...errors import SvodError
from ...storage.images import PictureFile, encode_jpeg
from ...teach.hold import Hold, HoldCount
from ...teach.records import LiveAnswer, RecogniserState
from ...teach.taught_recogniser import AnswerStream, Recogniser
from ..access.entrance import Entrance
from ..access.roles import Role
from ..incoming_picture import decoded
from ..live.feed import CameraFeed
from ..live.framed_picture import head_of, packed, parted
from ..live.sockets import forever, serve, tell_changes
from ..refusal import MISSING, Refusal, told
from ..settings import Limits
from ..work_limit import WorkLimit
from .dataset_acts import who
from .teach_routes import TeachRoutes

_MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class TeachHead:
    """What stands before a picture of the browser's camera.

    While the button is held, `record` are the classes that it shows; with `map` the class map is answered.
    """

    number: int
    record: tuple[str, ...] | None = None
    map: bool = False


@dataclass(frozen=True, slots=True)
class TeachAnswer:
    """What is said of a picture; `answer` is None where that is switched off, `hold` while none is held."""

    number: int
    width: int
    height: int
    answer: LiveAnswer | None
    hold: HoldCount | None
    worked: float
    type: str = "answer"


@dataclass(frozen=True, slots=True)
class TeachRefusal:
    """Why a picture was not looked at, or kept."""

    number: int | None
    error: str
    type: str = "refused"


@dataclass(frozen=True, slots=True)
class TeachNews:
    """A recogniser, each time that it has changed."""

    recogniser: RecogniserState
    type: str = "recogniser"


@dataclass(slots=True, eq=False)
class _Pupil:
    """What belongs to one socket: answers, and the hold that is going on."""

    recogniser: Recogniser
    stream: AnswerStream
    who: str
    hold: Hold | None = None
    held: ExitStack = field(default_factory=ExitStack)

    def keep(self, image: Any, jpeg: bytes | None, record: tuple[str, ...] | None) -> HoldCount | None:
        """Begin, go on with, or end a hold."""
        if record is None:
            return self.let_go()
        if self.hold is None:
            name = f"hold {datetime.now():%H:%M:%S} {uuid4().hex[:4]}"
            self.hold = self.held.enter_context(self.recogniser.holding(name, self.who))
        file = PictureFile("frame.jpg", encode_jpeg(image) if jpeg is None else jpeg)
        if self.hold.take(image, file, record[:_MOST_TAGS], monotonic()):
            self.recogniser.learning.changed()
        return self.hold.count

    def let_go(self) -> HoldCount | None:
        """End the hold that is going on, and say what it kept."""
        if self.hold is None:
            return None
        hold, self.hold = self.hold, None
        self.held.close()
        return hold.count


class TeachSockets:
    """Sockets of recognisers: pictures of a browser or of a camera of the server, and news."""

    def __init__(
        self,
        entrance: Entrance,
        routes: TeachRoutes,
        feeds: tuple[CameraFeed, ...],
        limits: Limits,
        work: WorkLimit,
    ) -> None:
        """Take who may ask, the recognisers, the server's cameras, and what comes in at most."""
        self._entrance, self._routes, self._feeds = entrance, routes, feeds
        self._limits, self._work = limits, work

    def sockets(self) -> list[WebSocketRoute]:
        """See the module."""
        return [
            WebSocketRoute("/api/teach/{name}/webcam", self._webcam),
            WebSocketRoute("/api/teach/{name}/cameras/{number:int}", self._camera),
            WebSocketRoute("/api/teach/{name}/news", self._news),
        ]

    async def _webcam(self, socket: WebSocket) -> None:
        """Answer each picture that comes; a hold ends with the socket at the latest."""
        pupils: list[_Pupil] = []

        async def hear(message: str | bytes) -> None:
            answer = await self._answered(socket, message, pupils)
            await socket.send_text(msgspec.json.encode(answer).decode())

        try:
            await serve(socket, self._entrance, forever, hear, Role.EDITOR)
        finally:
            await _ended(pupils)

    async def _answered(
        self, socket: WebSocket, message: str | bytes, pupils: list[_Pupil]
    ) -> TeachAnswer | TeachRefusal:
        number = None
        try:
            head, jpeg = parted(message, TeachHead)
            number = head.number
            if not pupils:
                pupils.append(await asyncio.to_thread(self._pupil, socket, Role.EDITOR))
            done = await self._work.do(lambda: self._looked(pupils[0], head, jpeg))
            return done.result
        except SvodError as error:
            return TeachRefusal(number, str(told(error)))
        except Refusal as refusal:
            return TeachRefusal(number, str(refusal))

    def _looked(self, pupil: _Pupil, head: TeachHead, jpeg: bytes) -> TeachAnswer:
        begun = monotonic()
        image = decoded(PictureFile("the picture", jpeg), self._limits)
        hold = pupil.keep(image, jpeg, head.record)
        answer = pupil.stream.answer(image, mapped=head.map, held=hold is not None)
        height, width = image.shape[:2]
        return TeachAnswer(head.number, width, height, answer, hold, _milliseconds(begun))

    async def _camera(self, socket: WebSocket) -> None:
        """Send the newest picture of a camera with its answer; a head that comes asks for the next."""
        pupils: list[_Pupil] = []
        heads: asyncio.Queue[TeachHead] = asyncio.Queue()
        heads.put_nowait(TeachHead(0))

        async def hear(message: str | bytes) -> None:
            heads.put_nowait(head_of(message if isinstance(message, bytes) else message.encode(), TeachHead))

        async def talk() -> None:
            feed = self._feed(socket.path_params["number"])
            pupils.append(await asyncio.to_thread(self._pupil, socket, Role.VIEWER))
            teaches = self._entrance.demand(socket, Role.VIEWER).role.includes(Role.EDITOR)
            number = 0
            while True:
                head = await heads.get()
                number = (await feed.newest(number)).number
                jpeg = feed.sent(number)
                if jpeg is not None:
                    wished = TeachHead(number, head.record if teaches else None, head.map)
                    await socket.send_bytes(await self._packed(pupils[0], wished, jpeg[1]))

        try:
            await serve(socket, self._entrance, talk, hear, Role.VIEWER)
        finally:
            await _ended(pupils)

    async def _packed(self, pupil: _Pupil, head: TeachHead, jpeg: bytes) -> bytes:
        try:
            looked = await self._work.do(lambda: self._looked(pupil, head, jpeg))
            answer: TeachAnswer | TeachRefusal = looked.result
        except SvodError as error:
            answer = TeachRefusal(head.number, str(told(error)))
        except Refusal as refusal:
            answer = TeachRefusal(head.number, str(refusal))
        return packed(answer, jpeg)

    async def _news(self, socket: WebSocket) -> None:
        """Send the recogniser whenever it has changed."""

        async def talk() -> None:
            recogniser = await asyncio.to_thread(self._routes.get, socket.path_params["name"])
            await tell_changes(socket, lambda: recogniser.mark, lambda: TeachNews(recogniser.state))

        await serve(socket, self._entrance, talk)

    def _pupil(self, socket: WebSocket, role: Role) -> _Pupil:
        caller = self._entrance.demand(socket, role)
        recogniser = self._routes.get(socket.path_params["name"])
        return _Pupil(recogniser, recogniser.stream(), who(caller))

    def _feed(self, number: int) -> CameraFeed:
        if not 0 <= number < len(self._feeds):
            raise Refusal(MISSING, "there is no such camera")
        return self._feeds[number]


async def _ended(pupils: list[_Pupil]) -> None:
    for each in pupils:
        await asyncio.to_thread(each.let_go)


def _milliseconds(begun: float) -> float:
    return round(1000 * (monotonic() - begun), 1)

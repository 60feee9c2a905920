"""The camera of a browser: its pictures come in, and what is on them goes back."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import time as wall_clock

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ...app.browser_cameras import BrowserCamera, BrowserCameras
from ...app.still_pictures import StillPictures
from ...cameras.analyzer import Analyzer
from ...errors import SvodError
from ...records import Frame, Image
from ...storage.images import PictureFile
from ..access.entrance import Entrance
from ..access.roles import Role
from ..incoming_picture import decoded
from ..live.browser_video import BrowserVideos, VideoLostError
from ..live.framed_picture import parted
from ..live.sightings import sightings
from ..live.sockets import serve
from ..records import LostVideo, OfferedVideo, SentAnswer, SentHead, SentRefusal, Sighting, TakenVideo
from ..refusal import Refusal, told
from ..settings import Limits
from ..work_limit import WorkLimit

log = logging.getLogger(__name__)

_MOST_NETWORKS = 4
_NAME = "browser"


@dataclass(slots=True, eq=False)
class _Looking:
    """How the pictures of one browser are looked at: by a camera that keeps visits, or by analyzers alone."""

    socket: WebSocket
    camera: BrowserCamera | None = None
    analyzers: Sequence[Analyzer] = ()
    offers: "asyncio.Queue[str]" = field(default_factory=lambda: asyncio.Queue(1))
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def keeps_visits(self) -> bool:
        return self.socket.query_params.get("visits") == "1"


class WebcamRoutes:
    """One analysis for each browser; nothing is kept of its pictures, unless its visits are asked for."""

    def __init__(
        self,
        entrance: Entrance,
        pictures: StillPictures,
        limits: Limits,
        work: WorkLimit,
        cameras: BrowserCameras,
        videos: BrowserVideos,
    ) -> None:
        """Take who may send and who looks.

        Args:
            entrance: Who may send.
            pictures: Looks.
            limits: What comes in at most.
            work: How much is looked at side by side.
            cameras: Those whose visits are kept.
            videos: Those that come by WebRTC.
        """
        self._videos = videos
        self._cameras = cameras
        self._entrance = entrance
        self._pictures = pictures
        self._limits = limits
        self._work = work

    def sockets(self) -> list[WebSocketRoute]:
        """See the module."""
        return [WebSocketRoute("/api/webcam", self._serve)]

    async def _serve(self, socket: WebSocket) -> None:
        """Answer each picture, in their order; whoever sends faster waits at the socket.

        `faces=0` looks for none, and each `detect=NAME` for objects with that network. With `visits=1` it is
        a camera like those of the server: what these look for is looked for, and visits are recorded. A text
        offers video; pictures are answered all the same, until it is there and when it is lost.
        """
        looking = _Looking(socket)

        async def hear(message: str | bytes) -> None:
            if isinstance(message, bytes):
                await _tell(socket, await self._answer(looking, message))
            elif refusal := self._take_offer(looking, message):
                await _tell(socket, refusal)

        async def talk() -> None:
            while True:
                await self._show(looking, await looking.offers.get())

        try:
            await serve(socket, self._entrance, talk, hear, Role.EDITOR)
        finally:
            if looking.camera is not None:
                self._cameras.give_back(looking.camera)

    def _take_offer(self, looking: _Looking, message: str) -> SentRefusal | LostVideo | None:
        try:
            looking.offers.put_nowait(msgspec.json.decode(message, type=OfferedVideo).offer)
        except (msgspec.DecodeError, RecursionError):
            return SentRefusal(None, "a text is an offer of video, as JSON")
        except asyncio.QueueFull:
            return LostVideo("another offer of video waits already")
        return None

    async def _show(self, looking: _Looking, offer: str) -> None:
        """Answer the pictures of a video as long as they come; it lives no longer than the socket."""
        client = looking.socket.client
        try:
            async with self._videos.opened(offer, client.host if client else "") as (answer, video):
                await _tell(looking.socket, TakenVideo(answer))
                while True:
                    picture = await video.newest()
                    await _tell(looking.socket, await self._seen(looking, None, picture.decoded))
        except VideoLostError as lost:
            log.warning("a browser's video is lost, its pictures come one by one: %s", lost)
            await _tell(looking.socket, LostVideo(str(lost)))

    async def _answer(self, looking: _Looking, message: bytes) -> SentAnswer | SentRefusal:
        try:
            head, picture = parted(message, SentHead)
        except Refusal as refusal:
            return SentRefusal(None, str(refusal))
        file = PictureFile("the picture", picture)
        return await self._seen(looking, head.number, lambda: decoded(file, self._limits))

    async def _seen(
        self, looking: _Looking, number: int | None, read: Callable[[], Image]
    ) -> SentAnswer | SentRefusal:
        """What is on a picture; one at a time, since they follow each other."""
        try:
            async with looking.turn:
                looked = await self._work.do(lambda: self._looked(looking, number or 0, read()))
        except SvodError as error:
            return SentRefusal(number, str(told(error)))
        except Refusal as refusal:
            return SentRefusal(number, str(refusal))
        (width, height, seen), waited, worked = looked
        return SentAnswer(number, width, height, seen, waited, worked)

    def _analyzers(self, socket: WebSocket) -> Sequence[Analyzer]:
        asked = socket.query_params
        networks = dict.fromkeys(asked.getlist("detect")[:_MOST_NETWORKS])
        return self._pictures.followers(faces=asked.get("faces") != "0", objects=tuple(networks))

    def _looked(self, looking: _Looking, number: int, image: Image) -> tuple[int, int, tuple[Sighting, ...]]:
        if looking.keeps_visits:
            looking.camera = looking.camera or self._cameras.take()
            frame, seen = looking.camera.look(image)
        else:
            frame = Frame(image, number, wall_clock(), _NAME)
            looking.analyzers = looking.analyzers or self._analyzers(looking.socket)
            seen = [each for analyzer in looking.analyzers for each in analyzer.analyze(frame)]
        height, width = frame.image.shape[:2]
        return width, height, sightings(seen, width, height)


async def _tell(socket: WebSocket, said: SentAnswer | SentRefusal | TakenVideo | LostVideo) -> None:
    await socket.send_text(msgspec.json.encode(said).decode())

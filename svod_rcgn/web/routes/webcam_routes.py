"""The camera of a browser: its pictures come in, and what is on them goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from time import time as wall_clock

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ...app.browser_cameras import BrowserCamera, BrowserCameras
from ...app.still_pictures import StillPictures
from ...cameras.analyzer import Analyzer
from ...errors import SvodError
from ...records import Frame
from ...storage.images import PictureFile
from ..access.entrance import Entrance
from ..access.roles import Role
from ..incoming_picture import decoded
from ..live.framed_picture import parted
from ..live.sightings import sightings
from ..live.sockets import forever, serve
from ..records import SentAnswer, SentHead, SentRefusal, Sighting
from ..refusal import Refusal, told
from ..settings import Limits
from ..work_limit import WorkLimit

_MOST_NETWORKS = 4
_NAME = "browser"


@dataclass(slots=True, eq=False)
class _Looking:
    """How the pictures of one browser are looked at: by a camera that keeps visits, or by analyzers alone."""

    socket: WebSocket
    camera: BrowserCamera | None = None
    analyzers: Sequence[Analyzer] = ()

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
    ) -> None:
        """Take who may send and who looks.

        Args:
            entrance: Who may send.
            pictures: Looks.
            limits: What comes in at most.
            work: How much is looked at side by side.
            cameras: Those whose visits are kept.
        """
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
        a camera like those of the server: what these look for is looked for, and visits are recorded.
        """
        looking = _Looking(socket)

        async def hear(message: str | bytes) -> None:
            answer = await self._answer(looking, message)
            await socket.send_text(msgspec.json.encode(answer).decode())

        try:
            await serve(socket, self._entrance, forever, hear, Role.EDITOR)
        finally:
            if looking.camera is not None:
                self._cameras.give_back(looking.camera)

    async def _answer(self, looking: _Looking, message: str | bytes) -> SentAnswer | SentRefusal:
        number = None
        try:
            head, picture = parted(message, SentHead)
            number = head.number
            work = partial(self._looked, looking, number, picture)
            (width, height, seen), waited, worked = await self._work.do(work)
            return SentAnswer(number, width, height, seen, waited, worked)
        except SvodError as error:
            return SentRefusal(number, str(told(error)))
        except Refusal as refusal:
            return SentRefusal(number, str(refusal))

    def _analyzers(self, socket: WebSocket) -> Sequence[Analyzer]:
        asked = socket.query_params
        networks = dict.fromkeys(asked.getlist("detect")[:_MOST_NETWORKS])
        return self._pictures.followers(faces=asked.get("faces") != "0", objects=tuple(networks))

    def _looked(
        self, looking: _Looking, number: int, picture: bytes
    ) -> tuple[int, int, tuple[Sighting, ...]]:
        image = decoded(PictureFile("the picture", picture), self._limits)
        if looking.keeps_visits:
            looking.camera = looking.camera or self._cameras.take()
            frame, seen = looking.camera.look(image)
        else:
            frame = Frame(image, number, wall_clock(), _NAME)
            looking.analyzers = looking.analyzers or self._analyzers(looking.socket)
            seen = [each for analyzer in looking.analyzers for each in analyzer.analyze(frame)]
        height, width = frame.image.shape[:2]
        return width, height, sightings(seen, width, height)

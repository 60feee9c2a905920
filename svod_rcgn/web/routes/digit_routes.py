"""What was corrected of drawn digits, and how the network learns from it."""

import asyncio
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ...app.digit_corrections import DigitCorrections
from ...app.digit_training import DigitLearning, DigitTraining
from ...storage.images import thumbnail
from ..access.entrance import Entrance
from ..access.roles import Role
from ..live.sockets import serve, tell_changes
from ..operations import Call, Operation
from ..refusal import CONFLICT, MISSING, UNAVAILABLE, UNUSABLE, Refusal
from .dataset_acts import small_picture, who

_GROUP = "Digits"
_SIDE = 96  # pixels that the longer side of a drawing has, as it is shown
_DAMAGED = {UNAVAILABLE: "The network is not here, or a file is damaged."}
_NO_DRAWING = {MISSING: "There is no such drawing.", **_DAMAGED}


@dataclass(frozen=True, slots=True)
class DigitNews:
    """How digits are learned, each time that it has changed."""

    digits: DigitLearning
    type: str = "digits"


class DigitRoutes:
    """Digits that are learned, over HTTP, and a socket that tells of changes."""

    def __init__(self, training: DigitTraining, corrections: DigitCorrections, entrance: Entrance) -> None:
        """Take who learns, who keeps what was corrected, and who may ask."""
        self._training, self._corrections, self._entrance = training, corrections, entrance

    def operations(self) -> list[Operation]:
        """See the module."""
        one = partial(Operation, gives=DigitLearning, group=_GROUP)
        return [
            one("GET", "/api/digit/learning", "What was corrected, and what was learned of it.", self._state),
            one(
                "POST", "/api/digit/learning", "Learn from all corrections.", self._start,
                role=Role.EDITOR, act_name="learn digits",
                refusals={
                    **_DAMAGED, CONFLICT: "It is being learned already.",
                    UNUSABLE: "Nothing was corrected yet.",
                },
            ),
            one(
                "POST", "/api/digit/learning/stop", "End the learning; nothing is changed then.", self._stop,
                role=Role.EDITOR, act_name="stop learning",
            ),
            one(
                "POST", "/api/digit/versions/{version}/use", "Let a version read digits.", self._use,
                role=Role.EDITOR, act_name="use version",
                refusals={MISSING: "There is no such version.", **_DAMAGED},
            ),
            Operation(
                "GET", "/api/digit/corrections/{picture}", "A drawing that was corrected.", self._picture,
                media="image/jpeg", refusals=_NO_DRAWING, group=_GROUP,
            ),
            one(
                "DELETE", "/api/digit/corrections/{picture}", "Take a corrected drawing out.",
                self._take_back, role=Role.EDITOR, act_name="take drawing out", refusals=_NO_DRAWING,
            ),
        ]  # fmt: skip

    def sockets(self) -> list[WebSocketRoute]:
        """See the module."""
        return [WebSocketRoute("/api/digit/news", self._news)]

    async def _state(self, _call: Call | None = None) -> DigitLearning:
        return await asyncio.to_thread(lambda: self._training.state)

    async def _start(self, _call: Call) -> DigitLearning:
        return await asyncio.to_thread(self._training.start)

    async def _stop(self, _call: Call) -> DigitLearning:
        self._training.stop()
        return await self._state()

    async def _use(self, call: Call) -> DigitLearning:
        return await asyncio.to_thread(self._used, call.place("version"))

    def _used(self, version: str) -> DigitLearning:
        if version not in map(str, self._training.numbers()):
            raise Refusal(MISSING, "there is no such version")
        return self._training.use(int(version))

    async def _picture(self, call: Call) -> Response:
        data = await asyncio.to_thread(self._seen, call.place("picture"))
        return small_picture(data)

    def _seen(self, digest: str) -> bytes:
        path = self._corrections.picture(digest)
        if path is None:
            raise Refusal(MISSING, "there is no such drawing")
        return thumbnail(path, _SIDE)

    async def _take_back(self, call: Call) -> DigitLearning:
        done = await asyncio.to_thread(self._corrections.take_back, call.place("picture"), who(call.caller))
        if not done:
            raise Refusal(MISSING, "there is no such drawing")
        return await self._state()

    async def _news(self, socket: WebSocket) -> None:
        """Send how it stands whenever that has changed."""

        async def talk() -> None:
            await tell_changes(socket, lambda: self._training.mark, lambda: DigitNews(self._training.state))

        await serve(socket, self._entrance, talk)

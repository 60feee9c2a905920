"""Cameras: how they fare, their pictures, and news of them and of visits."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ...app.background_training import TrainingState
from ...app.camera_sitting import CameraTap
from ...cameras.supervisor import CameraStatus
from ...control.server import Action
from ...text import shown
from ..access.entrance import Entrance
from ..live.event_counter import EventCounter
from ..live.feed import CameraFeed
from ..live.sockets import serve
from ..operations import Call, Operation
from ..records import CameraNews, CameraState, EventNews, TrainingNews
from ..refusal import MISSING, Refusal

_GLANCE = 0.25  # seconds between two looks at whether there is news
_PULSE = 1.0  # seconds between two messages of how cameras fare


@dataclass(frozen=True, slots=True, eq=False)
class WatchedCamera:
    """One camera as the page knows it."""

    name: str
    live: bool
    feed: CameraFeed
    tap: CameraTap


class CameraRoutes:
    """Cameras over HTTP and WebSockets."""

    def __init__(
        self,
        entrance: Entrance,
        cameras: Sequence[WatchedCamera],
        counter: EventCounter,
        status: Callable[[], Sequence[CameraStatus]],
        process_status: Action,
        training: Callable[[], TrainingState],
    ) -> None:
        """Take what is watched.

        Args:
            entrance: Who may look.
            cameras: In the order of their numbers, from 0.
            counter: Counts what happens to visits.
            status: How each fares, in the same order.
            process_status: How the process fares, as the control socket tells it.
            training: How the learning of people fares.
        """
        self._entrance = entrance
        self._cameras = cameras
        self._counter = counter
        self._status = status
        self._process_status = process_status
        self._training = training

    def operations(self) -> list[Operation]:
        """See the module."""
        return [
            Operation(
                "GET", "/api/cameras", "How all cameras fare.", self._list,
                gives=tuple[CameraState, ...], group="Cameras",
            ),
            Operation("GET", "/api/status", "How the process fares.", self._whole, gives=dict[str, Any]),
        ]  # fmt: skip

    def sockets(self) -> list[WebSocketRoute]:
        """A camera's pictures, and news."""
        return [
            WebSocketRoute("/api/cameras/{number:int}/view", self._view),
            WebSocketRoute("/api/news", self._news),
        ]

    async def _list(self, _call: Call) -> tuple[CameraState, ...]:
        return self._states()

    async def _whole(self, _call: Call) -> Any:
        return await asyncio.to_thread(self._process_status, None)

    async def _view(self, socket: WebSocket) -> None:
        """Send the newest picture; the next when the page says, with any text, that it has drawn that one."""
        drawn = asyncio.Event()

        async def talk() -> None:
            feed, number = self._feed(socket.path_params["number"]), 0
            while True:
                packed = await feed.newest(number)
                number = packed.number
                drawn.clear()
                await socket.send_bytes(packed.data)
                await drawn.wait()

        async def hear(_message: str | bytes) -> None:
            drawn.set()

        await serve(socket, self._entrance, talk, hear)

    async def _news(self, socket: WebSocket) -> None:
        """Send how cameras fare once a second, and when something happened to visits or in learning."""

        async def talk() -> None:
            number, learned, pulse = -1, -1, 0.0
            clock = asyncio.get_running_loop().time
            while True:
                if clock() - pulse >= _PULSE:
                    pulse = clock()
                    await socket.send_text(_text(CameraNews(self._states())))
                if number != self._counter.number:
                    number = self._counter.number
                    await socket.send_text(_text(EventNews(number)))
                training = self._training()
                if learned != training.number:
                    learned = training.number
                    await socket.send_text(_text(TrainingNews(training)))
                await asyncio.sleep(_GLANCE)

        await serve(socket, self._entrance, talk)

    def _feed(self, number: int) -> CameraFeed:
        if not 0 <= number < len(self._cameras):
            raise Refusal(MISSING, "there is no such camera")
        return self._cameras[number].feed

    def _states(self) -> tuple[CameraState, ...]:
        pairs = zip(self._cameras, self._status(), strict=True)
        return tuple(_state(number, camera, status) for number, (camera, status) in enumerate(pairs))


def _state(number: int, camera: WatchedCamera, status: CameraStatus) -> CameraState:
    return CameraState(
        number=number,
        name=shown(camera.name),
        live=camera.live,
        running=status.running,
        frames=status.frames,
        frames_per_second=round(status.frames_per_second, 2),
        latency=status.latency_median,
        last_error=status.last_error,
    )


def _text(record: CameraNews | EventNews | TrainingNews) -> str:
    return msgspec.json.encode(record).decode()

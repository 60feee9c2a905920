"""Somebody sits before a camera of the server, and is led and photographed."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Lock

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ...app.camera_sitting import CameraSitting, CameraTap, TappedFrames
from ...errors import SvodError
from ...faces.enrolment.session import Prompt
from ...storage.images import encode_png
from ...text import shown
from ..access.entrance import Entrance
from ..access.roles import Role
from ..live.sockets import forever, serve
from ..records import SittingNews
from ..refusal import CONFLICT, MISSING, Refusal, told

log = logging.getLogger(__name__)


class SittingRoutes:
    """One sitting at a time; its pictures go to the page, which sends those that are to be learned from."""

    def __init__(
        self,
        entrance: Entrance,
        taps: Sequence[CameraTap],
        begin: Callable[[TappedFrames], CameraSitting],
        timeout: float,
    ) -> None:
        """Take who may ask and who sees.

        Args:
            entrance: Who may ask.
            taps: The pictures of the cameras, in the order of their numbers, from 0.
            begin: Begins a sitting; in a thread, since it loads networks.
            timeout: Seconds that somebody has.
        """
        self._entrance = entrance
        self._taps = tuple(taps)
        self._begin = begin
        self._timeout = timeout
        self._turn = Lock()

    def sockets(self) -> list[WebSocketRoute]:
        """See the module."""
        return [WebSocketRoute("/api/cameras/{number:int}/sitting", self._serve)]

    async def _serve(self, socket: WebSocket) -> None:
        """Say what the person is to do, and send each picture that is taken, as PNG, before it is told."""

        async def talk() -> None:
            number = socket.path_params["number"]
            if not 0 <= number < len(self._taps):
                raise Refusal(MISSING, "there is no such camera")
            if not self._turn.acquire(blocking=False):
                raise Refusal(CONFLICT, "somebody sits before a camera already; begin when that is over")
            try:
                with self._taps[number].opened() as source:
                    await self._lead(socket, source)
            except SvodError as error:
                raise told(error) from error
            finally:
                self._turn.release()
            await forever()  # the page closes it, and would come again if the server did

        await serve(socket, self._entrance, talk, role=Role.ADMIN)

    async def _lead(self, socket: WebSocket, source: TappedFrames) -> None:
        loop = asyncio.get_running_loop()
        sitting = await asyncio.to_thread(self._begin, source)
        prompts: asyncio.Queue[Prompt | None] = asyncio.Queue()

        def put(prompt: Prompt | None) -> None:
            loop.call_soon_threadsafe(prompts.put_nowait, prompt)

        work = asyncio.ensure_future(asyncio.to_thread(_run, sitting, put))
        clock = loop.call_later(self._timeout, sitting.stop)
        try:
            while (prompt := await prompts.get()) is not None:
                if prompt.took:
                    image = sitting.image(prompt.taken - 1)
                    await socket.send_bytes(await asyncio.to_thread(encode_png, image))
                await socket.send_text(_text(_news(prompt)))
        finally:
            clock.cancel()
            sitting.stop()
        await work
        await socket.send_text(_text(await asyncio.to_thread(_ended, sitting)))


def _run(sitting: CameraSitting, put: Callable[[Prompt | None], None]) -> None:
    try:
        sitting.run(put)
    finally:
        with suppress(RuntimeError):  # the server has ended
            put(None)


def _news(prompt: Prompt) -> SittingNews:
    return SittingNews(prompt.prompt, prompt.taken, prompt.wanted, prompt.fault)


def _ended(sitting: CameraSitting) -> SittingNews:
    like = None
    try:
        like = sitting.likeness()
    except SvodError as error:  # of another network, perhaps: the training makes them anew
        log.warning("a sitting was not compared with those who are known: %s", error)
    return replace(
        _news(sitting.advice),
        over=True,
        missing=sitting.missing,
        trouble=sitting.trouble,
        like=None if like is None else shown(like),
    )


def _text(news: SittingNews) -> str:
    return msgspec.json.encode(news).decode()

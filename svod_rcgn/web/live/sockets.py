"""WebSockets: who may open one, and how long it lasts."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..access.entrance import Entrance
from ..access.roles import Role
from ..refusal import Refusal

OVER = 4000  # what a refusal's status is added to: 4401, 4403, 4404
_GLANCE = 0.15  # seconds between two looks at whether something has changed
_LOOK = 5.0  # seconds between two looks at whether the session is still one
Talk = Callable[[], Coroutine[Any, Any, None]]
Hear = Callable[[str | bytes], Coroutine[Any, Any, None]]


async def serve(
    socket: WebSocket,
    entrance: Entrance,
    talk: Talk,
    hear: Hear | None = None,
    role: Role = Role.VIEWER,
) -> None:
    """Accept a socket and talk until it is closed, or its session is over.

    A refusal is told after accepting, since a page cannot read a handshake that failed.

    Args:
        socket: Not accepted yet.
        entrance: Knows who asks.
        talk: Sends; it is cancelled at the end.
        hear: Is given what comes in, one message after the other.
        role: What the caller needs.
    """
    await socket.accept()
    tasks: set[asyncio.Task[None]] = set()
    try:
        entrance.demand(socket, role)
        work: tuple[Awaitable[None], ...] = talk(), _hear(socket, hear), _check(socket, entrance, role)
        tasks = {asyncio.ensure_future(each) for each in work}
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
    except Refusal as refusal:
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.close(OVER + refusal.status, str(refusal)[:120])
    except WebSocketDisconnect:
        pass
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hear(socket: WebSocket, hear: Hear | None) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        if hear is not None:
            await hear(message.get("bytes") or message.get("text") or "")


async def forever() -> None:
    """Says nothing of its own accord."""
    await asyncio.Event().wait()


async def tell_changes(socket: WebSocket, mark: Callable[[], object], told: Callable[[], object]) -> None:
    """Send something as JSON at once, and again whenever it has changed.

    Args:
        socket: Accepted.
        mark: What differs as soon as it has changed; both are asked in a thread.
        told: What is sent.
    """
    before: object = None
    while True:
        now = await asyncio.to_thread(mark)
        if now != before:
            before = now
            await socket.send_text(msgspec.json.encode(await asyncio.to_thread(told)).decode())
        await asyncio.sleep(_GLANCE)


async def _check(socket: WebSocket, entrance: Entrance, role: Role) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        entrance.demand(socket, role)

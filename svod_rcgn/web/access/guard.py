"""The guard at the gate: which host is asked, from which page, how much is sent, and what answers say.

Against DNS rebinding the host must be one of ours; against other pages the origin must be that of the host
that is asked, for whatever changes something and for every WebSocket.
"""

import asyncio
import sys
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..refusal import FORBIDDEN, TOO_LARGE, TOO_SLOW, Refusal

BODY_PAUSE = 30.0  # seconds that nothing of a body may come
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"", "same-origin", "none"})  # what Sec-Fetch-Site says of our own page, and of no page
_API = "/api/"
_LONGEST_NUMBER = 18  # digits; more are more than any limit
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """Stands before the application, for HTTP and WebSockets alike."""

    def __init__(self, app: ASGIApp, most: int, hosts: Collection[str] = ()) -> None:
        """Take who is guarded.

        Args:
            app: The application.
            most: Bytes of a body, where it says how many it has.
            hosts: Names by which it may be asked for, besides those of this machine.
        """
        self._app = app
        self._most = most
        self._hosts = LOOPBACK | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        wrong = self._wrong(scope)
        if wrong and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": wrong})
            return
        answer = self._app
        if wrong:
            answer = JSONResponse({"error": wrong}, FORBIDDEN)
        elif _length(scope) > self._most:
            answer = JSONResponse({"error": f"a body has {self._most:,} bytes at most"}, TOO_LARGE)
        await answer(scope, _patient(receive, scope), _telling(send, scope["path"]))

    def _wrong(self, scope: Scope) -> str:
        """What is wrong with where a request comes from or goes to; "" where nothing is."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _name(hosts[0]) not in self._hosts:
            return "this address is not asked for by that name; --host_name allows one"
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "")
        if scope["type"] == "websocket":
            return "" if _is_of(origin, hosts[0]) else _FOREIGN
        if scope["method"] in _SAFE:
            return _FOREIGN if site not in _OURS and scope["path"].startswith(_API) else ""
        is_ours = site in _OURS if origin is None else _is_of(origin, hosts[0])
        return "" if is_ours else _FOREIGN


_FOREIGN = "another page asks for this; only our own may"


def _name(host: str) -> str:
    """The name in a Host header, without its port; "" where it is none."""
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return ""
    is_bare = parts.netloc == host and "@" not in host
    return (parts.hostname or "").rstrip(".") if is_bare else ""


def _length(scope: Scope) -> int:
    """How many bytes a body says that it has; 0 where it does not."""
    told: str = Headers(scope=scope).get("content-length", "")
    if len(told) > _LONGEST_NUMBER:
        return sys.maxsize
    return int(told) if told.isdecimal() else 0


def _is_of(origin: str | None, host: str) -> bool:
    return origin in (f"http://{host}", f"https://{host}")


def _patient(receive: Receive, scope: Scope) -> Receive:
    """As `receive`, but whoever sends nothing of a body for too long is refused.

    A part of a body may take that long, and the next again, since a phone on the road is slow.
    """
    is_whole = scope["type"] != "http"

    async def received() -> Message:
        nonlocal is_whole
        if is_whole:  # what comes now is that somebody has left
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), BODY_PAUSE)
        except asyncio.TimeoutError as error:
            raise Refusal(TOO_SLOW, f"nothing of the body came for {BODY_PAUSE:g} seconds") from error
        is_whole = not message.get("more_body", False)
        return message

    return received


def _telling(send: Send, path: str) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if path.startswith(_API):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return told

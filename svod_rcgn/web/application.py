"""The whole application: the guard before it, the page, and all operations."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from . import operations
from .access.entrance import Entrance
from .access.guard import Guard
from .operations import Desk, Operation
from .refusal import MISSING, Refusal
from .settings import Limits

STATIC = Path(__file__).with_name("static")


def build_application(
    entrance: Entrance,
    desk: Desk,
    asked: Sequence[Operation],
    sockets: Sequence[BaseRoute],
    limits: Limits,
    hosts: Sequence[str],
) -> ASGIApp:
    """Put the application together.

    Args:
        entrance: Who may come in.
        desk: Carries out the operations.
        asked: All operations.
        sockets: The WebSockets.
        limits: What comes in at most.
        hosts: The names by which it may be asked for, besides those of this machine.
    """
    routes = [
        *desk.routes(asked),
        *sockets,
        Route("/", _page(entrance)),
        Route("/assets/{name}", _asset),
        Route("/{name}", _file),
    ]
    handlers: dict[Any, Any] = {
        Refusal: operations.refused,
        HTTPException: operations.refused_by_framework,
        Exception: operations.failed,
    }
    app = Starlette(routes=routes, exception_handlers=handlers, max_body_size=limits.body)
    app.router.redirect_slashes = False  # what is not there is not elsewhere
    return Guard(app, limits.body, hosts)


def _page(entrance: Entrance) -> Any:
    async def page(request: Request) -> Response:
        token = request.query_params.get("token")
        if token is None:
            return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
        cookie = entrance.come_in_by_link(token)
        if cookie is None:  # the page says that nobody has come in, and takes another
            return RedirectResponse("/", 303)
        return RedirectResponse("/", 303, {"Set-Cookie": entrance.cookie_header(cookie)})

    return page


async def _file(request: Request) -> Response:
    """A file beside the page, such as its icon."""
    return _given(STATIC, request, "no-cache")


async def _asset(request: Request) -> Response:
    """A file whose name holds a hash of what is in it."""
    return _given(STATIC / "assets", request, "public, max-age=31536000, immutable")


def _given(folder: Path, request: Request, cached: str) -> Response:
    known = {path.name: path for path in folder.glob("*") if path.is_file()}
    path = known.get(request.path_params["name"])
    if path is None:
        raise HTTPException(MISSING)
    return FileResponse(path, headers={"Cache-Control": cached})

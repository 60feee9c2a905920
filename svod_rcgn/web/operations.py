"""What can be asked over HTTP: each operation once, with its role, and in one place how it is carried out.

Routes and the OpenAPI document are made of the same records, so that neither can say what the other lacks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import SvodError
from .access.audit import Audit
from .access.entrance import Entrance
from .access.roles import Caller, Role
from .refusal import FORBIDDEN, UNAUTHORISED, UNUSABLE, WRONG_TYPE, Refusal, told

log = logging.getLogger(__name__)

JSON = "application/json"
_NOBODY = Caller(Role.VIEWER, "-")
_HIDDEN = 500
_UNSAID = frozenset({"secret", "picture", "pictures", "text"})  # fields of a body that no audit holds


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One request for an operation: who asks, and body and query as the operation takes them."""

    request: Request
    caller: Caller
    body: Any = None
    query: Any = None
    notes: list[str] = field(default_factory=list)

    def note(self, about: str) -> None:
        """Say to the audit what this is about, where that is not in path or body."""
        self.notes.append(about)

    def place(self, name: str) -> str:
        """A part of the path."""
        value: str = self.request.path_params[name]
        return value


Act: TypeAlias = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """What can be asked for.

    `role` is None where anybody may ask. `takes` and `query` are records that body and query are checked
    against; `pictures` takes a picture, raw or in a form, in their place; `form` names
    the fields of a form, the last of which are pictures; `binary` takes
    bytes as they are. `gives` is the record of the
    answer, None where there is none; `media` is its type where it is no JSON, and
    `media_too` another that can be asked for. `refusals` are the statuses
    that it may end with besides those that all have, with when. `act_name` says in the audit what was done;
    "" where nothing is changed. `place` is held from before the body is read to the answer, and refuses where
    there is none: what cannot be worked on is not read.
    """

    method: str
    path: str
    summary: str
    act: Act
    role: Role | None = Role.VIEWER
    takes: type | None = None
    query: type | None = None
    pictures: bool = False
    form: tuple[str, ...] = ()
    binary: bool = False
    gives: Any = None
    media: str = JSON
    media_too: str = ""
    refusals: dict[int, str] = field(default_factory=dict)
    act_name: str = ""
    group: str = "This server"
    place: Callable[[], AbstractAsyncContextManager[None]] = nullcontext


class Desk:
    """Carries out operations: who may, with what, and what came of it."""

    def __init__(self, entrance: Entrance, audit: Audit) -> None:
        self._entrance = entrance
        self._audit = audit

    def routes(self, operations: Sequence[Operation]) -> list[Route]:
        """A route for each path."""
        by_path: dict[str, dict[str, Operation]] = {}
        for each in operations:
            by_path.setdefault(each.path, {})[each.method] = each
        return [Route(path, self._endpoint(found), methods=list(found)) for path, found in by_path.items()]

    def _endpoint(self, found: dict[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            return await self._answer(found[method], request)

        return endpoint

    async def _answer(self, operation: Operation, request: Request) -> Response:
        call = Call(request, _NOBODY)
        try:
            if operation.role is not None:
                call = replace(call, caller=self._entrance.demand(request, operation.role))
            call = replace(call, query=_query_of(operation, request))
            async with operation.place():
                call = replace(call, body=await _body_of(operation, request))
                given = await operation.act(call)
        except SvodError as error:
            self._note(operation, call, str(error))
            raise told(error) from error
        except Refusal as refusal:
            if refusal.status not in (UNAUTHORISED, FORBIDDEN) or call.caller is not _NOBODY:
                self._note(operation, call, str(refusal))
            raise
        self._note(operation, call, "done")
        if isinstance(given, Response):
            return given
        return Response(msgspec.json.encode(given), media_type=JSON)

    def _note(self, operation: Operation, call: Call, outcome: str) -> None:
        if operation.act_name:
            about = " ".join([*call.request.path_params.values(), _said(call.body), *call.notes]).strip()
            caller = call.caller
            self._audit.note(caller.session, caller.role.value, operation.act_name, about, outcome)


async def refused(_request: Request, refusal: Exception) -> Response:
    """A refusal as JSON."""
    assert isinstance(refusal, Refusal)
    body = msgspec.json.encode({"error": str(refusal)})
    return Response(body, refusal.status, dict(refusal.headers), JSON)


async def refused_by_framework(_request: Request, error: Exception) -> Response:
    """What the framework refuses, such as a path that is not there, as JSON."""
    assert isinstance(error, HTTPException)
    words = {404: "there is nothing at this path", 405: "this path is not asked with that method"}
    sentence = words.get(error.status_code, error.detail.lower())
    body = msgspec.json.encode({"error": sentence})
    return Response(body, error.status_code, dict(error.headers or {}), JSON)


async def failed(_request: Request, error: Exception) -> Response:
    """A defect: it is told in the log, and not to whoever asked."""
    if not isinstance(error, ClientDisconnect | asyncio.CancelledError):
        log.error("a request failed: %r", error, exc_info=error)
    return Response(msgspec.json.encode({"error": "this failed here; the log says why"}), _HIDDEN, {}, JSON)


def _query_of(operation: Operation, request: Request) -> Any:
    if operation.query is None:
        return None
    given = {name: value for name, value in request.query_params.items() if value != ""}
    try:
        return msgspec.convert(given, operation.query, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal(UNUSABLE, f"the query: {error}") from error


async def _body_of(operation: Operation, request: Request) -> Any:
    if operation.takes is None:
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise Refusal(WRONG_TYPE, f"the body is to be {JSON}")
    try:
        return msgspec.json.decode(await request.body(), type=operation.takes)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(UNUSABLE, f"the body: {error}") from error


def _said(body: Any) -> str:
    """What the audit says of a body: the texts in a record of names; nothing of secrets."""
    if body is None:
        return ""
    fields = msgspec.to_builtins(body)
    if not isinstance(fields, dict):
        return str(fields)
    return " ".join(f"{name}={value}" for name, value in fields.items() if name not in _UNSAID)

"""Who looks at the page: coming in, going out, and what is missing here."""

import asyncio
from dataclasses import replace

import msgspec
from starlette.responses import Response

from ..access.entrance import Entrance
from ..access.passwords import Passwords
from ..access.roles import Caller
from ..access.sessions import short_name
from ..operations import JSON, Call, Operation
from ..records import Secret, SessionState
from ..refusal import TOO_MANY, UNAUTHORISED
from .dataset_acts import who


class SessionRoutes:
    """Sessions over HTTP."""

    def __init__(self, entrance: Entrance, passwords: Passwords, told: SessionState) -> None:
        """Take who knows.

        Args:
            entrance: Who has come in.
            passwords: Whether there are any.
            told: What is said to everybody who has come in; the version is said to anybody.
        """
        self._entrance = entrance
        self._passwords = passwords
        self._said = told

    def operations(self) -> list[Operation]:
        """See the module."""
        wrong = {UNAUTHORISED: "It is neither the token nor a password.", TOO_MANY: "Too many wrong ones."}
        return [
            Operation(
                "GET", "/api/session", "Who I am, and what is missing here.", self._state,
                role=None, gives=SessionState,
            ),
            Operation(
                "POST", "/api/login", "Come in with the token or a password.", self._login,
                role=None, takes=Secret, gives=SessionState, refusals=wrong,
            ),
            Operation(
                "POST", "/api/logout", "Go out; the session is over.", self._logout,
                role=None, gives=SessionState,
            ),
        ]  # fmt: skip

    async def _state(self, call: Call) -> SessionState:
        return self._told(self._entrance.caller_of(call.request))

    async def _login(self, call: Call) -> Response:
        client = call.request.client
        address = "" if client is None else client.host
        cookie, role = await asyncio.to_thread(self._entrance.come_in, call.body.secret, address)
        return self._with_cookie(cookie, Caller(role, short_name(cookie)))

    async def _logout(self, call: Call) -> Response:
        self._entrance.go_out(call.request)
        return self._with_cookie("", None)

    def _with_cookie(self, cookie: str, caller: Caller | None) -> Response:
        headers = {"Set-Cookie": self._entrance.cookie_header(cookie)}
        return Response(msgspec.json.encode(self._told(caller)), 200, headers, JSON)

    def _told(self, caller: Caller | None) -> SessionState:
        """What is missing here is nobody's business who has not come in."""
        passwords = bool(self._passwords.all())
        if caller is None:
            return SessionState(None, self._said.version, passwords)
        return replace(self._said, role=caller.role, passwords=passwords, who=who(caller))

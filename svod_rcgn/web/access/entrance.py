"""How somebody comes in, by the link of this start or by a password, and is known again."""

import hmac
import secrets
from collections import deque
from collections.abc import Callable
from threading import Lock
from time import monotonic

from starlette.requests import HTTPConnection

from ..refusal import FORBIDDEN, TOO_MANY, UNAUTHORISED, Refusal
from .audit import Audit
from .passwords import LONGEST, Passwords
from .roles import Caller, Role
from .sessions import LIFE, Sessions, short_name

MOST_WRONG = 5
WITHIN = 60.0
MOST_ADDRESSES = 1000  # whose wrong ones are remembered
_NOBODY = "-"
_BEARER = "Bearer "
_SCRIPT = "script"  # a session's name in the audit, for whoever brings the token each time


class Entrance:
    """Knows the token of this start, the passwords, and who has a session."""

    def __init__(
        self,
        passwords: Passwords,
        sessions: Sessions,
        audit: Audit,
        port: int,
        clock: Callable[[], float] = monotonic,
        *,
        secure: bool = False,
    ) -> None:
        """Make a token.

        Args:
            passwords: Those of the roles.
            sessions: Who has come in.
            audit: Where logins are noted.
            port: Browsers share cookies among ports, so the cookie's name carries it.
            clock: Seconds that nobody sets.
            secure: Browsers speak TLS with us, and give the cookie to nobody else.
        """
        self.token = secrets.token_urlsafe(32)
        self.cookie = f"__Host-svod-{port}" if secure else f"svod-{port}"
        self._secure = "; Secure" if secure else ""
        self._passwords = passwords
        self._sessions = sessions
        self._audit = audit
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}
        self._lock = Lock()

    def come_in(self, secret: str, address: str = "") -> tuple[str, Role]:
        """Begin a session for whoever knows the token or a password; a password takes a tenth of a second.

        Nobody guesses a token, so that who knows it is let in however many wrong ones there were.

        Args:
            secret: What was given.
            address: Where it came from; each address has wrong ones of its own.

        Returns:
            What the cookie holds, and the role.

        Raises:
            Refusal: It is neither, or there were too many wrong ones within a minute.
        """
        if self._is_token(secret):
            return self._begun(Role.ADMIN)
        attempt = self._attempt(address)
        role = self._passwords.role_of(secret) if 0 < len(secret) <= LONGEST else None
        if role is None:
            self._audit.note(_NOBODY, _NOBODY, "login", address, "wrong token or password")
            raise Refusal(UNAUTHORISED, "this is neither the token of this start nor a password")
        with self._lock:
            attempt.pop()
        return self._begun(role)

    def come_in_by_link(self, token: str) -> str | None:
        """What the cookie holds for whoever has the link; None for others, of whom nothing is noted.

        Any page can have a browser open a wrong link, and shall neither lock others out nor fill the audit.
        """
        return self._begun(Role.ADMIN)[0] if self._is_token(token) else None

    def _begun(self, role: Role) -> tuple[str, Role]:
        cookie = self._sessions.begin(role, self._passwords.mark(role))
        self._audit.note(short_name(cookie), role.value, "login", "", "done")
        return cookie, role

    def go_out(self, request: HTTPConnection) -> None:
        """End the session that a request belongs to."""
        cookie = request.cookies.get(self.cookie, "")
        caller = self.caller_of(request)
        self._sessions.end(cookie)
        if caller is not None:
            self._audit.note(caller.session, caller.role.value, "logout", "", "done")

    def caller_of(self, request: HTTPConnection) -> Caller | None:
        """Who asks, by the token in the header or by the cookie; None for nobody who has come in."""
        header = request.headers.get("authorization", "")
        if header.startswith(_BEARER) and self._is_token(header.removeprefix(_BEARER)):
            return Caller(Role.ADMIN, _SCRIPT)
        cookie = request.cookies.get(self.cookie, "")
        session = self._sessions.find(cookie) if cookie else None
        if session is None or session.mark != self._passwords.mark(session.role):
            return None
        return Caller(session.role, short_name(cookie))

    def demand(self, request: HTTPConnection, role: Role) -> Caller:
        """Who asks, where that role is theirs.

        Raises:
            Refusal: Nobody has come in, or the role is a lesser one.
        """
        caller = self.caller_of(request)
        if caller is None:
            raise Refusal(UNAUTHORISED, "open the link that `svod web` printed, or log in")
        if not caller.role.includes(role):
            raise Refusal(FORBIDDEN, f"this needs the role {role.value}; yours is {caller.role.value}")
        return caller

    def cookie_header(self, value: str) -> str:
        """The header that sets the cookie; an empty value takes it back."""
        life = int(LIFE) if value else 0
        return f"{self.cookie}={value}; Max-Age={life}; Path=/; HttpOnly; SameSite=Strict{self._secure}"

    def _is_token(self, secret: str) -> bool:
        return hmac.compare_digest(secret.encode("utf-8", "surrogatepass"), self.token.encode())

    def _attempt(self, address: str) -> deque[float]:
        """The attempts from an address with this one, which counts as wrong until it turns out right.

        Raises:
            Refusal: There were too many.
        """
        now = self._clock()
        with self._lock:
            made = self._wrong.pop(address, None) or deque(maxlen=MOST_WRONG)
            self._wrong[address] = made  # the last that is forgotten
            while len(self._wrong) > MOST_ADDRESSES:
                self._wrong.pop(next(iter(self._wrong)))
            wait = made[0] + WITHIN - now if len(made) == MOST_WRONG else 0.0
            if wait <= 0:
                made.append(now)
                return made
        seconds = int(wait) + 1
        raise Refusal(TOO_MANY, f"too many wrong ones; wait {seconds} seconds", {"Retry-After": str(seconds)})

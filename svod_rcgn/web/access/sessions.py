"""Who has come in: sessions, kept on the server by the hash of their secret."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import time as wall_clock

from ...errors import InputError
from ...storage import files
from .roles import Role

LIFE = 14 * 86_400.0
MOST = 1000
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Session:
    """A role until an end, in seconds since the epoch.

    `mark` is that of the password that the role had then, "" where it had none: with another one, the
    session is over, also one that began with the entry link.
    """

    role: Role
    ends: float
    mark: str = ""

    def is_over(self) -> bool:
        """Whether its time is past."""
        return wall_clock() >= self.ends


class Sessions:
    """All sessions of a server; they outlive it in a file, which holds no secret."""

    def __init__(self, path: Path) -> None:
        """Read those of the last run.

        Args:
            path: The file; one that cannot be read counts as empty, and everybody comes in anew.
        """
        self._path = path
        self._lock = Lock()
        try:
            self._kept = files.read_record(path, dict[str, Session])
        except InputError:
            self._kept = {}

    def begin(self, role: Role, mark: str = "") -> str:
        """Begin one; returns its secret, which is kept nowhere."""
        secret = secrets.token_urlsafe(32)
        with self._lock:
            living = {name: each for name, each in self._kept.items() if not each.is_over()}
            newest = sorted(living.items(), key=lambda item: item[1].ends)[-(MOST - 1) :]
            self._kept = {**dict(newest), _hash(secret): Session(role, wall_clock() + LIFE, mark)}
            self._write()
        return secret

    def find(self, secret: str) -> Session | None:
        """The session of a secret, None where there is none or it is over."""
        found = self._kept.get(_hash(secret))
        return None if found is None or found.is_over() else found

    def end(self, secret: str) -> None:
        """End one; a secret of none does nothing."""
        with self._lock:
            if self._kept.pop(_hash(secret), None) is not None:
                self._write()

    def _write(self) -> None:
        files.write_bytes(self._path, files.encoded(self._kept), private=True)


def short_name(secret: str) -> str:
    """What tells a session from others and gives nothing away."""
    return _hash(secret)[:_SHORT]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

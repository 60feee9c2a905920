"""Passwords of roles, as scrypt keeps them (RFC 7914)."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError
from ...storage import files
from .roles import Role

FILE = "passwords.json"
SHORTEST = 10
LONGEST = 1024
_SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 2**20, "dklen": 32}


@dataclass(frozen=True, slots=True)
class PasswordRecord:
    """Salt and key in base64; the password itself is kept nowhere."""

    salt: str
    key: str


class Passwords:
    """The passwords in a folder; another process may set one at any time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._read_at: tuple[int, int] | None = None
        self._known: dict[Role, PasswordRecord] = {}

    def set(self, role: Role, password: str) -> None:
        """Give a role a password; sessions that began with another one are over.

        Raises:
            InputError: It is too short or too long, or another role has it.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise InputError(f"a password has {SHORTEST} to {LONGEST} letters; take another one")
        if self.role_of(password) not in (None, role):
            raise InputError("another role has this password; take another one")
        salt = secrets.token_bytes(16)
        record = PasswordRecord(base64.b64encode(salt).decode(), _key(password, salt))
        kept = {known.value: each for known, each in self.all().items()} | {role.value: record}
        files.write_bytes(self._path, files.encoded(kept), private=True)

    def role_of(self, password: str) -> Role | None:
        """Whose password it is; None where it is nobody's. It takes a tenth of a second for each role."""
        found = None
        for role, record in self.all().items():
            if hmac.compare_digest(_key(password, base64.b64decode(record.salt)), record.key):
                found = role
        return found

    def mark(self, role: Role) -> str:
        """What changes when a role gets another password."""
        record = self.all().get(role)
        return "" if record is None else record.salt

    def all(self) -> dict[Role, PasswordRecord]:
        """The roles that have one.

        Raises:
            InputError: The file is damaged.
        """
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._known, self._read_at = {}, None
            return {}
        if self._read_at != (stat.st_mtime_ns, stat.st_ino):
            self._known = files.read_record(self._path, dict[Role, PasswordRecord])
            self._read_at = stat.st_mtime_ns, stat.st_ino
        return self._known


def _key(password: str, salt: bytes) -> str:
    raw = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_SCRYPT)
    return base64.b64encode(raw).decode()

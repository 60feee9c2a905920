"""A line for every change and every login: who, when, what, and what came of it."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

import msgspec

log = logging.getLogger(__name__)

FILE = "audit.jsonl"
LARGEST = 8 * 2**20  # bytes, from which the file is moved aside and begun anew
LONGEST = 400


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line: `about` is what was changed, `outcome` "done", or the sentence that it was refused with."""

    time: str
    session: str
    role: str
    act: str
    about: str
    outcome: str


class Audit:
    """Adds lines to a file that its owner alone can read; the last full one is kept beside it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = Lock()

    def note(self, session: str, role: str, act: str, about: str, outcome: str) -> None:
        """Add a line; a disk that is full ends nothing and is told in the log."""
        now = datetime.now().astimezone().isoformat(timespec="milliseconds")
        line = AuditLine(now, session, role, act, about[:LONGEST], outcome[:LONGEST])
        with self._lock:
            try:
                self._append(msgspec.json.encode(line) + b"\n")
            except (OSError, UnicodeEncodeError) as error:
                log.warning("%s: not written: %s", self._path, error)

    def _append(self, line: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._path.exists() and self._path.stat().st_size + len(line) > LARGEST:
            self._path.replace(self._path.with_suffix(".1.jsonl"))
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

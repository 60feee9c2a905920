"""The rules files of a process: read as one, looked at with a draft in place of one, and written."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import ChangedError, InputError
from ..rules.rule_file import NamedText, parse_all, read_text
from ..rules.vocabulary import RulesText
from ..storage import files, folders
from .light_plan import KNOWN_COLOURS

NO_FILE = "none"  # the state of a file that is not there
_WAIT = 5.0  # seconds for another process that writes


@dataclass(frozen=True, slots=True, eq=False)
class RuleFiles:
    """Files of which the first can be written.

    `admit` refuses rules that speak of what nobody looks for here, and `warn` says what of them will come to
    nothing. One file that `may_lack` need not be there yet.
    """

    paths: tuple[Path, ...]
    admit: Callable[[RulesText], None]
    warn: Callable[[RulesText], list[str]]
    may_lack: bool = False

    @property
    def name(self) -> str:
        """What the first file is called, without where it is."""
        return self.paths[0].name

    def read(self) -> RulesText:
        """The rules of all files.

        Raises:
            InputError: They cannot be used.
        """
        there = [path for path in self.paths if path.exists() or not self.may_lack]
        return self._parsed([NamedText(str(path), read_text(path)) for path in there])

    def others(self) -> list[NamedText]:
        """The texts of all files but the first, under names that say nothing of where they are.

        Raises:
            InputError: One cannot be read.
        """
        return [NamedText(path.name, read_text(path, path.name)) for path in self.paths[1:]]

    def with_draft(self, text: str) -> RulesText:
        """The rules of all files, as if the first had this text.

        Raises:
            InputError: They cannot be used.
        """
        return self._parsed([NamedText(self.name, text), *self.others()])

    def content(self) -> tuple[str, str]:
        """The text of the first file, empty where there is none yet, and a state that goes with it.

        Raises:
            InputError: It cannot be read.
        """
        path = self.paths[0]
        if self.may_lack and not path.exists():
            return "", NO_FILE
        text = read_text(path, self.name)
        return text, hashlib.sha256(text.encode()).hexdigest()

    def write(self, text: str, state: str) -> None:
        """Write the first file, unless it has changed since `state`; what it said is kept beside it.

        Who may read it stays as it is.

        Raises:
            ChangedError: It has changed.
            BusyError: Another process is writing it.
            InputError: It cannot be written.
        """
        path = self.paths[0].resolve()
        try:
            with folders.locked(path, wait=_WAIT):
                if self.content()[1] != state:
                    raise ChangedError(f"{self.name}: {_changed(path)}; look at it again before you save")
                _replace(path, text)
        except OSError as error:
            raise InputError(f"{self.name}: cannot be written ({error.strerror}); see who may") from error

    def previous(self) -> str | None:
        """What the first file said before it was last written; None where that is not known."""
        path = folders.previous_of(self.paths[0].resolve())
        with suppress(InputError):
            return read_text(path)
        return None

    def _parsed(self, texts: Sequence[NamedText]) -> RulesText:
        rules = parse_all(texts, KNOWN_COLOURS)
        self.admit(rules)
        return rules


def _replace(path: Path, text: str) -> None:
    if not path.exists():
        return files.write_bytes(path, text.encode())
    mode = path.stat().st_mode
    files.write_bytes(folders.previous_of(path), path.read_bytes())
    files.write_bytes(path, text.encode())
    return path.chmod(mode)


def _changed(path: Path) -> str:
    with suppress(FileNotFoundError):
        when = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        return f"was changed on {when:%Y-%m-%d at %H:%M:%S}"
    return "was deleted"

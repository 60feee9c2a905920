"""Rules looked at, tried as a draft, and changed while cameras run."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from ..errors import InputError, RulesError, SvodError
from ..rules.rule_file import NamedText, decoded
from ..rules.rule_writer import rewritten
from ..rules.vocabulary import RulesText, conditions_of
from .rule_files import NO_FILE, RuleFiles
from .rule_service import RulesInUse

LONGEST_TEXT = 200_000  # characters of a draft
_MOST = {"rules": 200, "zones": 200, "lines": 200, "lights": 100, "colours": 100, "white": 100}
_MOST_POINTS = 5_000  # of all zones
_MOST_CONDITIONS = 2_000  # of all rules
_LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class RulesProblem:
    """Why rules cannot be used, and where in their text, from 1, as far as that is known."""

    words: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedRules:
    """What a text says.

    `rules` is None where it cannot even be read; with a `problem` they cannot be used. `warnings` say what
    of them will come to nothing here, as a rule on objects where no detector runs.
    """

    rules: RulesText | None
    problem: RulesProblem | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherRules:
    """Another file that is followed and cannot be changed here; None where it cannot be read."""

    name: str
    rules: RulesText | None


@dataclass(frozen=True, slots=True)
class RulesFile:
    """The file that can be changed, as it stands on disk.

    `exists` is whether there is one yet: it is made when it is saved for the first time. `state` changes with
    each change of the file. `followed` is whether cameras follow just this; a file that somebody changed by
    hand is not followed before it is read again. `undoable` is whether what it said before is kept.
    """

    name: str
    exists: bool
    text: str
    state: str
    checked: CheckedRules
    others: tuple[OtherRules, ...]
    followed: bool
    undoable: bool


class RuleEditing:
    """What a process follows, and what somebody would like it to follow; any thread may ask."""

    def __init__(self, files: RuleFiles, in_use: RulesInUse) -> None:
        """Take the files, and the rules that were read from them."""
        self._files, self._in_use = files, in_use
        self._saving = Lock()

    @property
    def current(self) -> RulesText:
        """The rules that are followed."""
        return self._in_use.current

    def file(self) -> RulesFile:
        """The file as it stands.

        Raises:
            InputError: It cannot be read at all.
        """
        text, state = self._files.content()
        followed = False
        with suppress(InputError):
            followed = self._files.with_draft(text) == self.current
        return RulesFile(
            name=self._files.name,
            exists=state != NO_FILE,
            text=text,
            state=state,
            checked=self._checked(text),
            others=tuple(map(_other, self._files.others())),
            followed=followed,
            undoable=self._files.previous() is not None,
        )

    def check(self, text: str) -> CheckedRules:
        """What a draft says, and why it cannot be used."""
        try:
            _bound(text)
        except RulesError as error:
            return CheckedRules(None, self.problem_of(error))
        return self._checked(text)

    def draft(self, text: str) -> RulesText:
        """The rules of all files, with a draft in place of the one that can be changed.

        Raises:
            InputError: They cannot be used, or a draft may not be so large.
        """
        _bound(text)
        rules = self._files.with_draft(text)
        _bound_rules(rules, self._files.name)
        return rules

    def written(self, text: str, rules: RulesText) -> str:
        """A text changed so that it says what `rules` do.

        Raises:
            InputError: No text can say it, or a draft may not be so large.
        """
        _bound_rules(rules, self._files.name)
        made = rewritten(text, rules)
        _bound(made)
        return made

    def save(self, text: str, state: str) -> RulesFile:
        """Write the file, unless it has changed since `state`, and follow it from now on.

        Raises:
            ChangedError: It has changed.
            SvodError: It cannot be used, or written; all stays as it is.
        """
        return self._put(text, self.draft(text), state)

    def undo(self, state: str) -> RulesFile:
        """Bring back what the file said before; a second time, what was undone.

        Raises:
            ChangedError: It has changed since `state`.
            SvodError: Nothing is kept, or that cannot be used any more.
        """
        before = self._files.previous()
        if before is None:
            raise InputError(f"{self._files.name}: nothing is kept of what it said before")
        return self._put(before, self._files.with_draft(before), state)

    def _put(self, text: str, rules: RulesText, state: str) -> RulesFile:
        with self._saving:
            put_in_use = self._in_use.ready(rules)
            self._files.write(text, state)
            put_in_use()
            return self.file()

    def _checked(self, text: str) -> CheckedRules:
        rules = None
        try:
            rules = decoded(NamedText(self._files.name, text))
            _bound_rules(rules, self._files.name)
            whole = self._files.with_draft(text)
        except SvodError as error:
            return CheckedRules(rules, self.problem_of(error))
        return CheckedRules(rules, None, tuple(self._files.warn(whole)))

    def problem_of(self, error: SvodError) -> RulesProblem:
        """Why a draft was refused, and where in its text."""
        if isinstance(error, RulesError) and error.name == self._files.name:
            return RulesProblem(_short(error.words), error.line, error.column)
        return RulesProblem(_short(str(error)))


def _other(text: NamedText) -> OtherRules:
    with suppress(InputError):
        return OtherRules(text.name, decoded(text))
    return OtherRules(text.name, None)


def _bound(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise RulesError("the rules", f"are over {LONGEST_TEXT:,} letters long; shorten them")


def _bound_rules(rules: RulesText, name: str) -> None:
    """Keep what is asked for over the network within what cameras can follow.

    Raises:
        RulesError: There is too much of something.
    """
    counts: Sequence[tuple[str, int, int]] = [
        *((table, len(getattr(rules, table)), most) for table, most in _MOST.items()),
        ("points of zones", sum(map(len, rules.zones.values())), _MOST_POINTS),
        ("conditions", sum(1 for rule in rules.rules for _ in conditions_of(rule.when)), _MOST_CONDITIONS),
    ]
    for what, count, most in counts:
        if count > most:
            raise RulesError(name, f"{count:,} {what} are too many to be changed here; at most {most:,}")


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else f"{words[:_LONGEST_WORDS]}..."

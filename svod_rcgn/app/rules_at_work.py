"""What a process has of rules, for whoever looks at them, tries them or changes them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import time as wall_clock

from ..errors import InputError
from ..rules.vocabulary import RulesText
from .draft_trial import DraftTrial
from .onlookers import Onlookers
from .rule_editing import RuleEditing
from .rule_rehearsal import Rehearsed, Span, Varied, rehearse
from .rule_replay import Answer, only, why

_FRESH = 1.0  # seconds to wait for what was seen just now
_LOOKBACK = 21_600.0  # seconds that are looked at for one answer


@dataclass(frozen=True, slots=True, eq=False)
class RulesAtWork:
    """The rules, and what cameras saw.

    `onlookers` are shown what cameras see. `kept` is the folder where that is kept, None where it is not;
    `write_seen` writes what was seen just now, and waits for that so many seconds at most.
    """

    editing: RuleEditing
    onlookers: Onlookers
    kept: Path | None
    write_seen: Callable[[float], None]

    def trial(self, changed: Callable[[], None]) -> DraftTrial:
        """A trial, to be closed, which calls `changed` from a thread when it has news; see `draft_trial`."""
        return DraftTrial(self.editing, self.onlookers, changed)

    def rehearse(
        self,
        text: str | None,
        rule: str | None,
        span: Span,
        varied: Varied | None,
        is_unwanted: Callable[[], bool],
    ) -> Rehearsed:
        """See `rule_rehearsal`; of a draft, or of the rules in use where that is None, and of one or all.

        Raises:
            SvodError: The draft cannot be used, or nothing was kept of that time.
        """
        rules = self._chosen(text, rule)
        return rehearse(self._folder(), rules, span, varied, is_unwanted)

    def why(self, text: str | None, rule: str, time: float | None) -> list[Answer]:
        """See `rule_replay`; of now where there is no time.

        Raises:
            SvodError: The draft cannot be used, or nothing was kept of that time.
        """
        rules = self._chosen(text, rule)
        return why(self._folder(), rules, rule, wall_clock() if time is None else time, _LOOKBACK)

    def _chosen(self, text: str | None, rule: str | None) -> RulesText:
        rules = self.editing.current if text is None else self.editing.draft(text)
        return rules if rule is None else only(rules, rule)

    def _folder(self) -> Path:
        if self.kept is None:
            raise InputError("nothing of what cameras see is kept here; begin without --no_history")
        self.write_seen(_FRESH)
        return self.kept

"""What programs are told of how far a map can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import terminal

if TYPE_CHECKING:
    from ..explanation.records import Judgement


def judgement_told(judged: Judgement) -> dict[str, object]:
    """A judgement as fields of JSON."""
    from ..explanation import phrases

    own, control = judged.faithfulness, judged.control
    return {
        "agreement": round(judged.agreement, 4),
        "deletion": own and round(own.deletion, 4),
        "insertion": own and round(own.insertion, 4),
        "control": control
        and rounded(
            kind=control.kind.value,
            deletion=control.deletion,
            insertion=control.insertion,
            draws=control.draws,
            beaten=control.beaten,
        ),
        "flat": judged.flat,
        "unstable": judged.unstable,
        "no_better": judged.no_better,
        "warnings": phrases.warnings(judged),
    }


def rounded(**values: object) -> dict[str, object]:
    """Values to four decimals."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}


def write_told(told: Sequence[dict[str, object]]) -> None:
    """Write one document."""
    import msgspec

    terminal.write_data(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")

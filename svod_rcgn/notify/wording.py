"""How times and events are put into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..records import FACE, PRESENCE, Event, Subject
from ..text import on_one_line

STRANGER = "somebody unknown"


@dataclass(frozen=True, slots=True)
class Wording:
    """How times and events are written.

    `live` sources go by the clock, the others by the film's own time; `period` is the one, in
    seconds, that the shares of events refer to.
    """

    live: bool
    period: float

    def time(self, time: float) -> str:
        """Local time with its offset as in ISO 8601, or h:mm:ss.mmm of a film."""
        if self.live:
            return local_time(time)
        minutes, milliseconds = divmod(round(time * 1000), 60_000)
        return f"{minutes // 60}:{minutes % 60:02}:{milliseconds / 1000:06.3f}"

    def line(self, event: Event) -> str:
        """One event on one line, whatever its fields hold."""
        parts = (
            self.time(event.time), title_of(event), *self._measures(event), f"score {event.score:.2f}",
            _fields(event.attributes),
        )  # fmt: skip
        return on_one_line("  ".join(part for part in parts if part))

    def _measures(self, event: Event) -> list[str]:
        share = event.measures.get("share")
        if share is None:
            return [f"{name} {value:.3g}" for name, value in event.measures.items()]
        return [f"in {100 * share:.0f} % of the frames of the last {self.period:g} s"]


def title_of(event: Event) -> str:
    """What an event is called: its subject, and before it the rule where it is more than a visit."""
    name = called(event.subject)
    return name if event.rule == PRESENCE else f"{event.rule}: {name}"


def called(subject: Subject) -> str:
    """How people are told of a subject."""
    return STRANGER if subject.kind == FACE and subject.label is None else str(subject)


def fields_of(event: Event, time: str) -> dict[str, Any]:
    """An event as programs are told of it.

    `name` is null for a stranger; what is no person has its kind, label and number besides.

    Args:
        event: What happened.
        time: When, as it is to be written.
    """
    subject, share = event.subject, event.measures.get("share")
    is_face = subject.kind == FACE
    return {
        "name": subject.label if is_face else str(subject),
        **({} if is_face else {"kind": subject.kind, "label": subject.label, "number": subject.number}),
        "camera": event.source,
        "time": time,
        "share": None if share is None else round(share, 4),
        "score": round(event.score, 4),
        "fields": known_fields(event.attributes),
        **({} if event.rule == PRESENCE else _of_rule(event)),
    }


def _of_rule(event: Event) -> dict[str, Any]:
    measures = {name: round(value, 4) for name, value in event.measures.items()}
    return {"rule": event.rule, "phase": event.phase.value, "measures": measures}


def local_time(time: float) -> str:
    """Seconds since the epoch as local time with its offset, as in ISO 8601."""
    return datetime.fromtimestamp(time).astimezone().isoformat(timespec="seconds")


def known_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {field: value for field, value in fields.items() if value not in (None, "", [])}


def _fields(fields: Mapping[str, Any]) -> str:
    known = [f"{field}: {_value(value)}" for field, value in known_fields(fields).items() if field != "name"]
    return f"({'; '.join(known)})" if known else ""


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

"""Visits as rows of text, CSV and JSON; `corrected` says in words who was there really, by the visit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from ..records import FACE, PRESENCE
from ..storage import spreadsheets
from ..storage.files import encoded
from .visits import DeliveryOutcome, VisitEntry

COLUMNS = ("from", "to", "person", "camera", "score", "announced", "picture", "visit", "corrected")
_NOTHING: Mapping[int, str] = MappingProxyType({})


def row(entry: VisitEntry, corrected: Mapping[int, str] = _NOTHING) -> dict[str, str]:
    """One visit as texts, by column; `to` is empty while the visit goes on, `person` for one unknown."""
    values = (
        _local(entry.first),
        _local(entry.last) if entry.over else "",
        _name(entry),
        entry.camera,
        f"{entry.score:.2f}",
        "; ".join(_told(delivery) for delivery in entry.announcements),
        str(entry.snapshot or ""),
        str(entry.id),
        corrected.get(entry.id, ""),
    )
    return dict(zip(COLUMNS, values, strict=True))


def short_row(entry: VisitEntry, corrected: Mapping[int, str] = _NOTHING) -> dict[str, str]:
    """One visit as it fits on a screen, by column."""
    whole = row(entry, corrected)
    said = f" ({whole['corrected']})" if whole["corrected"] else ""
    until = entry.last if entry.over else None
    return {
        "visit": whole["visit"],
        "from": _short(entry.first),
        "to": "still there" if until is None else _short(until)[11:],
        "person": (whole["person"] or "unknown") + said,
        **{column: whole[column] for column in ("camera", "score", "announced")},
    }


def csv_of(entries: Sequence[VisitEntry], corrected: Mapping[int, str] = _NOTHING) -> str:
    """A line of column names and one line a visit, as in RFC 4180."""
    return spreadsheets.csv_of([COLUMNS, *(tuple(row(entry, corrected).values()) for entry in entries)])


def json_of(entries: Sequence[VisitEntry], corrected: Mapping[int, str] = _NOTHING) -> str:
    """A list of objects; `person` is null for a stranger, and what is no person has kind, label, number."""
    told = [_fields(entry) | _correction(entry, corrected) for entry in entries]
    return encoded(told).decode()


def _fields(entry: VisitEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "person": entry.subject.label if entry.subject.kind == FACE else None,
        **({} if entry.subject.kind == FACE else msgspec.to_builtins(entry.subject)),
        "camera": entry.camera,
        "from": _local(entry.first),
        "to": _local(entry.last),
        "over": entry.over,
        "score": round(entry.score, 4),
        "picture": None if entry.snapshot is None else str(entry.snapshot),
        **({} if entry.rule == PRESENCE else _of_rule(entry)),
        "announcements": [msgspec.to_builtins(delivery) for delivery in entry.announcements],
    }


def _correction(entry: VisitEntry, corrected: Mapping[int, str]) -> dict[str, str]:
    return {"corrected": corrected[entry.id]} if entry.id in corrected else {}


def _of_rule(entry: VisitEntry) -> dict[str, Any]:
    clip = None if entry.clip is None else str(entry.clip)
    return {"rule": entry.rule, "measures": dict(entry.measures), "clip": clip}


def _name(entry: VisitEntry) -> str:
    """Who or what it was, with the rule that said so where it was no visit."""
    subject = entry.subject
    name = (subject.label or "") if subject.kind == FACE else str(subject)
    return name if entry.rule == PRESENCE else f"{entry.rule}: {name or 'unknown'}"


def _told(delivery: DeliveryOutcome) -> str:
    return f"{delivery.channel}: {delivery.state}" + (f" ({delivery.reason})" if delivery.reason else "")


def _local(time: float) -> str:
    return datetime.fromtimestamp(time).astimezone().isoformat(timespec="seconds")


def _short(time: float) -> str:
    return datetime.fromtimestamp(time).isoformat(" ", "seconds")

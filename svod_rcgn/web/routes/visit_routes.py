"""Visits: who was there and when, a page at a time, with their pictures."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta
from starlette.responses import FileResponse, Response, StreamingResponse

from ...history import export
from ...history.visits import Journal, VisitEntry, VisitQuery
from ...text import shown
from ..live import film_pictures
from ..live.film_pictures import FilmPictures
from ..operations import JSON, Call, Operation
from ..records import DeliveryState, VisitChoices, VisitPage, VisitState
from ..refusal import MISSING, UNUSABLE, Refusal

CSV = "text/csv"
_GROUP = "Visits"
_NO_SUCH = {MISSING: "There is no such visit, or no picture of it."}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which visits: of a person by name, at a camera, of a kind, with a label, of strangers, by a rule.

    `since` and `until` are seconds since the epoch; `before` is the `next` of the page before.
    """

    person: str | None = None
    camera: str | None = None
    kind: str | None = None
    label: str | None = None
    unknown: bool = False
    rule: str | None = None
    since: float | None = None
    until: float | None = None
    before: str | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


@dataclass(frozen=True, slots=True)
class Exported(Asked):
    """Which visits, and how they are written."""

    form: Literal["csv", "json"] = "csv"
    limit: Annotated[int, Meta(ge=1, le=1_000_000)] = 1_000_000


class VisitRoutes:
    """The record of visits over HTTP."""

    def __init__(self, journal: Journal, corrected: Callable[[], Mapping[int, str]]) -> None:
        """Take the record, and what was said of wrong names, in words, by the number of the visit."""
        self._journal = journal
        self._corrected = corrected

    def operations(self) -> list[Operation]:
        """See the module."""
        return [
            Operation(
                "GET", "/api/events", "Visits, the newest first, a page at a time.", self._page,
                query=Asked, gives=VisitPage, group=_GROUP,
            ),
            Operation(
                "GET", "/api/events/choices", "What visits can be asked for by.", self._choices,
                gives=VisitChoices, group=_GROUP,
            ),
            Operation(
                "GET", "/api/events/export", "Visits as CSV or JSON, the oldest first.", self._export,
                query=Exported, media=CSV, media_too=JSON, group=_GROUP,
            ),
            Operation(
                "GET", "/api/events/{number}/picture", "The picture of a visit.", self._picture,
                media="image/jpeg", refusals=_NO_SUCH, group=_GROUP,
            ),
            Operation(
                "GET", "/api/events/{number}/clip", "The film of an event.", self._clip,
                media="video/mp4", refusals={MISSING: "There is none."}, group=_GROUP,
            ),
            Operation(
                "GET", "/api/events/{number}/clip/pictures",
                "The film of an event as JPEGs at its own pace, which an image of a page shows.",
                self._clip_pictures, media=film_pictures.MEDIA, refusals={MISSING: "There is none."},
                group=_GROUP,
            ),
        ]  # fmt: skip

    async def _page(self, call: Call) -> VisitPage:
        asked: Asked = call.query
        query = _query(asked, asked.limit + 1)
        entries = await asyncio.to_thread(self._journal.entries, query)
        newest = entries[::-1]
        shown_ones = newest[: asked.limit]
        more = len(newest) > asked.limit
        return VisitPage(
            tuple(_state(entry) for entry in shown_ones), _cursor(shown_ones[-1]) if more else None
        )

    async def _choices(self, _call: Call) -> VisitChoices:
        totals = await asyncio.to_thread(self._journal.totals)
        cameras = await asyncio.to_thread(self._journal.cameras)
        rules = await asyncio.to_thread(self._journal.rules)
        things = await asyncio.to_thread(self._journal.things)
        people = tuple(sorted(shown(each.person) for each in totals))
        return VisitChoices(*(tuple(map(shown, each)) for each in (cameras, people, rules, things)))

    async def _export(self, call: Call) -> Response:
        asked: Exported = call.query
        written = {"csv": export.csv_of, "json": export.json_of}[asked.form]

        def write() -> bytes:
            entries = self._journal.entries(_query(asked, asked.limit))
            return written(entries, self._corrected()).encode("utf-8", "backslashreplace")

        media = {"csv": CSV, "json": JSON}[asked.form]
        name = f'attachment; filename="visits.{asked.form}"'
        return Response(await asyncio.to_thread(write), 200, {"Content-Disposition": name}, media)

    async def _picture(self, call: Call) -> Response:
        return await _file_of(call, self._journal.snapshot_of, "image/jpeg")

    async def _clip(self, call: Call) -> Response:
        return await _file_of(call, self._journal.clip_of, "video/mp4")

    async def _clip_pictures(self, call: Call) -> Response:
        film = FilmPictures(await _path_of(call, self._journal.clip_of))
        return StreamingResponse(film.parts(), media_type=film_pictures.HEADER)


async def _file_of(call: Call, find: Callable[[int], Path | None], media: str) -> Response:
    path = await _path_of(call, find)
    return FileResponse(path, media_type=media, headers={"Cache-Control": "private, max-age=30"})


async def _path_of(call: Call, find: Callable[[int], Path | None]) -> Path:
    number = call.place("number")
    path = None
    if number.isascii() and number.isdecimal() and len(number) < len(str(2**63)):
        path = await asyncio.to_thread(find, int(number))
    if path is None or not path.is_file():
        raise Refusal(MISSING, "there is no such event, or none of it")
    return path


def _query(asked: Asked, limit: int) -> VisitQuery:
    return VisitQuery(
        person=asked.person,
        camera=asked.camera,
        since=asked.since,
        unknown=asked.unknown,
        limit=limit,
        kind=asked.kind,
        label=asked.label,
        until=asked.until,
        rule=asked.rule,
        before=None if asked.before is None else _place(asked.before),
    )


def _cursor(entry: VisitEntry) -> str:
    return f"{entry.first!r}_{entry.id}"


def _place(cursor: str) -> tuple[float, int]:
    try:
        first, number = cursor.split("_")
        return float(first), int(number)
    except ValueError as error:
        raise Refusal(UNUSABLE, "the query: `before` is the `next` of another page") from error


def _state(entry: VisitEntry) -> VisitState:
    subject = entry.subject
    return VisitState(
        id=entry.id,
        kind=shown(subject.kind),
        label=None if subject.label is None else shown(subject.label),
        number=subject.number,
        camera=shown(entry.camera),
        first=entry.first,
        last=entry.last,
        over=entry.over,
        score=round(entry.score, 4),
        picture=entry.snapshot is not None,
        announcements=_deliveries(entry),
        rule=shown(entry.rule),
        measures=entry.measures,
        clip=entry.clip is not None,
    )


def _deliveries(entry: VisitEntry) -> tuple[DeliveryState, ...]:
    return tuple(
        DeliveryState(each.channel, each.state, each.attempts, each.reason) for each in entry.announcements
    )

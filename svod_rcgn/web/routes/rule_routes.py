"""Rules on the page: looked at, tried on what was seen, and changed.

Whoever looks sees the rules in use. A draft makes the server work, so it is for editors. Only an admin
changes what is followed: a rule says who is told and who is not, at any hour and on any channel that was set
up, and one that is taken away is missed by nobody. The vocabulary names no file, address or command
(tests/rules/test_vocabulary.py holds that), so that nobody gets a right over the machine by it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event as Flag
from time import monotonic
from typing import Annotated, Any

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from ...app.picked_light import PickedLight, picked
from ...app.rule_editing import LONGEST_TEXT, CheckedRules, RulesFile
from ...app.rule_rehearsal import MOST_VALUES, Rehearsed, Span, Varied
from ...app.rule_replay import Answer, answered
from ...app.rules_at_work import RulesAtWork
from ...lights.pick import level_at, light_at
from ...records import Image
from ...rules import rule_file
from ...rules.vocabulary import LONGEST_NAME, RulesText
from ...storage.images import PictureFile
from ...text import counted, on_one_line
from ..access.roles import Role
from ..incoming_picture import decoded
from ..live.feed import CameraFeed
from ..operations import Call, Operation
from ..refusal import CONFLICT, FORBIDDEN, MISSING, TOO_MANY, UNAVAILABLE, UNUSABLE, Refusal
from ..settings import Limits
from ..work_limit import WorkLimit

_GROUP = "Rules"
_FIRST_PICTURE = 5.0  # seconds to wait for a camera that has just begun
_GLANCE = 0.3  # seconds between two looks at whether somebody still waits
_PERIOD = 2.5  # seconds in which a light that blinks slowly is lit once
_MOMENT = 0.02  # seconds between two looks at whether there is another picture
_DIMMER = 10  # grey levels that a light may be darker and still be lit
_UNUSABLE = {UNUSABLE: "The rules cannot be used; it is said why."}
_CHANGED = {
    **_UNUSABLE,
    CONFLICT: "The file was changed meanwhile, or another process writes it.",
}
_OF_THE_PAST = {
    UNUSABLE: "The rules cannot be used, or nothing was kept of that time.",
    TOO_MANY: "As much as can be is being worked on.",
    UNAVAILABLE: "The record is damaged, or there is none yet.",
}
_NO_LIGHT = {
    UNUSABLE: "Nothing there is brighter than what is around it.",
    TOO_MANY: "Too many pictures wait.",
}
_NO_PICTURE = {MISSING: "There is no such camera, or no picture of it yet."}

Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
Word = Annotated[str, Meta(max_length=LONGEST_NAME)]
Time = Annotated[float, Meta(ge=0, le=32_503_680_000)]  # to the year 3000


@dataclass(frozen=True, slots=True)
class DraftRules:
    """A rules file as somebody would like it to be."""

    text: Text


@dataclass(frozen=True, slots=True)
class WishedRules:
    """Rules as a form has them, and the text into which they are to be written."""

    rules: RulesText
    text: Text = ""


@dataclass(frozen=True, slots=True)
class SavedRules:
    """A rules file to follow from now on, unless it has changed since `state` was looked at."""

    text: Text
    state: str


@dataclass(frozen=True, slots=True)
class RulesState:
    """The state of the file that was looked at."""

    state: str


@dataclass(frozen=True, slots=True)
class AskedVariation:
    """Where a value stands in a rule, as `cooldown` or `when.of.0.from`, and what is tried there."""

    rule: Word
    field: Word
    values: Annotated[tuple[str | bool | float, ...], Meta(min_length=1, max_length=MOST_VALUES)]


@dataclass(frozen=True, slots=True)
class AskedRehearsal:
    """Rules over what was seen from `since` to `until`, in seconds since the epoch; None is now.

    `text` is a draft, None for the rules in use; `rule` is the one that counts, None for all. `vary` is tried
    with each of its values besides.
    """

    since: Time
    until: Time | None = None
    text: Text | None = None
    rule: Word | None = None
    vary: AskedVariation | None = None


@dataclass(frozen=True, slots=True)
class AskedReason:
    """Why a rule does not hold: at a `time`, in seconds since the epoch, or now where that is None.

    `text` is a draft, which is for editors; None for the rules in use.
    """

    rule: Word
    time: Time | None = None
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule did not hold on a camera, or that it did: in `words`, with what was seen `at` that time.

    `near` is how nearly it held, 0..1; None where nothing is known.
    """

    camera: str
    holds: bool
    near: float | None
    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """Of each camera that the rule is for and of which something is kept."""

    cameras: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class AskedLight:
    """A point of a camera's picture, in shares of its sides.

    `picture` is the number of the picture that was pointed at, which was sent lately. Where none is named, or
    nothing is lit on it, the light is waited for a while.
    """

    camera: Annotated[int, Meta(ge=0)]
    x: Annotated[float, Meta(ge=0, le=1)]
    y: Annotated[float, Meta(ge=0, le=1)]
    picture: int | None = None


class RuleRoutes:
    """Rules over HTTP."""

    def __init__(
        self, rules: RulesAtWork, feeds: Sequence[tuple[str, CameraFeed]], limits: Limits, work: WorkLimit
    ) -> None:
        """Take the rules, the cameras by their names with their pictures, and what is done side by side."""
        self._rules, self._editing, self._feeds = rules, rules.editing, feeds
        self._limits, self._work = limits, work
        self._rehearsing = WorkLimit(1, 0, "replays")
        self._reasons = WorkLimit(1, 4, "questions")

    def operations(self) -> list[Operation]:
        """See the module."""
        return [
            Operation(
                "GET", "/api/rules", "The rules file that can be changed, as it stands.", self._file,
                gives=RulesFile, refusals=_UNUSABLE, group=_GROUP,
            ),
            Operation(
                "PUT", "/api/rules", "Write the rules file and follow it.", self._save, role=Role.ADMIN,
                takes=SavedRules, gives=RulesFile, refusals=_CHANGED, act_name="write rules", group=_GROUP,
            ),
            Operation(
                "POST", "/api/rules/undo", "Bring back what the file said before.", self._undo,
                role=Role.ADMIN, takes=RulesState, gives=RulesFile, refusals=_CHANGED, act_name="undo rules",
                group=_GROUP,
            ),
            Operation(
                "GET", "/api/rules/schema", "What a rules file may say, as JSON schema.", self._schema,
                gives=dict[str, Any], group=_GROUP,
            ),
            Operation(
                "POST", "/api/rules/check", "What a text says, or why it cannot be used.", self._check,
                role=Role.EDITOR, takes=DraftRules, gives=CheckedRules, group=_GROUP,
            ),
            Operation(
                "POST", "/api/rules/written", "Rules written into a text, of which all else stays.",
                self._written, role=Role.EDITOR, takes=WishedRules, gives=DraftRules, refusals=_UNUSABLE,
                group=_GROUP,
            ),
            Operation(
                "POST", "/api/rules/replay", "How often rules would have fired over what cameras saw.",
                self._rehearse, role=Role.EDITOR, takes=AskedRehearsal, gives=Rehearsed,
                refusals=_OF_THE_PAST, group=_GROUP, place=self._rehearsing.place,
            ),
            Operation(
                "POST", "/api/rules/why", "Why a rule does not hold, or did not at a time.", self._why,
                takes=AskedReason, gives=Reasons, refusals=_OF_THE_PAST, group=_GROUP,
                place=self._reasons.place,
            ),
            Operation(
                "GET", "/api/rules/light", "The light at a point of a camera's picture, and its colour.",
                self._light, role=Role.EDITOR, query=AskedLight, gives=PickedLight,
                refusals={**_NO_PICTURE, **_NO_LIGHT}, group=_GROUP,
            ),
            Operation(
                "GET", "/api/rules/stills/{camera}", "The newest picture of a camera, by its number.",
                self._still, media="image/jpeg", refusals=_NO_PICTURE, group=_GROUP,
            ),
        ]  # fmt: skip

    async def _file(self, _call: Call) -> RulesFile:
        return await asyncio.to_thread(self._editing.file)

    async def _save(self, call: Call) -> RulesFile:
        asked: SavedRules = call.body
        return _noted(call, await asyncio.to_thread(self._editing.save, asked.text, asked.state))

    async def _undo(self, call: Call) -> RulesFile:
        asked: RulesState = call.body
        return _noted(call, await asyncio.to_thread(self._editing.undo, asked.state))

    async def _schema(self, _call: Call) -> Mapping[str, Any]:
        return rule_file.json_schema()

    async def _check(self, call: Call) -> CheckedRules:
        asked: DraftRules = call.body
        return await asyncio.to_thread(self._editing.check, asked.text)

    async def _written(self, call: Call) -> DraftRules:
        asked: WishedRules = call.body
        return DraftRules(await asyncio.to_thread(self._editing.written, asked.text, asked.rules))

    async def _still(self, call: Call) -> Response:
        _, feed = self._camera(call.place("camera"))
        try:
            packed = await asyncio.wait_for(feed.newest(0), _FIRST_PICTURE)
        except TimeoutError as error:
            raise Refusal(MISSING, "this camera has sent no picture yet; look whether it runs") from error
        sent = feed.sent(packed.number)
        if sent is None:
            raise Refusal(MISSING, "this picture is gone again; ask once more")
        headers = {"Cache-Control": "no-store", "X-Picture": str(packed.number)}
        return Response(sent[1], 200, headers, "image/jpeg")

    async def _rehearse(self, call: Call) -> Rehearsed:
        asked: AskedRehearsal = call.body
        span = Span(asked.since, float("inf") if asked.until is None else asked.until)
        wish = asked.vary
        vary = None if wish is None else Varied(wish.rule, wish.field, wish.values)
        gone = Flag()
        work = partial(self._rules.rehearse, asked.text, asked.rule, span, vary, gone.is_set)
        leaving = asyncio.create_task(_left(call.request, gone))
        try:
            return (await self._rehearsing.in_place(work)).result
        finally:
            gone.set()
            leaving.cancel()

    async def _why(self, call: Call) -> Reasons:
        asked: AskedReason = call.body
        if asked.text is not None and not call.caller.role.includes(Role.EDITOR):
            raise Refusal(FORBIDDEN, "a draft is for editors; ask about the rules in use")
        work = partial(self._rules.why, asked.text, asked.rule, asked.time)
        answers = (await self._reasons.in_place(work)).result
        return Reasons(tuple(_reason(asked.rule, each) for each in answers))

    async def _light(self, call: Call) -> PickedLight:
        asked: AskedLight = call.query
        name, feed = self._camera(str(asked.camera))
        point = asked.x, asked.y
        shown = None if asked.picture is None else await self._sent(feed, asked.picture)
        if shown is not None and (await self._work.do(partial(light_at, shown, point))).result is None:
            shown = None  # it may blink, and be lit on another
        lit = await _brightest(feed, point, None if shown is None else level_at(shown, point))
        image = lit if shown is None else shown
        if image is None:
            raise Refusal(MISSING, "this camera has sent no picture yet; look whether it runs")
        work = partial(picked, image, point, name, self._editing.current, lit)
        return (await self._work.do(work)).result

    async def _sent(self, feed: CameraFeed, number: int) -> Image:
        found = feed.sent(number)
        if found is None:
            raise Refusal(MISSING, "this picture is too long ago; point at a newer one")
        return (await self._work.do(lambda: decoded(PictureFile("the still", found[1]), self._limits))).result

    def _camera(self, number: str) -> tuple[str, CameraFeed]:
        if number.isascii() and number.isdigit() and int(number[:9]) < len(self._feeds):
            return self._feeds[int(number[:9])]
        raise Refusal(MISSING, "there is no such camera")


async def _left(request: Request, gone: Flag) -> None:
    """Say when nobody waits for the answer any more."""
    while not await request.is_disconnected():
        await asyncio.sleep(_GLANCE)
    gone.set()


async def _brightest(feed: CameraFeed, point: tuple[float, float], wished: int | None) -> Image | None:
    """The picture of a camera, as it came, on which a point is brightest: the light there may blink.

    Args:
        feed: The camera's pictures.
        point: (x, y) in shares of the picture.
        wished: How bright it was where somebody pointed at it; one that is so is good enough.
    """
    best, level, last = None, -1, None
    deadline = monotonic() + _PERIOD
    while monotonic() < deadline and (wished is None or level < wished - _DIMMER):
        frame = feed.raw
        if frame is not None and frame is not last:
            last, now = frame, level_at(frame.image, point)
            best, level = (frame.image, now) if now > level else (best, level)
        await asyncio.sleep(_MOMENT)
    return best


def _reason(rule: str, answer: Answer) -> Reason:
    failure = answer.failure
    near = 1.0 if answer.held else None if failure is None else round(failure.near, 4)
    words = on_one_line(answered(rule, answer))
    return Reason(answer.camera, answer.held is not None, near, answer.at, words)


def _noted(call: Call, file: RulesFile) -> RulesFile:
    rules = file.checked.rules
    call.note(f"now {file.state}, {counted(len(rules.rules) if rules else 0, 'rule')}")
    return file

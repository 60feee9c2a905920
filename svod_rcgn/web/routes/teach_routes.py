"""Recognisers are taught: what was shown, what was learned of it, versions, and all that can be undone."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.responses import Response

from ...app.sent_pictures import put_in
from ...storage.images import thumbnail
from ...teach.recognisers import Recognisers
from ...teach.records import LearningState, RecogniserState, VersionState
from ...teach.settings import TeachSettings
from ...teach.taught_recogniser import Recogniser
from ..access.roles import Role
from ..incoming_picture import received_form
from ..operations import Call, Operation
from ..refusal import CONFLICT, MISSING, UNAVAILABLE, UNUSABLE, Refusal
from ..settings import Limits
from .dataset_acts import (
    MOST,
    Acts,
    Shown,
    Undone,
    as_asked,
    last_acts,
    shown,
    small_picture,
    who,
)

Result = TypeVar("Result")
_GROUP = "Teach"
_PATH = "/api/teach/{name}"
_LACK = {UNAVAILABLE: "The network that it learns on is not here, or what was learned is damaged."}
_NONE = {MISSING: "There is no such recogniser.", **_LACK}
_CHANGED = {**_NONE, CONFLICT: "Something has happened meanwhile; it is said what."}
_SIDE = 320  # pixels that the longer side of a small picture has


@dataclass(frozen=True, slots=True)
class RecogniserNames:
    """The recognisers that are there."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewRecogniser:
    """What a new one is called."""

    name: str


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions, the newest first."""

    versions: tuple[VersionState, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether what is worse is used all the same."""

    use: bool


class TeachRoutes:
    """Recognisers over HTTP."""

    def __init__(self, recognisers: Recognisers, limits: Limits) -> None:
        """Take the recognisers, and what comes in at most."""
        self._recognisers = recognisers
        self._limits = limits

    def operations(self) -> list[Operation]:
        """See the module."""
        return [
            Operation(
                "GET", "/api/teach", "The recognisers.", self._names, gives=RecogniserNames, group=_GROUP,
            ),
            Operation(
                "POST", "/api/teach", "Make a recogniser.", self._create, role=Role.EDITOR,
                takes=NewRecogniser, gives=RecogniserState, refusals=_LACK, act_name="make recogniser",
                group=_GROUP,
            ),
            Operation(
                "GET", _PATH, "How a recogniser stands.", self._state,
                gives=RecogniserState, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "PUT", f"{_PATH}/settings", "Switch learning and answers, and set smoothing and limit.",
                self._wish, role=Role.EDITOR, takes=TeachSettings, gives=RecogniserState, refusals=_NONE,
                act_name="set recogniser", group=_GROUP,
            ),
            Operation(
                "POST", f"{_PATH}/pictures", "Show it pictures and films of `tags`, one a line.", self._show,
                role=Role.EDITOR, form=("tags", "picture"), gives=Shown, refusals=_NONE,
                act_name="show pictures", group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/pictures/{{picture}}", "A picture that was shown, made small.",
                self._picture, media="image/jpeg",
                refusals={MISSING: "There is no such picture.", **_LACK}, group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/acts", "What was done last.", self._acts,
                gives=Acts, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "POST", f"{_PATH}/undo", "Undo acts.", self._undo, role=Role.EDITOR, takes=Undone,
                gives=Acts, refusals=_CHANGED, act_name="undo", group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/versions", "What was learned over time.", self._versions,
                gives=Versions, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "POST", f"{_PATH}/versions/{{version}}/use", "Let a version answer.", self._use,
                role=Role.EDITOR, gives=Versions, act_name="use version", group=_GROUP,
                refusals={MISSING: "There is no such version.", **_LACK},
            ),
            Operation(
                "POST", f"{_PATH}/decision", "Use what is worse all the same, or keep what there is.",
                self._decide, role=Role.EDITOR, takes=Decision, gives=LearningState, refusals=_NONE,
                act_name="decide", group=_GROUP,
            ),
        ]  # fmt: skip

    def get(self, name: str) -> Recogniser:
        """A recogniser that is there.

        Raises:
            Refusal: There is none.
        """
        if name not in self._recognisers.names():
            raise Refusal(MISSING, "there is no such recogniser; make it first")
        return self._recognisers.get(name)

    async def _in_thread(self, call: Call, act: Callable[[Recogniser], Result]) -> Result:
        name = call.place("name")
        return await asyncio.to_thread(lambda: act(self.get(name)))

    async def _names(self, _call: Call) -> RecogniserNames:
        return RecogniserNames(tuple(await asyncio.to_thread(self._recognisers.names)))

    async def _create(self, call: Call) -> RecogniserState:
        with as_asked():
            made = await asyncio.to_thread(self._recognisers.create, call.body.name, who(call.caller))
        return await asyncio.to_thread(lambda: made.state)

    async def _state(self, call: Call) -> RecogniserState:
        return await self._in_thread(call, lambda found: found.state)

    async def _wish(self, call: Call) -> RecogniserState:
        await self._in_thread(call, lambda found: found.wish(call.body))
        return await self._state(call)

    async def _show(self, call: Call) -> Shown:
        form = await received_form(call.request, self._limits, most=MOST)
        tags = tuple(line.strip() for line in form.fields.get("tags", "").splitlines() if line.strip())
        if not tags:
            raise Refusal(UNUSABLE, "say in `tags` what the pictures show")
        call.note(f"tags={', '.join(tags)} pictures={len(form.pictures)}")
        name = who(call.caller)
        done = await self._in_thread(
            call,
            lambda found: put_in(form.pictures, lambda new, source: found.add(new, source, name), yes=tags),
        )
        return shown(done)

    async def _picture(self, call: Call) -> Response:
        data = await self._in_thread(call, lambda found: _small(found, call.place("picture")))
        return small_picture(data)

    async def _acts(self, call: Call) -> Acts:
        return await self._in_thread(call, lambda found: last_acts(found.log))

    async def _undo(self, call: Call) -> Acts:
        return await self._in_thread(call, lambda found: _undone(found, call.body, who(call.caller)))

    async def _versions(self, call: Call) -> Versions:
        return await self._in_thread(call, lambda found: Versions(tuple(found.versions())))

    async def _use(self, call: Call) -> Versions:
        return await self._in_thread(call, lambda found: _used(found, call.place("version")))

    async def _decide(self, call: Call) -> LearningState:
        return await self._in_thread(call, lambda found: _decided(found, call.body))


def _small(recogniser: Recogniser, digest: str) -> bytes:
    file = recogniser.file(digest)
    if file is None:
        raise Refusal(MISSING, "there is no such picture")
    return thumbnail(file, _SIDE)


def _undone(recogniser: Recogniser, wished: Undone, name: str) -> Acts:
    with as_asked():
        recogniser.undo(wished.acts, wished.state, name)
    return last_acts(recogniser.log)


def _used(recogniser: Recogniser, version: str) -> Versions:
    if version not in {str(each.number) for each in recogniser.versions()}:
        raise Refusal(MISSING, "there is no such version")
    recogniser.learning.use(int(version))
    return Versions(tuple(recogniser.versions()))


def _decided(recogniser: Recogniser, decision: Decision) -> LearningState:
    recogniser.learning.decide(use=decision.use)
    return recogniser.learning.state

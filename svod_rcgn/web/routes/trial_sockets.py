"""Drafts of rules are tried on a camera that runs, while somebody looks."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ...app.draft_trial import DraftNews, DraftTrial, TrialNews, TriedDraft
from ...app.rule_editing import LONGEST_TEXT
from ...app.rules_at_work import RulesAtWork
from ..access.entrance import Entrance
from ..access.roles import Role
from ..live.sockets import serve
from ..refusal import MISSING, TOO_MANY, UNUSABLE, Refusal

MOST_TRIALS = 4  # side by side: each measures its own lights on each frame
_DRAFT = "{"  # what a draft begins with


@dataclass(frozen=True, slots=True)
class TrialDraft:
    """A rules file as somebody would like it to be, the camera to try it on, and the page's number for it."""

    text: Annotated[str, Meta(max_length=LONGEST_TEXT)]
    camera: Annotated[int, Meta(ge=0)]
    number: int = 0


class TrialSockets:
    """Trials over WebSockets; each ends with its socket, keeps nothing, and tells nobody else."""

    def __init__(self, entrance: Entrance, rules: RulesAtWork, cameras: Sequence[str]) -> None:
        """Take who may ask, the rules, and the names of the cameras in the order of their numbers, from 0."""
        self._entrance, self._rules, self._cameras = entrance, rules, cameras
        self._count = 0

    def sockets(self) -> list[WebSocketRoute]:
        """See the module."""
        return [WebSocketRoute("/api/rules/trial", self._trial)]

    async def _trial(self, socket: WebSocket) -> None:
        """Take drafts, and send what is new; more when the page says, with any other text, that it has that.

        The first draft begins the trial, and the next ones go on with it.
        """
        trials: list[DraftTrial] = []
        wished, ready = asyncio.Event(), asyncio.Event()
        wished.set()

        async def talk() -> None:
            while True:
                await wished.wait()
                news = await _next(trials, ready)
                wished.clear()
                await socket.send_text(msgspec.json.encode(news).decode())

        async def hear(message: str | bytes) -> None:
            text = message if isinstance(message, str) else message.decode(errors="replace")
            if text.startswith(_DRAFT):
                draft = self._draft(text)
                trials.extend([] if trials else [self._begun(ready)])
                trials[0].take(draft)
            else:
                wished.set()

        try:
            await serve(socket, self._entrance, talk, hear, Role.EDITOR)
        finally:
            for each in trials:
                try:
                    await asyncio.to_thread(each.close)
                finally:
                    self._count -= 1

    def _begun(self, ready: asyncio.Event) -> DraftTrial:
        if self._count >= MOST_TRIALS:
            raise Refusal(TOO_MANY, "as many try rules here as can; come again when one of them has ended")
        loop = asyncio.get_running_loop()

        def changed() -> None:
            with suppress(RuntimeError):  # the loop is closed: the server ends
                loop.call_soon_threadsafe(ready.set)

        trial = self._rules.trial(changed)
        self._count += 1
        return trial

    def _draft(self, text: str) -> TriedDraft:
        try:
            draft = msgspec.json.decode(text, type=TrialDraft)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            raise Refusal(UNUSABLE, f"a draft has a text, a camera and a number: {error}") from error
        if draft.camera >= len(self._cameras):
            raise Refusal(MISSING, "there is no such camera")
        return TriedDraft(draft.text, self._cameras[draft.camera], draft.number)


async def _next(trials: Sequence[DraftTrial], ready: asyncio.Event) -> DraftNews | TrialNews:
    """What is new, once there is something."""
    while True:
        news = trials[0].news() if trials else None
        if news is not None:
            return news
        await ready.wait()
        ready.clear()

"""Rules on the page: looked at, tried on what was seen, and changed.

Whoever looks sees the rules in use. A draft makes the server work, so it is for editors. Only an admin
changes what is followed: a rule says who is told and who is not, at any hour and on any channel that was set
up, and one that is taken away is missed by nobody. The vocabulary names no file, address or command
(tests/rules/test_vocabulary.py holds that), so that nobody gets a right over the machine by it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta
from starlette.responses import Response

from ...app.rule_editing import LONGEST_TEXT, CheckedRules, RuleEditing, RulesFile
from ...rules import rule_file
from ...rules.vocabulary import RulesText
from ...text import counted
from ..access.roles import Role
from ..live.feed import CameraFeed
from ..operations import Call, Operation
from ..refusal import CONFLICT, MISSING, UNUSABLE, Refusal

_GROUP = "Rules"
_FIRST_PICTURE = 5.0  # seconds to wait for a camera that has just begun
_UNUSABLE = {UNUSABLE: "The rules cannot be used; it is said why."}
_CHANGED = {
    **_UNUSABLE,
    CONFLICT: "The file was changed meanwhile, or another process writes it.",
}
_NO_PICTURE = {MISSING: "There is no such camera, or no picture of it yet."}

Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]


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


class RuleRoutes:
    """Rules over HTTP."""

    def __init__(self, editing: RuleEditing, feeds: Sequence[tuple[str, CameraFeed]]) -> None:
        """Take the rules, and the cameras by their names with their pictures."""
        self._editing, self._feeds = editing, feeds

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

    def _camera(self, number: str) -> tuple[str, CameraFeed]:
        if number.isascii() and number.isdigit() and int(number[:9]) < len(self._feeds):
            return self._feeds[int(number[:9])]
        raise Refusal(MISSING, "there is no such camera")


def _noted(call: Call, file: RulesFile) -> RulesFile:
    rules = file.checked.rules
    call.note(f"now {file.state}, {counted(len(rules.rules) if rules else 0, 'rule')}")
    return file

"""Faces that bear a wrong name: somebody says so, sees what was said, and takes it back."""

import asyncio
from functools import partial
from pathlib import Path

from ...app.face_corrections import FaceCorrections
from ...faces.gallery.corrections import Correction
from ...history.visits import Journal
from ...storage.images import read_picture
from ...text import shown
from ..access.roles import Role
from ..operations import Call, Operation
from ..records import Corrected, Corrections, CorrectionState, Done
from ..refusal import MISSING, UNAVAILABLE, Refusal

_GROUP = "Corrections"


class CorrectionRoutes:
    """Corrections over HTTP."""

    def __init__(self, corrections: FaceCorrections, journal: Journal) -> None:
        """Take who keeps them, and the record of visits."""
        self._corrections = corrections
        self._journal = journal

    def operations(self) -> list[Operation]:
        """See the module."""
        one = partial(Operation, role=Role.EDITOR, group=_GROUP)
        missing = {MISSING: "There is no such visit or correction, or no picture of it."}
        return [
            Operation(
                "GET", "/api/corrections", "What was said of wrong names, the newest first.", self._list,
                gives=Corrections, group=_GROUP,
            ),
            one(
                "POST", "/api/corrections", "Say that the face of a visit is somebody else's.", self._add,
                takes=Corrected, gives=CorrectionState, act_name="correct name",
                refusals={**missing, UNAVAILABLE: "No faces are looked for here."},
            ),
            one(
                "DELETE", "/api/corrections/{number}", "Take a correction back.", self._take_back,
                gives=Done, act_name="take correction back", refusals=missing,
            ),
        ]  # fmt: skip

    async def _list(self, _call: Call) -> Corrections:
        known = await asyncio.to_thread(self._corrections.all)
        return Corrections(tuple(map(_state, reversed(known))))

    async def _add(self, call: Call) -> CorrectionState:
        asked: Corrected = call.body
        return await asyncio.to_thread(self._corrected, asked)

    def _corrected(self, asked: Corrected) -> CorrectionState:
        path, label = self._picture_of(asked.visit)
        return _state(self._corrections.add(read_picture(path), label, asked.person, asked.visit))

    def _picture_of(self, visit: int) -> tuple[Path, str | None]:
        entry = self._journal.entry(visit)
        if entry is None or entry.snapshot is None or not entry.snapshot.is_file():
            raise Refusal(MISSING, "there is no such visit, or no picture of it")
        return entry.snapshot, entry.subject.label

    async def _take_back(self, call: Call) -> Done:
        number = call.place("number")
        is_number = number.isascii() and number.isdecimal() and len(number) < len(str(2**63))
        found = await asyncio.to_thread(self._corrections.take_back, int(number)) if is_number else None
        if found is None:
            raise Refusal(MISSING, "there is no such correction")
        return Done("the correction is taken back")


def _state(each: Correction) -> CorrectionState:
    return CorrectionState(
        id=each.id,
        time=each.time,
        was=None if each.was is None else shown(each.was),
        person=None if each.person is None else shown(each.person),
        visit=each.visit,
    )

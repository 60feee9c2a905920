"""Faces that bear a wrong name: somebody says so, sees what was said, and takes it back."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ... import geometry
from ...app.face_corrections import MARGIN, FaceCorrections
from ...faces.gallery.corrections import Correction
from ...history.visits import Journal
from ...records import FACE, Box, Image
from ...storage.images import PictureFile, decode, read_picture
from ...text import shown
from ..access.roles import Role
from ..incoming_picture import checked, decoded, from_base64
from ..live.feed import CameraFeed
from ..operations import Call, Operation
from ..records import Corrected, Corrections, CorrectionState, Done, LiveFace
from ..refusal import CONFLICT, MISSING, TOO_MANY, UNAVAILABLE, UNUSABLE, Refusal
from ..settings import Limits
from ..work_limit import WorkLimit

_GROUP = "Corrections"
_REFUSALS = {
    MISSING: "There is no such visit or correction, or no picture of it.",
    UNAVAILABLE: "No faces are looked for here.",
    TOO_MANY: "Too many pictures wait.",
}


class CorrectionRoutes:
    """Corrections over HTTP."""

    def __init__(
        self,
        corrections: FaceCorrections,
        journal: Journal,
        feeds: Sequence[CameraFeed],
        limits: Limits,
        work: WorkLimit,
    ) -> None:
        """Take who keeps them and what they are about.

        Args:
            corrections: Keeps them.
            journal: The record of visits.
            feeds: The pictures of cameras.
            limits: What comes in at most.
            work: How much is looked at side by side.
        """
        self._feeds = tuple(feeds)
        self._corrections = corrections
        self._journal = journal
        self._limits = limits
        self._work = work

    def operations(self) -> list[Operation]:
        """See the module."""
        one = partial(Operation, role=Role.EDITOR, group=_GROUP)
        return [
            Operation(
                "GET", "/api/corrections", "What was said of wrong names, the newest first.", self._list,
                gives=Corrections, group=_GROUP,
            ),
            one(
                "POST", "/api/corrections", "Say that the face of a visit or picture is somebody else's.",
                self._add, takes=Corrected, gives=CorrectionState, act_name="correct name",
                refusals=_REFUSALS, place=self._work.place,
            ),
            one(
                "DELETE", "/api/corrections/{number}", "Take a correction back.", self._take_back,
                gives=Done, act_name="take correction back",
                refusals={MISSING: _REFUSALS[MISSING], CONFLICT: "People are being learned."},
            ),
        ]  # fmt: skip

    async def _list(self, _call: Call) -> Corrections:
        known = await asyncio.to_thread(self._corrections.all)
        return Corrections(tuple(map(_state, reversed(known))))

    async def _add(self, call: Call) -> CorrectionState:
        asked: Corrected = call.body
        if [asked.visit, asked.live, asked.picture].count(None) != 2:  # noqa: PLR2004 - one of three
            raise Refusal(UNUSABLE, "the body: give one of `visit`, `live` and `picture`")
        if asked.picture is None:
            return await asyncio.to_thread(self._corrected, asked)
        if asked.box is None:
            raise Refusal(UNUSABLE, "the body: give the `box` of the face on the picture, too")
        file = checked(from_base64(asked.picture, "the picture"), self._limits)
        box = Box(*asked.box)

        def keep() -> Correction:
            return self._corrections.add_on(decoded(file, self._limits), box, asked.person)

        return _state((await self._work.in_place(keep)).result)

    def _corrected(self, asked: Corrected) -> CorrectionState:
        if asked.live is not None:
            image, label = self._live(asked.live)
        else:
            path, label = self._picture_of(asked.visit or 0)
            image = read_picture(path)
        return _state(self._corrections.add(image, label, asked.person, asked.visit))

    def _live(self, asked: LiveFace) -> tuple[Image, str | None]:
        """The surroundings of a face on a picture that was sent lately, and whose it was said to be."""
        feed = self._feeds[asked.camera] if asked.camera < len(self._feeds) else None
        found = None if feed is None else feed.sent(asked.picture)
        if found is None or asked.place >= len(found[0].seen):
            raise Refusal(MISSING, "this picture is gone, or shows no such face; take the visit")
        head, jpeg = found
        seen = head.seen[asked.place]
        if seen.kind != FACE or seen.box is None:
            raise Refusal(UNUSABLE, "this is no face")
        left, top, right, bottom = seen.box
        box = Box(left * head.width, top * head.height, right * head.width, bottom * head.height)
        image = decode(PictureFile("the picture", jpeg))
        return geometry.cut(image, box, MARGIN), seen.label

    def _picture_of(self, visit: int) -> tuple[Path, str | None]:
        entry = self._journal.entry(visit)
        if entry is None or entry.snapshot is None or not entry.snapshot.is_file():
            raise Refusal(MISSING, "there is no such visit, or no picture of it")
        if entry.subject.kind != FACE:
            raise Refusal(UNUSABLE, "this is no face")
        return entry.snapshot, entry.subject.label

    async def _take_back(self, call: Call) -> Done:
        number = call.place("number")
        is_number = number.isascii() and number.isdecimal() and len(number) < len(str(2**63))
        found = await asyncio.to_thread(self._corrections.take_back, [int(number)]) if is_number else []
        if not found:
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

"""People are learned: from pictures that are sent, in the background, with a report at the end."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse, Response

from ...app.background_training import BackgroundTraining, TrainingState
from ...errors import InputError
from ...faces import people as roster
from ...faces import prepare
from ...faces.enrolment.new_pictures import added
from ...faces.people.fields import META_FILE
from ...faces.settings import Paths
from ...faces.training.update import PAGE_FILE
from ...geometry import bounded
from ...records import Image
from ...storage.files import write_record
from ...storage.folders import current_of
from ...storage.images import PictureFile
from ...text import unescaped
from ..access.roles import Role
from ..incoming_picture import decoded, received_form
from ..operations import Call, Operation
from ..records import Done, Fields
from ..refusal import CONFLICT, MISSING, UNUSABLE, Refusal
from ..settings import Limits

MOST = 50  # pictures in one form
_SIDE = 2000  # pixels that the longer side of a picture has at most when it is kept
_GROUP = "People"
_BUSY = {CONFLICT: "People are being learned already."}
_REPORT_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
)


@dataclass(frozen=True, slots=True)
class AskedTraining:
    """Whether people are learned at once; more pictures may come first."""

    train: bool = True


class TrainingRoutes:
    """What is learned of people, over HTTP."""

    def __init__(
        self,
        paths: Paths,
        training: BackgroundTraining,
        limits: Limits,
        reload: Callable[[], object],
    ) -> None:
        """Take who learns.

        Args:
            paths: Where people lie.
            training: Learns in the background.
            limits: What comes in at most.
            reload: Puts in use what was changed.
        """
        self._paths = paths
        self._training = training
        self._limits = limits
        self._reload = reload

    def operations(self) -> list[Operation]:
        """See the module."""
        return [
            Operation(
                "POST", "/api/people", "Add pictures of a person, `name`, and learn.", self._add,
                role=Role.ADMIN, form=("name", "picture"), query=AskedTraining, gives=TrainingState,
                refusals=_BUSY, act_name="add person", group=_GROUP,
            ),
            Operation(
                "PUT", "/api/people/{folder}/fields", "Say what is known of a person.", self._describe,
                role=Role.ADMIN, takes=Fields, gives=Done, act_name="describe person",
                refusals={MISSING: "There is no such person.", **_BUSY}, group=_GROUP,
            ),
            Operation(
                "GET", "/api/training", "How the learning fares.", self._state,
                gives=TrainingState, group=_GROUP,
            ),
            Operation(
                "POST", "/api/training", "Learn all photographs.", self._start,
                role=Role.ADMIN, gives=TrainingState, refusals=_BUSY, act_name="learn people", group=_GROUP,
            ),
            Operation(
                "GET", "/api/report", "What the training is worth, as a page.", self._report,
                media="text/html", refusals={MISSING: "There is none."}, group=_GROUP,
            ),
        ]  # fmt: skip

    async def _add(self, call: Call) -> TrainingState:
        form = await received_form(call.request, self._limits, most=MOST)
        name = form.fields.get("name", "")
        call.note(f"name={name} pictures={len(form.pictures)}")
        return await asyncio.to_thread(self._taken, name, form.pictures, train=call.query.train)

    def _taken(self, name: str, pictures: Sequence[PictureFile], *, train: bool) -> TrainingState:
        if not pictures:
            raise Refusal(UNUSABLE, "the form has no file `picture`")
        folder = person_folder(self._paths, name)
        self._keep(folder, [kept(decoded(each, self._limits)) for each in pictures])
        return self._training.start() if train else self._training.state

    def _keep(self, folder: str, images: Sequence[Image]) -> None:
        named = {f"sent-{number:03}.png": image for number, image in enumerate(images, 1)}
        with added(self._paths.input_dir / folder, named):
            pass

    async def _describe(self, call: Call) -> Done:
        return await asyncio.to_thread(self._described, call.place("folder"), call.body.fields)

    def _described(self, folder: str, fields: dict[str, Any]) -> Done:
        with prepare.locked(self._paths, 0):
            places = roster.all_stores(self._paths)
            try:
                person = roster.folder_of(places, unescaped(folder))
            except InputError as error:
                raise Refusal(MISSING, "there is no such person") from error
            (self._paths.input_dir / person).mkdir(parents=True, exist_ok=True)
            write_record(self._paths.input_dir / person / META_FILE, fields)
            if current_of(self._paths.aligned_dir).exists():
                prepare.relearn(self._paths, lambda index: index)
        if current_of(self._paths.classifiers_dir).exists():
            self._reload()
        return Done(f"{person} is described anew")

    async def _state(self, _call: Call) -> TrainingState:
        return self._training.state

    async def _start(self, _call: Call) -> TrainingState:
        return self._training.start()

    async def _report(self, _call: Call) -> Response:
        path = current_of(self._paths.classifiers_dir) / PAGE_FILE
        if not path.is_file():
            raise Refusal(MISSING, "there is no report yet; it comes when people are learned")
        return FileResponse(path, media_type="text/html", headers={"Content-Security-Policy": _REPORT_POLICY})


def person_folder(paths: Paths, name: str) -> str:
    """The folder of a person who is called so: that of one who is known, or a new one.

    Raises:
        InputError: Nobody can be called so.
    """
    try:
        return roster.folder_of(roster.all_stores(paths), name)
    except InputError:
        return roster.new_folder(name)


def kept(image: Image) -> Image:
    """A picture as it is kept: decoded, and no larger than a face needs."""
    return bounded(image, _SIDE, _SIDE)


def picture_of(folder: Path, name: str) -> Path:
    """A picture of a folder by its name, which never becomes a path.

    Raises:
        Refusal: There is none.
    """
    found = {path.name: path for path in folder.glob("*.png") if path.is_file()}
    if name not in found:
        raise Refusal(MISSING, "there is no such picture")
    return found[name]

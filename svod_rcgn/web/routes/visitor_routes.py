"""Visitors whom nobody has named yet: their faces, and how they get a name."""

import asyncio
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from starlette.responses import FileResponse, Response

from ...app.background_training import BackgroundTraining, TrainingState
from ...faces.settings import Paths
from ...faces.strangers.folder import is_visitor, last_seen
from ...storage import files
from ...text import shown
from ..access.roles import Role
from ..operations import Call, Operation
from ..records import Done, NewName, Visitors, VisitorState
from ..refusal import CONFLICT, MISSING, Refusal
from .training_routes import person_folder, picture_of

_GROUP = "Visitors"
_NO_SUCH = {MISSING: "There is no such visitor."}


class VisitorRoutes:
    """The folder of strangers over HTTP; `folder` in a path is one of its names, and never a path."""

    def __init__(self, paths: Paths, training: BackgroundTraining) -> None:
        """Take where strangers lie, and who learns them."""
        self._paths = paths
        self._training = training

    def operations(self) -> list[Operation]:
        """See the module."""
        one = partial(Operation, group=_GROUP, refusals=_NO_SUCH)
        changing = partial(one, role=Role.ADMIN)
        path = "/api/visitors/{folder}"
        return [
            Operation(
                "GET", "/api/visitors", "Visitors without a name, the newest first.", self._list,
                role=Role.EDITOR, gives=Visitors, group=_GROUP,
            ),
            one(
                "GET", f"{path}/pictures/{{picture}}", "A face of a visitor.", self._picture,
                role=Role.EDITOR, media="image/png",
            ),
            changing(
                "POST", f"{path}/name", "Say who it is, and learn the face.", self._name, takes=NewName,
                gives=TrainingState, act_name="name visitor",
                refusals={**_NO_SUCH, CONFLICT: "People are being learned already."},
            ),
            changing(
                "DELETE", path, "Forget a visitor.", self._forget, gives=Done, act_name="forget visitor"
            ),
        ]  # fmt: skip

    async def _list(self, _call: Call) -> Visitors:
        return await asyncio.to_thread(lambda: Visitors(tuple(self._visitors())))

    async def _picture(self, call: Call) -> Response:
        path = picture_of(self._folder(call), call.place("picture"))
        return FileResponse(path, media_type="image/png", headers={"Cache-Control": "private, max-age=60"})

    async def _name(self, call: Call) -> TrainingState:
        return await asyncio.to_thread(self._named, self._folder(call), call.body.name)

    def _named(self, visitor: Path, name: str) -> TrainingState:
        if self._training.state.running:  # before anything is moved
            raise Refusal(CONFLICT, "people are being learned already; wait for its end")
        target = self._paths.clarify_dir / person_folder(self._paths, name)
        if target.exists():
            _pour(visitor, target)
        else:
            visitor.rename(target)
        return self._training.start(self._paths.clarify_dir, crops=True)

    async def _forget(self, call: Call) -> Done:
        folder = self._folder(call)
        await asyncio.to_thread(shutil.rmtree, folder)
        return Done(f"{folder.name} is forgotten")

    def _visitors(self) -> Iterator[VisitorState]:
        for folder in sorted(self._folders().values(), key=last_seen, reverse=True):
            pictures = tuple(sorted(shown(path.name) for path in folder.glob("*.png")))
            if pictures:
                yield VisitorState(folder.name, pictures, last_seen(folder))

    def _folders(self) -> dict[str, Path]:
        there = self._paths.clarify_dir
        return {path.name: path for path in there.glob("*") if path.is_dir() and is_visitor(path.name)}

    def _folder(self, call: Call) -> Path:
        folder = self._folders().get(call.place("folder"))
        if folder is None:
            raise Refusal(MISSING, "there is no such visitor")
        return folder


def _pour(source: Path, target: Path) -> None:
    """Put a visitor's faces beside those that were named before."""
    for path in sorted(source.glob("*.png")):
        path.rename(files.free(target / path.name))
    shutil.rmtree(source)

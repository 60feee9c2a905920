"""People: who is known, and how a person is renamed, merged with another, or forgotten."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from starlette.responses import FileResponse, Response

from ...errors import InputError
from ...faces import people as roster
from ...faces import prepare
from ...faces.gallery import store
from ...faces.people.fields import META_FILE
from ...faces.people.search import PersonTraces
from ...faces.settings import Paths
from ...history.visits import Journal, VisitTotal
from ...storage.files import read_record
from ...storage.folders import current_of
from ...text import escaped, unescaped
from ..access.roles import Role
from ..operations import Call, Operation
from ..records import Done, Into, NewName, People, PersonState
from ..refusal import CONFLICT, MISSING, UNAVAILABLE, UNUSABLE, Refusal

Places: TypeAlias = Sequence[roster.PersonStore]
Change: TypeAlias = Callable[[Places, str], str]

_GROUP = "People"
_REFUSALS = {
    MISSING: "There is no such person.",
    CONFLICT: "Another run changes people just now.",
    UNUSABLE: "The name cannot be used, or is taken.",
    UNAVAILABLE: "Something that was learned cannot be read.",
}


class PeopleRoutes:
    """The people room over HTTP; `folder` in a path is a person's handle, and never a path."""

    def __init__(self, paths: Paths, journal: Journal, reload: Callable[[], object]) -> None:
        """Take where people lie.

        Args:
            paths: All folders in which something of a person may be.
            journal: The record of visits.
            reload: Puts in use what was learned, after a change.
        """
        self._paths = paths
        self._journal = journal
        self._reload = reload

    def operations(self) -> list[Operation]:
        """See the module."""
        changing: dict[str, Any] = {
            "role": Role.ADMIN, "gives": Done, "refusals": _REFUSALS, "group": _GROUP
        }  # fmt: skip
        one = "/api/people/{folder}"
        return [
            Operation(
                "GET", "/api/people", "Everybody who is known.", self._list,
                gives=People, refusals={UNAVAILABLE: _REFUSALS[UNAVAILABLE]}, group=_GROUP,
            ),
            Operation(
                "GET", f"{one}/preview", "A person's best picture.", self._preview,
                media="image/png", refusals={MISSING: "There is none."}, group=_GROUP,
            ),
            Operation(
                "PATCH", one, "Give a person another name.", self._rename,
                takes=NewName, act_name="rename person", **changing,
            ),
            Operation(
                "POST", f"{one}/merge", "Make a person one with another, who stays.", self._merge,
                takes=Into, act_name="merge person", **changing,
            ),
            Operation(
                "DELETE", one, "Forget a person, and prove it by a search.", self._remove,
                act_name="remove person", **changing,
            ),
        ]  # fmt: skip

    async def _list(self, _call: Call) -> People:
        return await asyncio.to_thread(self._people)

    async def _preview(self, call: Call) -> Response:
        path = self._preview_of(unescaped(call.place("folder")))
        if not path.is_file():
            raise Refusal(MISSING, "there is no picture of this person")
        return FileResponse(path, media_type="image/png", headers={"Cache-Control": "private, max-age=60"})

    async def _rename(self, call: Call) -> Done:
        def act(places: Places, person: str) -> str:
            name = roster.new_folder(call.body.name)
            roster.rename(places, person, name)
            return f"{person} is {name} now"

        return await self._change(call, act)

    async def _merge(self, call: Call) -> Done:
        def act(places: Places, person: str) -> str:
            into = _known(places, call.body.into)
            roster.merge(places, person, into)
            return f"{person} is {into} now"

        return await self._change(call, act)

    async def _remove(self, call: Call) -> Done:
        def act(places: Places, person: str) -> str:
            sought: PersonTraces = roster.traces_of(self._paths, person)
            roster.remove(places, person, sought)
            searched = ", ".join(place.title for place in places)
            return f"{person} is forgotten; a search of {searched} found nothing more"

        return await self._change(call, act)

    async def _change(self, call: Call, act: Change) -> Done:
        """Change one person while nobody else may, and use what was learned anew."""

        def change() -> str:
            with prepare.locked(self._paths, 0):
                places = roster.all_stores(self._paths)
                done = act(places, _known(places, call.place("folder")))
            if current_of(self._paths.classifiers_dir).exists():
                self._reload()
            return done

        return Done(await asyncio.to_thread(change))

    def _people(self) -> People:
        places = roster.all_stores(self._paths)
        visits = {each.person: each for each in self._journal.totals()}
        return People(
            tuple(
                self._state(person, visits.get(person.name)) for person in roster.known(self._paths, places)
            )
        )

    def _state(self, person: roster.PersonSummary, visits: VisitTotal | None) -> PersonState:
        return PersonState(
            folder=escaped(person.folder),
            name=person.name,
            pictures=person.pictures,
            learned=person.learned,
            preview=self._preview_of(person.folder).is_file(),
            visits=0 if visits is None else visits.visits,
            last=None if visits is None else visits.last,
            fields=self._fields(person.folder),
        )

    def _fields(self, folder: str) -> Mapping[str, Any]:
        """What is said of a person; what cannot be read says nothing."""
        try:
            fields = read_record(self._paths.input_dir / folder / META_FILE, dict[str, Any])
        except (InputError, OSError):
            return {}
        return {escaped(name): value for name, value in fields.items() if _is_plain(value)}

    def _preview_of(self, folder: str) -> Path:
        # The name of the file is made by us and holds no part of a path, whatever the folder is called.
        return current_of(self._paths.classifiers_dir) / store.PREVIEWS / store.preview_file(folder)


def _known(places: Places, folder: str) -> str:
    try:
        return roster.folder_of(places, unescaped(folder))
    except InputError as error:
        raise Refusal(MISSING, "there is no such person") from error


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)

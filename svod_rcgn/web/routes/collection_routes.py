"""The collection of a recogniser: its pictures are looked at, found, and mended many at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
from starlette.responses import Response

from ...app.sent_pictures import put_in
from ...teach.collection_records import (
    CollectionChange,
    CollectionOverview,
    CollectionPictures,
    CollectionQuery,
    CollectionView,
    QueueAnswered,
    QueueVerdict,
    QueueView,
    SimilarPictures,
    SuspectPictures,
    Verdict,
)
from ...teach.recognisers import Recognisers
from ...teach.workshop import Workshop
from ...text import counted
from ..access.roles import Role
from ..incoming_picture import received_form
from ..operations import Call, Operation
from ..refusal import CONFLICT, MISSING, UNAVAILABLE, UNUSABLE, Refusal
from ..settings import Limits
from .dataset_acts import MOST as MOST_IN_FORM
from .dataset_acts import Shown, as_asked, shown, who

Result = TypeVar("Result")
MOST, MOST_TOLD, MOST_QUEUED, MOST_LABELS = 100_000, 500, 100, 20
_GROUP = "Collection"
_PATH = "/api/collection/{name}"
_LACK = {UNAVAILABLE: "The network that it learns on is not here, or a file is damaged."}
_NONE = {MISSING: "There is no such recogniser.", **_LACK}
_CHANGED = {**_NONE, CONFLICT: "Something has happened to them meanwhile; it is said what."}
_FOR_EVER = "private, max-age=31536000, immutable"  # a hash names the same picture always

Hash: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Hashes: TypeAlias = Annotated[tuple[Hash, ...], msgspec.Meta(min_length=1, max_length=MOST)]
Label: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
State: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


@dataclass(frozen=True, slots=True)
class AskedDetails:
    """The pictures that are on the screen."""

    pictures: Annotated[tuple[Hash, ...], msgspec.Meta(max_length=MOST_TOLD)]


@dataclass(frozen=True, slots=True)
class AskedThumbnail:
    """How many pixels the longer side has."""

    side: Annotated[int, msgspec.Meta(ge=32, le=640)] = 160


@dataclass(frozen=True, slots=True)
class AskedSuspects:
    """How many are told at most."""

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_TOLD)] = 50


@dataclass(frozen=True, slots=True)
class AskedSimilar:
    """How many are told at most."""

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_TOLD)] = 50


@dataclass(frozen=True, slots=True)
class AskedQueue:
    """How many are told at most."""

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_QUEUED)] = 20


@dataclass(frozen=True, slots=True)
class AnswerQueue:
    """A picture of the queue shows `labels`, none of the classes, or is put aside until the next start."""

    picture: Hash
    verdict: QueueVerdict
    state: State
    labels: Annotated[tuple[Label, ...], msgspec.Meta(max_length=MOST_LABELS)] = ()


@dataclass(frozen=True, slots=True)
class TagPictures:
    """Pictures show classes (`said` is true), do not (false), or nothing is said of that any more (null).

    `state` is the number of the last act that was looked at, here and below.
    """

    pictures: Hashes
    labels: Annotated[tuple[Label, ...], msgspec.Meta(min_length=1, max_length=MOST_LABELS)]
    said: bool | None
    state: State


@dataclass(frozen=True, slots=True)
class RelabelPictures:
    """Pictures show a class in place of another; those that do not show the first are left as they are."""

    pictures: Hashes
    label_from: Label
    label_to: Label
    state: State


@dataclass(frozen=True, slots=True)
class DeletePictures:
    """Pictures go; that can be undone."""

    pictures: Hashes
    state: State


@dataclass(frozen=True, slots=True)
class RenameClass:
    """A class is called otherwise."""

    label: Label
    to: Label
    state: State


@dataclass(frozen=True, slots=True)
class MergeClasses:
    """A class becomes part of another one."""

    label: Label
    into: Label
    state: State


@dataclass(frozen=True, slots=True)
class SettleSuspect:
    """What is said of a picture is right, it is to be what it was taken for or `label`, or it goes."""

    picture: Hash
    verdict: Verdict
    state: State
    label: Label | None = None


class CollectionRoutes:
    """Collections over HTTP; what was done last, and undoing it, are those of the recogniser."""

    def __init__(self, recognisers: Recognisers, limits: Limits) -> None:
        """Take the recognisers, and what comes in at most."""
        self._recognisers = recognisers
        self._limits = limits

    def operations(self) -> list[Operation]:
        """See the module."""
        return [
            Operation(
                "GET", _PATH, "The pictures that a filter leaves, by their hashes.", self._view,
                query=CollectionQuery, gives=CollectionView, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/overview", "What there is to choose from.", self._overview,
                gives=CollectionOverview, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "POST", f"{_PATH}/details", "What is known of pictures.", self._details,
                takes=AskedDetails, gives=CollectionPictures, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/thumbnails/{{picture}}", "A picture, made small.", self._thumbnail,
                query=AskedThumbnail, media="image/jpeg", group=_GROUP,
                refusals={MISSING: "There is no such picture.", **_LACK},
            ),
            Operation(
                "GET", f"{_PATH}/suspects", "Pictures whose tag is doubted, the most suspicious first.",
                self._suspects, query=AskedSuspects, gives=SuspectPictures, refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/similar/{{picture}}", "The pictures that are most like one.", self._similar,
                query=AskedSimilar, gives=SimilarPictures, group=_GROUP,
                refusals={MISSING: "There is no such picture.", UNUSABLE: "It cannot be read.", **_LACK},
            ),
            Operation(
                "POST", f"{_PATH}/pictures", "Put pictures and films in without any tag.", self._put_in,
                role=Role.EDITOR, form=("picture",), gives=Shown, refusals=_NONE,
                act_name="put pictures in", group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/queue", "Of which pictures it would teach most to say what they show.",
                self._queue, role=Role.EDITOR, query=AskedQueue, gives=QueueView,
                refusals=_NONE, group=_GROUP,
            ),
            Operation(
                "GET", f"{_PATH}/queue/pictures/{{picture}}", "A live picture that waits in the queue.",
                self._queued, role=Role.EDITOR, media="image/jpeg", group=_GROUP,
                refusals={MISSING: "There is no such picture, or it waits no more.", **_LACK},
            ),
            Operation(
                "POST", f"{_PATH}/queue/answer", "Say what a picture of the queue shows.", self._answer,
                role=Role.EDITOR, takes=AnswerQueue, gives=QueueAnswered, refusals=_CHANGED,
                act_name="answer queue", group=_GROUP,
            ),
            self._change("tag", "Say what pictures show.", TagPictures, self._tag, "tag pictures"),
            self._change(
                "relabel", "Let pictures show another class.", RelabelPictures, self._relabel,
                "relabel pictures",
            ),
            self._change("delete", "Delete pictures.", DeletePictures, self._delete, "delete pictures"),
            self._change("rename", "Call a class otherwise.", RenameClass, self._rename, "rename class"),
            self._change("merge", "Make one class of two.", MergeClasses, self._merge, "merge classes"),
            self._change(
                "settle", "Decide about a picture whose tag is doubted.", SettleSuspect, self._settle,
                "settle suspect",
            ),
        ]  # fmt: skip

    def _change(
        self,
        what: str,
        summary: str,
        takes: type,
        change: Callable[[Workshop, Any, str], CollectionChange],
        act_name: str,
    ) -> Operation:
        """An operation that is one act, unless something has happened to what it is about."""

        async def act(call: Call) -> CollectionChange:
            if hasattr(call.body, "pictures"):
                call.note(counted(len(call.body.pictures), "picture"))
            return await self._in_thread(call, lambda found: change(found, call.body, who(call.caller)))

        return Operation(
            "POST", f"{_PATH}/{what}", summary, act, role=Role.EDITOR, takes=takes, gives=CollectionChange,
            refusals=_CHANGED, act_name=act_name, group=_GROUP,
        )  # fmt: skip

    def _workshop(self, name: str) -> Workshop:
        if name not in self._recognisers.names():
            raise Refusal(MISSING, "there is no such recogniser; make it first")
        return self._recognisers.workshop(name)

    async def _in_thread(self, call: Call, act: Callable[[Workshop], Result]) -> Result:
        def work() -> Result:
            found = self._workshop(call.place("name"))
            with as_asked():
                return act(found)

        return await asyncio.to_thread(work)

    async def _view(self, call: Call) -> CollectionView:
        return await self._in_thread(call, lambda found: found.view(call.query))

    async def _overview(self, call: Call) -> CollectionOverview:
        return await self._in_thread(call, Workshop.overview)

    async def _details(self, call: Call) -> CollectionPictures:
        return await self._in_thread(call, lambda found: found.details(call.body.pictures))

    async def _suspects(self, call: Call) -> SuspectPictures:
        return await self._in_thread(call, lambda found: found.suspects(call.query.count))

    async def _similar(self, call: Call) -> SimilarPictures:
        digest, count = call.place("picture"), call.query.count
        told = await self._in_thread(call, lambda found: found.similar(digest, count))
        if told is None:
            raise Refusal(MISSING, "there is no such picture")
        return told

    async def _put_in(self, call: Call) -> Shown:
        form = await received_form(call.request, self._limits, most=MOST_IN_FORM)
        call.note(counted(len(form.pictures), "picture"))
        if not form.pictures:
            raise Refusal(UNUSABLE, "send pictures in `picture`")
        name = who(call.caller)
        done = await self._in_thread(
            call, lambda found: put_in(form.pictures, lambda new, source: found.add(new, source, name))
        )
        return shown(done)

    async def _queue(self, call: Call) -> QueueView:
        return await self._in_thread(call, lambda found: found.queue.view(call.query.count, found.look))

    async def _queued(self, call: Call) -> Response:
        digest = call.place("picture")
        data = await self._in_thread(call, lambda found: found.queue.jpeg(digest))
        if data is None:
            raise Refusal(MISSING, "this picture waits no more")
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    async def _answer(self, call: Call) -> QueueAnswered:
        said, name = call.body, who(call.caller)
        call.note(", ".join(said.labels) or said.verdict)
        return await self._in_thread(
            call,
            lambda found: found.queue.answer(said.picture, said.verdict, said.labels, said.state, name),
        )

    async def _thumbnail(self, call: Call) -> Response:
        digest, side = call.place("picture"), call.query.side
        data = await self._in_thread(call, lambda found: found.small.of(digest, side))
        if data is None:
            raise Refusal(MISSING, "there is no such picture")
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": _FOR_EVER})

    @staticmethod
    def _tag(found: Workshop, asked: TagPictures, name: str) -> CollectionChange:
        return found.tag(asked.pictures, asked.labels, asked.said, asked.state, name)

    @staticmethod
    def _relabel(found: Workshop, asked: RelabelPictures, name: str) -> CollectionChange:
        return found.relabel(asked.pictures, asked.label_from, asked.label_to, asked.state, name)

    @staticmethod
    def _delete(found: Workshop, asked: DeletePictures, name: str) -> CollectionChange:
        return found.delete(asked.pictures, asked.state, name)

    @staticmethod
    def _rename(found: Workshop, asked: RenameClass, name: str) -> CollectionChange:
        return found.rename(asked.label, asked.to, asked.state, name)

    @staticmethod
    def _merge(found: Workshop, asked: MergeClasses, name: str) -> CollectionChange:
        return found.merge(asked.label, asked.into, asked.state, name)

    @staticmethod
    def _settle(found: Workshop, asked: SettleSuspect, name: str) -> CollectionChange:
        return found.settle(asked.picture, asked.verdict, asked.label, asked.state, name)

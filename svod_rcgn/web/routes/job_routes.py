"""Films as jobs: sent in pieces, looked at in the background, with results while it lasts."""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from msgspec import Meta
from starlette.responses import FileResponse, Response, StreamingResponse

from ...app.film_jobs import FilmJob, FilmJobs, FilmWishes
from ...errors import BusyError
from ...text import shown
from ..access.roles import Role
from ..live import film_pictures
from ..live.film_pictures import FilmPictures
from ..operations import Call, Operation
from ..records import Done, Jobs, JobState, NewJob
from ..refusal import CONFLICT, MISSING, TOO_LARGE, TOO_MANY, UNAVAILABLE, Refusal

PIECE = 8 * 2**20  # bytes of one piece at most
_RESULTS = 2**20  # bytes of results in one answer at most
_LINES = "application/jsonl"
_GROUP = "Films"
_NO_SUCH = {MISSING: "There is no such job."}


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """A byte, from 0: the first of the piece, or of the results that are wanted."""

    offset: Annotated[int, Meta(ge=0, le=2**53)] = 0


@dataclass(frozen=True, slots=True)
class AskedMoment:
    """Seconds from the beginning of a film."""

    begin: Annotated[float, Meta(ge=0, le=1e6)] = 0.0


class JobRoutes:
    """Jobs over HTTP."""

    def __init__(self, jobs: FilmJobs) -> None:
        """Take who does them."""
        self._jobs = jobs

    def operations(self) -> list[Operation]:
        """See the module."""
        one = partial(Operation, group=_GROUP, refusals=_NO_SUCH)
        path = "/api/jobs/{job}"
        return [
            Operation(
                "GET", "/api/jobs", "All jobs, the newest first.", self._list, gives=Jobs, group=_GROUP
            ),
            Operation(
                "POST", "/api/jobs", "Begin a job; its film comes in pieces.", self._create,
                role=Role.EDITOR, takes=NewJob, gives=JobState, act_name="begin film job", group=_GROUP,
                refusals={TOO_MANY: "Too many films wait.", UNAVAILABLE: "A network is not here."},
            ),
            one("GET", path, "How a job fares.", self._show, gives=JobState),
            one(
                "PUT", f"{path}/film", "The next piece of the film, from `offset` on.", self._receive,
                role=Role.EDITOR, query=AskedPlace, binary=True, gives=JobState,
                refusals={**_NO_SUCH, CONFLICT: "Another piece is next: `received` says from where."},
            ),
            one(
                "GET", f"{path}/results", "What was found, a line a frame, from a byte on.", self._results,
                query=AskedPlace, media=_LINES,
            ),
            one("GET", f"{path}/film", "The film with all drawn on it.", self._film, media="video/mp4"),
            one(
                "GET", f"{path}/film/pictures",
                "That film as JPEGs at its own pace, which an image of a page shows.",
                self._film_pictures, query=AskedMoment, media=film_pictures.MEDIA,
            ),
            one(
                "POST", f"{path}/cancel", "Leave off; what was found stays.", self._cancel,
                role=Role.EDITOR, gives=JobState, act_name="cancel film job",
            ),
            one(
                "DELETE", path, "Delete a job, its film and what was found.", self._remove,
                role=Role.EDITOR, gives=Done, act_name="delete film job",
            ),
        ]  # fmt: skip

    async def _list(self, _call: Call) -> Jobs:
        return Jobs(tuple(map(_state, self._jobs.all())))

    async def _create(self, call: Call) -> JobState:
        asked: NewJob = call.body
        wishes = FilmWishes(asked.faces, tuple(dict.fromkeys(asked.detect)), asked.annotate)
        try:
            return _state(await asyncio.to_thread(self._jobs.create, shown(asked.name), asked.size, wishes))
        except BusyError as error:
            raise Refusal(TOO_MANY, str(error), {"Retry-After": "30"}) from error

    async def _show(self, call: Call) -> JobState:
        return _state(self._job(call))

    async def _receive(self, call: Call) -> JobState:
        job, offset = self._job(call), call.query.offset
        data = await call.request.body()
        if len(data) > PIECE:
            raise Refusal(TOO_LARGE, f"a piece has {PIECE:,} bytes at most")
        after = await asyncio.to_thread(self._jobs.receive, job.id, offset, data)
        if after.received != offset + len(data):
            told = f"the next piece begins at {after.received}"
            raise Refusal(CONFLICT, told, {"Upload-Offset": str(after.received)})
        return _state(after)

    async def _results(self, call: Call) -> Response:
        job, offset = self._job(call), call.query.offset
        data = await asyncio.to_thread(self._jobs.results, job.id, offset, _RESULTS)
        return Response(data, 200, {"Next-Offset": str(offset + len(data))}, _LINES)

    async def _film(self, call: Call) -> Response:
        return FileResponse(self._drawn(call), media_type="video/mp4")

    async def _film_pictures(self, call: Call) -> Response:
        film = FilmPictures(self._drawn(call), call.query.begin)
        return StreamingResponse(film.parts(), media_type=film_pictures.HEADER)

    def _drawn(self, call: Call) -> Path:
        path = self._jobs.annotated(self._job(call).id)
        if path is None:
            raise Refusal(MISSING, "there is no film with all drawn on it")
        return path

    async def _cancel(self, call: Call) -> JobState:
        return _state(await asyncio.to_thread(self._jobs.cancel, self._job(call).id))

    async def _remove(self, call: Call) -> Done:
        job = self._job(call)
        await asyncio.to_thread(self._jobs.remove, job.id)
        return Done(f"{job.name} is deleted")

    def _job(self, call: Call) -> FilmJob:
        job = self._jobs.find(call.place("job"))
        if job is None:
            raise Refusal(MISSING, "there is no such job")
        return job


def _state(job: FilmJob) -> JobState:
    return JobState(
        id=job.id,
        name=job.name,
        size=job.size,
        received=job.received,
        state=job.state,
        faces=job.wishes.faces,
        detect=job.wishes.detect,
        annotate=job.wishes.annotate,
        created=job.created,
        frames=job.frames,
        total=job.total,
        frames_per_second=job.frames_per_second,
        left=job.left,
        error=job.error,
    )

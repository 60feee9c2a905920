"""The REST routes of the Recognizer (jetson-inference, python/www/recognizer), for its pages and scripts.

They answer under its names with its JSON, by the recogniser RECOGNISER and the first camera of this server.
What is different: who asks needs a role, a form is as large as any here, pictures alone are uploaded,
recording ends by itself after LONGEST seconds, and accuracy is of pictures that were left out.
"""

import asyncio
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from ...datasets.records import NewPicture
from ...storage.images import PictureFile
from ...teach.acts import grouped
from ...teach.recognisers import Recognisers
from ...teach.settings import LONGEST_SMOOTHING, TeachSettings
from ...teach.taught_recogniser import Recogniser
from ..access.roles import Role
from ..incoming_picture import decoded, received_form
from ..live.feed import CameraFeed
from ..operations import Call, Operation
from ..refusal import CONFLICT, UNAVAILABLE, UNUSABLE, Refusal
from ..settings import Limits
from .dataset_acts import who

RECOGNISER = "recognizer"
LONGEST = 600.0  # seconds of recording
_FIELD = "file"
_GROUP = "Recognizer"
_LACK = {UNAVAILABLE: "The network that it learns on is not here, or what was learned is damaged."}
_RATE = 30.0  # pictures a second, for which its smoothing is a weight
_ALERTS = 200
_SHOWN = 3500  # milliseconds that its page shows an alert
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class TrainingStats:
    """How the training fares: the epoch that was kept, pictures, loss, and accuracy in per cent."""

    epoch: int
    img_count: int
    img_total: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Alert:
    """A message; `time` and `duration` are milliseconds, `level` is info."""

    id: int
    time: int
    level: str
    message: str
    duration: int


@dataclass(frozen=True, slots=True)
class Since:
    """Milliseconds since the epoch."""

    since: int = 0


class RecognizerRoutes:
    """See the module."""

    def __init__(self, recognisers: Recognisers, feeds: Sequence[CameraFeed], limits: Limits) -> None:
        """Take the recognisers, the cameras of the server, and what comes in at most."""
        self._recognisers, self._feeds, self._limits = recognisers, feeds, limits
        self._tags: tuple[str, ...] = ()
        self._smoothing = 0.0
        self._recording: asyncio.Task[None] | None = None

    def operations(self) -> list[Operation]:
        """See the module."""
        return [
            self._read("/alerts", "Messages since a time.", self._alerts, tuple[Alert, ...], query=Since),
            self._read("/dataset/classes", "The classes.", self._classes, tuple[str, ...]),
            self._read("/dataset/active_tags", "What is recorded, with commas between.", self._active, str),
            self._read("/dataset/recording", "Whether it records.", self._records, bool),
            self._read("/training/enabled", "Whether it trains.", self._wished("training"), bool),
            self._read("/training/stats", "How the training fares.", self._stats, TrainingStats),
            self._read(
                "/classification/enabled", "Whether it answers.", self._wished("classification"), bool
            ),
            self._read(
                "/classification/confidence_threshold", "The limit.", self._wished("limit"), float
            ),
            self._read("/classification/output_smoothing", "The smoothing.", self._factor, float),
            self._write("/dataset/active_tags", "Say what is recorded.", self._activate, str),
            self._write("/dataset/recording", "Record or stop.", self._record, bool),
            self._write("/training/enabled", "Train or not.", self._wish("training"), bool),
            self._write("/classification/enabled", "Answer or not.", self._wish("classification"), bool),
            self._write(
                "/classification/confidence_threshold", "Set the limit, 0 to 1.", self._wish("limit"), float
            ),
            self._write(
                "/classification/output_smoothing", "Set the weight of a new picture, or so many pictures.",
                self._smooth, float,
            ),
            Operation(
                "POST", "/dataset/upload", "Add a picture, `file`, of the active tags.", self._upload,
                role=Role.EDITOR, form=(_FIELD,), media="text/plain", refusals=_LACK, act_name="upload",
                group=_GROUP,
            ),
        ]  # fmt: skip

    def _read(self, path: str, told: str, act: Any, gives: Any, query: type | None = None) -> Operation:
        return Operation("GET", path, told, act, gives=gives, query=query, refusals=_LACK, group=_GROUP)

    def _write(self, path: str, told: str, act: Any, takes: type) -> Operation:
        return Operation(
            "PUT", path, told, act, role=Role.EDITOR, takes=takes, media="text/plain",
            refusals={CONFLICT: "There is nothing to record, or no camera.", **_LACK},
            act_name=f"set {path[1:]}", group=_GROUP,
        )  # fmt: skip

    async def _open(self, call: Call) -> Recogniser:
        """The recogniser, made when it is first asked to learn something."""

        def opened() -> Recogniser:
            if RECOGNISER in self._recognisers.names():
                return self._recognisers.get(RECOGNISER)
            return self._recognisers.create(RECOGNISER, who(call.caller))

        return await asyncio.to_thread(opened)

    async def _there(self) -> Recogniser | None:
        names = await asyncio.to_thread(self._recognisers.names)
        if RECOGNISER not in names:
            return None
        return await asyncio.to_thread(self._recognisers.get, RECOGNISER)

    async def _classes(self, _call: Call) -> tuple[str, ...]:
        found = await self._there()
        if found is None:
            return ()
        state = await asyncio.to_thread(lambda: found.state)
        return tuple(each.label for each in state.classes)

    async def _active(self, _call: Call) -> str:
        return ",".join(self._tags)

    async def _activate(self, call: Call) -> Response:
        parts = (part.strip().lower() for part in call.body.replace(";", ",").split(","))
        self._tags = tuple(dict.fromkeys(part for part in parts if part))
        return _done()

    async def _records(self, _call: Call) -> bool:
        return self._recording is not None and not self._recording.done()

    async def _record(self, call: Call) -> Response:
        running = await self._records(call)
        if call.body and not running:
            if not self._tags or not self._feeds:
                raise Refusal(CONFLICT, "set /dataset/active_tags first, and start with a --video_source")
            work = self._keep(await self._open(call), who(call.caller))
            self._recording = asyncio.create_task(work)
        elif not call.body and self._recording is not None:
            self._recording.cancel()
            with suppress(asyncio.CancelledError):
                await self._recording
            self._recording = None
        return _done()

    async def _keep(self, recogniser: Recogniser, name: str) -> None:
        """Keep what is news of the first camera, with the tags of the moment."""
        begun, number, feed = monotonic(), 0, self._feeds[0]
        with recogniser.holding(f"recording {uuid4().hex[:8]}", name) as hold:
            while monotonic() - begun < LONGEST:
                number = (await feed.newest(number)).number
                sent = feed.sent(number)
                if sent is None or not self._tags:
                    continue
                file = PictureFile("recorded.jpg", sent[1])
                image = await asyncio.to_thread(decoded, file, self._limits)
                if await asyncio.to_thread(hold.take, image, file, self._tags, monotonic()):
                    recogniser.learning.changed()

    async def _upload(self, call: Call) -> Response:
        form = await received_form(call.request, self._limits, most=1, field=_FIELD)
        if not form.pictures:
            raise Refusal(UNUSABLE, f"the form has no file `{_FIELD}`")
        (file,) = form.pictures
        recogniser = await self._open(call)
        new = NewPicture.of(file, yes=self._tags)
        dataset = recogniser.dataset(who(call.caller))
        done = await asyncio.to_thread(dataset.add, [new], "upload")
        if done.refused:
            raise Refusal(UNUSABLE, done.refused[0])
        recogniser.learning.changed()
        return Response(file.name, media_type="text/plain")

    async def _stats(self, _call: Call) -> TrainingStats:
        found = await self._there()
        if found is None:
            return TrainingStats(0, 0, 0, 0.0, 0.0)
        state = await asyncio.to_thread(lambda: found.state)
        learning, accuracy = state.learning, state.learning.accuracy
        learned = state.pictures if learning.state == state.state and learning.learned else learning.done
        share = 0.0 if accuracy is None else accuracy.share
        return TrainingStats(
            learning.best or 0, learned, state.pictures, learning.loss or 0.0, share * _PERCENT
        )

    async def _alerts(self, call: Call) -> tuple[Alert, ...]:
        found = await self._there()
        if found is None:
            return ()
        _, acts = await asyncio.to_thread(found.log, _ALERTS)
        told = [
            Alert(each.numbers[-1], round(1000 * each.time), "info", f"{each.kind} {each.summary}", _SHOWN)
            for each in grouped(acts)
        ]
        return tuple(each for each in told if each.time >= call.query.since)

    async def _factor(self, _call: Call) -> float:
        return self._smoothing

    async def _smooth(self, call: Call) -> Response:
        found = await self._open(call)
        found.wish(replace(found.settings, smoothing=seconds_of(call.body)))
        self._smoothing = call.body
        return _done()

    def _wished(self, name: str) -> Any:
        async def read(_call: Call) -> Any:
            found = await self._there()
            return getattr(TeachSettings() if found is None else found.settings, name)

        return read

    def _wish(self, name: str) -> Any:
        async def write(call: Call) -> Response:
            found = await self._open(call)
            found.wish(replace(found.settings, **{name: call.body}))
            return _done()

        return write


def seconds_of(factor: float) -> float:
    """The time in which an answer's weight falls to 1/e, of the Recognizer's smoothing.

    Args:
        factor: The weight of a new picture, 0..1, where 0 and 1 smooth nothing; above that, so many pictures.

    Raises:
        Refusal: It is negative.
    """
    if not factor >= 0:
        raise Refusal(UNUSABLE, "the smoothing is 0 or more")
    weight = 1 / factor if factor > 1 else factor
    if weight in (0, 1):
        return 0.0
    return min(LONGEST_SMOOTHING, -1 / (_RATE * math.log1p(-weight)))


def _done() -> Response:
    return Response(media_type="text/plain")

"""Films that were sent, looked at one after another; what is done and what came of it survives a restart."""

import contextlib
import logging
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from time import time as wall_clock

from ..errors import BusyError, InputError, SvodError
from ..media.drawing import annotated
from ..media.settings import LiveSettings
from ..media.sources import Source, open_source
from ..media.video_file import FilmFile
from ..records import Frame, Observation
from ..storage import files
from ..storage.signatures import FILM, HEAD_BYTES, kind_of
from .still_pictures import StillPictures

log = logging.getLogger(__name__)

UPLOAD, WAITING, RUNNING, DONE, FAILED, CANCELLED = (
    "upload", "waiting", "running", "done", "failed", "cancelled",
)  # fmt: skip
_OPEN = (UPLOAD, WAITING, RUNNING)
_RECORD, _FILM, _RESULTS, _ANNOTATED = "job.json", "film.mp4", "results.jsonl", "annotated.mp4"
_EVERY = 1.0  # seconds between two notes of how far a job is
_ROOM = 500 * 2**20  # bytes of the disk that stay free


@dataclass(frozen=True, slots=True)
class JobSettings:
    """A film has at most so many bytes; so many jobs are open at once, and so many are kept."""

    film: int = 4 * 2**30
    most_open: int = 8
    most: int = 100


@dataclass(frozen=True, slots=True)
class FilmWishes:
    """What a film is looked at for, and whether it is wished with all drawn on it."""

    faces: bool = True
    detect: tuple[str, ...] = ()
    annotate: bool = False


@dataclass(frozen=True, slots=True)
class FilmJob:
    """One job: `received` of `size` bytes are here, `frames` of `total` were looked at.

    `left` are the seconds that it will take still, None where nobody knows; `created` is in seconds since
    the epoch.
    """

    id: str
    name: str
    size: int
    wishes: FilmWishes
    created: float
    received: int = 0
    state: str = UPLOAD
    frames: int = 0
    total: int | None = None
    frames_per_second: float = 0.0
    left: float | None = None
    error: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do."""
        return self.state in _OPEN


class FilmJobs:
    """One thread looks at the films, in the order of their jobs; any thread may ask."""

    def __init__(
        self,
        folder: Path,
        pictures: StillPictures,
        line: Callable[[Frame, Sequence[Observation]], bytes],
        settings: JobSettings,
    ) -> None:
        """Read what the last run left; what it was at begins anew.

        Args:
            folder: Each job has a folder in it.
            pictures: Looks.
            line: What is written of a frame, as one line of JSON.
            settings: How much there may be.
        """
        self._folder = folder
        self._pictures = pictures
        self._line = line
        self._settings = settings
        self._changed = Condition()
        self._ended = False
        self._jobs = {each.id: each for each in map(_begun_anew, _kept(folder))}
        self._thread = Thread(target=self._work, name="films", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Leave off; the job at hand begins anew with the next start."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join(2.0)

    def all(self) -> list[FilmJob]:
        """All jobs, the newest first."""
        with self._changed:
            return sorted(self._jobs.values(), key=lambda job: job.created, reverse=True)

    def find(self, number: str) -> FilmJob | None:
        """One job; None where there is no such one."""
        with self._changed:
            return self._jobs.get(number)

    def create(self, name: str, size: int, wishes: FilmWishes) -> FilmJob:
        """Begin a job, whose film is still to come.

        Raises:
            BusyError: Too many are open.
            InputError: The film is too large for the limit or the disk, or a network is not there.
        """
        if size > self._settings.film:
            raise InputError(f"{name}: a film has {self._settings.film:,} bytes at most")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(self._folder).free < size + _ROOM:
            raise InputError(f"{name}: there is no room on the disk for {size:,} bytes")
        self._pictures.followers(faces=wishes.faces, objects=wishes.detect)
        with self._changed:
            if sum(job.is_open for job in self._jobs.values()) >= self._settings.most_open:
                raise BusyError("too many films wait; come again when one is done, or cancel one")
            self._make_room()
            job = FilmJob(secrets.token_hex(8), name, size, wishes, wall_clock())
            (self._folder / job.id).mkdir(mode=0o700)
            self._keep(job)
        return job

    def receive(self, number: str, offset: int, data: bytes) -> FilmJob:
        """Take the next piece of a film; nothing is changed where `offset` is not what was received.

        Raises:
            InputError: It is more than was promised, or no film.
        """
        with self._changed:
            job = self._jobs[number]
            if job.state != UPLOAD or offset != job.received:
                return job
            if job.received + len(data) > job.size:
                raise InputError(f"{job.name}: this is more than the {job.size:,} bytes that were promised")
            if offset == 0 and len(data) >= HEAD_BYTES and kind_of(data[:HEAD_BYTES]) is not FILM:
                raise InputError(f"{job.name}: is no film; send MP4, MOV, MKV, WebM, AVI, MPEG or FLV")
            with (self._folder / number / _FILM).open("r+b" if offset else "wb") as film:
                film.seek(offset)
                film.write(data)
            whole = job.received + len(data) == job.size
            job = replace(job, received=job.received + len(data), state=WAITING if whole else UPLOAD)
            self._keep(job)
            self._changed.notify_all()
            return job

    def cancel(self, number: str) -> FilmJob:
        """Leave off; what was found so far stays."""
        with self._changed:
            job = self._jobs[number]
            if job.is_open:
                job = replace(job, state=CANCELLED, left=None)
                self._keep(job)
            return job

    def remove(self, number: str) -> None:
        """Delete a job with its film and all that came of it."""
        with self._changed:
            del self._jobs[number]
            shutil.rmtree(self._folder / number, ignore_errors=True)

    def results(self, number: str, offset: int, most: int) -> bytes:
        """Whole lines of what was found, from a byte on."""
        path = self._folder / number / _RESULTS
        if not path.is_file():
            return b""
        with path.open("rb") as lines:
            lines.seek(offset)
            data = lines.read(most)
        return data[: data.rfind(b"\n") + 1]

    def annotated(self, number: str) -> Path | None:
        """The film with all drawn on it, if there is one."""
        path = self._folder / number / _ANNOTATED
        return path if path.is_file() else None

    def _make_room(self) -> None:
        over = sorted((job for job in self._jobs.values() if not job.is_open), key=lambda job: job.created)
        for job in over[: max(0, len(self._jobs) + 1 - self._settings.most)]:
            del self._jobs[job.id]
            shutil.rmtree(self._folder / job.id, ignore_errors=True)

    def _keep(self, job: FilmJob) -> None:
        self._jobs[job.id] = job
        files.write_bytes(self._folder / job.id / _RECORD, files.encoded(job), private=True)

    def _change(self, number: str, **changes: object) -> bool:
        """Note how far a job is; False where somebody ended or deleted it."""
        with self._changed:
            job = self._jobs.get(number)
            if job is None or job.state != RUNNING or self._ended:
                return False
            self._keep(replace(job, **changes))  # type: ignore[arg-type]
            return True

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._look(job)
            except (SvodError, OSError) as error:
                self._change(job.id, state=FAILED, error=" ".join(str(error).split()), left=None)
            except Exception as error:
                log.exception("a film could not be looked at")
                self._change(job.id, state=FAILED, error=f"this failed here: {error!r}", left=None)

    def _next(self) -> FilmJob | None:
        """The oldest that waits; None at the end."""
        with self._changed:
            while not self._ended:
                waiting = [job for job in self._jobs.values() if job.state == WAITING]
                if waiting:
                    job = replace(min(waiting, key=lambda job: job.created), state=RUNNING)
                    self._keep(job)
                    return job
                self._changed.wait()
            return None

    def _look(self, job: FilmJob) -> None:
        folder = self._folder / job.id
        with (folder / _FILM).open("rb") as film:
            if kind_of(film.read(HEAD_BYTES)) is not FILM:
                raise InputError(f"{job.name}: is no film; send MP4, MOV, MKV, WebM, AVI, MPEG or FLV")
        source = open_source(str(folder / _FILM), LiveSettings(), job.name)
        analyzers = self._pictures.followers(faces=job.wishes.faces, objects=job.wishes.detect)
        drawn = FilmFile(folder / _ANNOTATED, source.frames_per_second) if job.wishes.annotate else None
        try:
            with (folder / _RESULTS).open("wb") as results, closing(source.frames()) as frames:
                meter = _Meter(source)
                for frame in frames:
                    seen = [each for analyzer in analyzers for each in analyzer.analyze(frame)]
                    results.write(self._line(frame, seen) + b"\n")
                    if drawn:
                        drawn.write(annotated(frame.image, seen), frame.time)
                    if meter.is_due():
                        results.flush()
                        if not self._change(job.id, **meter.told()):
                            return
        finally:
            if drawn:
                with contextlib.suppress(InputError):
                    drawn.close()
        self._change(job.id, **{**meter.told(), "state": DONE, "left": None, "total": meter.frames})


class _Meter:
    """How fast a film is looked at, and how long it will take still."""

    def __init__(self, source: Source) -> None:
        self.frames = 0
        self._total = source.frame_count
        self._begun = self._told = monotonic()

    def is_due(self) -> bool:
        """Count a frame, and say whether it is time to tell."""
        self.frames += 1
        return self.frames == 1 or monotonic() - self._told >= _EVERY

    def told(self) -> dict[str, object]:
        """How far it is."""
        self._told = monotonic()
        rate = self.frames / max(1e-6, self._told - self._begun)
        left = None if self._total is None else max(0, self._total - self.frames) / max(rate, 1e-6)
        return {
            "frames": self.frames,
            "total": self._total,
            "frames_per_second": round(rate, 2),
            "left": None if left is None else round(left, 1),
        }


def _kept(folder: Path) -> list[FilmJob]:
    """Those of the last run; one whose record cannot be read is left alone."""
    found = []
    for path in sorted(folder.glob(f"*/{_RECORD}")):
        try:
            job = files.read_record(path, FilmJob)
        except InputError as error:
            log.warning("a job is left out: %s", error)
            continue
        if job.id == path.parent.name:
            found.append(_as_received(job, path.with_name(_FILM)))
    return found


def _as_received(job: FilmJob, film: Path) -> FilmJob:
    """A piece may have come in after the record was written, or have been lost with the machine."""
    here = film.stat().st_size if film.is_file() else 0
    return replace(job, received=min(job.received, here)) if job.state == UPLOAD else job


def _begun_anew(job: FilmJob) -> FilmJob:
    return replace(job, state=WAITING, frames=0) if job.state == RUNNING else job

"""Starts the commands again and again on a busy machine, and counts the starts that hang.

What is made on first use and asked for by two threads at once may hang seldom, and only where threads are
interrupted, so one busy loop a processor runs beside.

`python -m benchmarks.starts --clip FILM --faces FOLDER` starts video.py on two short films, cut from FILM,
and `prepare.py --workers 2` on FOLDER, each in a fresh process and to its end.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

import click
import cv2

from benchmarks import processes
from benchmarks.loop import ALONE
from benchmarks.material import Material, taught

FRAMES = 8
CODEC = "mp4v"
BUSY = "while True: pass"


@dataclass(frozen=True, slots=True)
class Starts:
    """What came of starts: the seconds of those that came to their end, and how many others there were.

    `hung` tells what each of those was at that was not done within the limit; `failed` are the last lines of
    those that ended with an error.
    """

    seconds: tuple[float, ...]
    hung: tuple[str, ...]
    failed: tuple[str, ...]

    def __str__(self) -> str:
        """One line."""
        count = len(self.seconds) + len(self.hung) + len(self.failed)
        told = f"{len(self.hung)} of {count} hung"
        if self.failed:
            told += f", {len(self.failed)} failed, the last with: {self.failed[-1]}"
        return f"{told}; a start takes {median(self.seconds):.1f} s" if self.seconds else told


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep every processor busy while the block runs."""
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


@dataclass(frozen=True, slots=True)
class Effort:
    """How many starts, how many of them at a time, and after how many seconds one hangs."""

    starts: int = 300
    at_once: int = 1
    limit: float = 900.0  # a hang never ends, and what is only slow on a busy machine does


def count(words: Callable[[int], Sequence[object]], effort: Effort) -> Starts:
    """Start Python again and again; `words` gives those of each start."""
    with ThreadPoolExecutor(effort.at_once) as pool:
        ended = list(pool.map(lambda number: _start(words(number), effort.limit), range(effort.starts)))
    return Starts(
        seconds=tuple(each for each in ended if isinstance(each, float)),
        hung=tuple(each.stacks for each in ended if isinstance(each, _Hang)),
        failed=tuple(each for each in ended if isinstance(each, str)),
    )


@dataclass(frozen=True, slots=True)
class _Hang:
    """The stacks of all threads, as `faulthandler` writes them, which needs no lock of Python's."""

    stacks: str


def _start(words: Sequence[object], limit: float) -> float | str | _Hang:
    """The seconds that it takes, or the last line where it fails."""
    begun = processes.now()
    command = [sys.executable, "-X", "faulthandler", *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=processes.ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            return _Hang(process.communicate()[1])
    if process.returncode:
        return processes.last_line(subprocess.CompletedProcess(command, process.returncode, out, err))
    return processes.now() - begun


def short_film(clip: Path, to: Path) -> Path:
    """The first frames of a film, as another."""
    capture = cv2.VideoCapture(str(clip))
    width, height = (int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    writer = cv2.VideoWriter(str(to), cv2.VideoWriter.fourcc(*CODEC), 25, (width, height))
    for _, frame in islice(iter(capture.read, (False, None)), FRAMES):
        writer.write(frame)
    writer.release()
    capture.release()
    return to


def video_starts(clip: Path, material: Material, folder: Path, effort: Effort) -> Starts:
    """Start video.py with two films."""
    film = short_film(clip, folder / "short.mp4")
    sources = ["--video_source", f"a={film}", "--video_source", f"b={film}"]
    return count(lambda _: ["video.py", *sources, *ALONE, *material.options], effort)


def prepare_starts(faces: Path, folder: Path, effort: Effort) -> Starts:
    """Start prepare.py with two workers, each time with nothing learned yet."""

    def words(number: int) -> list[object]:
        own = folder / str(number)
        places = ["--aligned_dir", own / "aligned", "--classifiers_dir", own / "classifiers"]
        return ["prepare.py", "--workers", 2, "--listener_port", 0, "--input_dir", faces.resolve(), *places]

    return count(words, effort)


@click.command()
@click.option("--clip", required=True, type=click.Path(exists=True, path_type=Path), help="A film.")
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--starts", default=Effort().starts, show_default=True, help="Of each command.")
@click.option("--at_once", default=Effort().at_once, show_default=True, help="Starts at a time.")
def main(clip: Path, faces: Path, starts: int, at_once: int) -> None:
    """Count the starts that hang; exits with 1 where one does, or fails."""
    effort = Effort(starts, at_once)
    with tempfile.TemporaryDirectory() as name, busy_machine():
        folder = Path(name)
        material = taught(Material(faces, folder / "classifiers"))
        video = video_starts(clip, material, folder, effort)
        print(f"video.py with two films: {video}", flush=True)
        prepare = prepare_starts(faces, folder, effort)
        print(f"prepare.py --workers 2: {prepare}")
    for stacks in (*video.hung, *prepare.hung):
        print(stacks, file=sys.stderr)
    sys.exit(any(each.hung or each.failed for each in (video, prepare)))


if __name__ == "__main__":
    main()

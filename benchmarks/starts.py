"""Starts the commands again and again on a busy machine, and counts the starts that hang.

What is made on first use and asked for by two threads at once may hang seldom, and only where threads are
interrupted, so one busy loop a processor runs beside.

`python -m benchmarks.starts --clip FILM --faces FOLDER` starts video.py on two short films, cut from FILM,
and `prepare.py --workers 2` on FOLDER, each in a fresh process and to its end.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
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

STARTS = 300
LIMIT = 180.0  # seconds, many times what a start takes
FRAMES = 8
CODEC = "mp4v"
BUSY = "while True: pass"


@dataclass(frozen=True, slots=True)
class Starts:
    """What came of starts: the seconds of those that came to their end, and how many others there were.

    `hung` were not done within the limit; `failed` are the last lines of those that ended with an error.
    """

    seconds: tuple[float, ...]
    hung: int
    failed: tuple[str, ...]

    def __str__(self) -> str:
        """One line."""
        count = len(self.seconds) + self.hung + len(self.failed)
        told = f"{self.hung} of {count} hung"
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


def count(words: Callable[[int], Sequence[object]], starts: int, limit: float = LIMIT) -> Starts:
    """Start Python so many times, one after the other; `words` gives those of each start."""
    seconds, failed, hung = [], [], 0
    for number in range(starts):
        begun = processes.now()
        try:
            finished = processes.run(*words(number), limit=limit)
        except processes.FailedError:
            hung += 1
            continue
        if finished.returncode:
            failed.append(processes.last_line(finished))
        else:
            seconds.append(processes.now() - begun)
    return Starts(tuple(seconds), hung, tuple(failed))


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


def video_starts(clip: Path, material: Material, folder: Path, starts: int) -> Starts:
    """Start video.py with two films."""
    film = short_film(clip, folder / "short.mp4")
    sources = ["--video_source", f"a={film}", "--video_source", f"b={film}"]
    return count(lambda _: ["video.py", *sources, *ALONE, *material.options], starts)


def prepare_starts(faces: Path, folder: Path, starts: int) -> Starts:
    """Start prepare.py with two workers, each time with nothing learned yet."""

    def words(number: int) -> list[object]:
        own = folder / str(number)
        places = ["--aligned_dir", own / "aligned", "--classifiers_dir", own / "classifiers"]
        return ["prepare.py", "--workers", 2, "--listener_port", 0, "--input_dir", faces.resolve(), *places]

    return count(words, starts)


@click.command()
@click.option("--clip", required=True, type=click.Path(exists=True, path_type=Path), help="A film.")
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--starts", default=STARTS, show_default=True, help="Of each command.")
def main(clip: Path, faces: Path, starts: int) -> None:
    """Count the starts that hang; exits with 1 where one does, or fails."""
    with tempfile.TemporaryDirectory() as name, busy_machine():
        folder = Path(name)
        material = taught(Material(faces, folder / "classifiers"))
        video = video_starts(clip, material, folder, starts)
        print(f"video.py with two films: {video}", flush=True)
        prepare = prepare_starts(faces, folder, starts)
        print(f"prepare.py --workers 2: {prepare}")
    sys.exit(any(each.hung or each.failed for each in (video, prepare)))


if __name__ == "__main__":
    main()

"""How fast video.py goes through a film, what it names, and how far it is from the networks' own time.

`python -m benchmarks.loop --clip FILM --faces FOLDER [--truth FILE]` teaches the people of FOLDER
(PERSON/pictures) and runs video.py on FILM, without a window and without a record of visits.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click

from benchmarks import naming, processes
from benchmarks.figures import Figure, Limit, print_told
from benchmarks.floor import Floor
from benchmarks.material import Material, taught
from benchmarks.naming import Naming
from benchmarks.recorded import Run
from svod_rcgn.faces.settings import Paths
from svod_rcgn.storage import files

RUNS = 3
ALONE = ("--no_window", "--no_history", "--listener_port", "0")
FEWEST = 2  # frames that have a time between them
WARM = 0.1  # share of the frames after which the loop is steady

FASTEST = Limit(100, at_least=True)
NEAREST = Limit(1.3)
SMALLEST = Limit(500)


@dataclass(frozen=True, slots=True)
class Loop:
    """Runs of video.py over a film.

    `whole` are the seconds of each process, from its start to its end; `floors` are of the same calls,
    made back to back after each run.
    """

    whole: tuple[float, ...]
    runs: tuple[Run, ...]
    floors: tuple[Floor, ...]
    naming: Naming

    @property
    def frames_per_second(self) -> tuple[float, ...]:
        """Of each run's loop, from before its first frame to after its last."""
        return tuple(len(run.answers) / run.seconds for run in self.runs)

    @property
    def floor(self) -> tuple[float, ...]:
        """Frames a second, if there were nothing but the networks."""
        pairs = zip(self.runs, self.floors, strict=True)
        return tuple(len(run.answers) / floor.seconds for run, floor in pairs)


def measure(clip: Path, material: Material, truth: Path | None = None, runs: int = RUNS) -> Loop:
    """Run video.py on a film, and the bare networks after each run.

    Raises:
        FailedError: A run failed, or there are too few frames to tell how fast they follow each other.
    """
    options = ["--video_source", clip.resolve(), *ALONE, *material.options]
    timed = [_timed(options) for _ in range(runs)]
    whole, records, floors = zip(*timed, strict=True)
    return Loop(whole, records, floors, naming.judge(records[0].answers, truth))


def _timed(options: Sequence[object]) -> tuple[float, Run, Floor]:
    begun = processes.now()
    run = processes.ask(Run, "recorded", *options)
    whole = processes.now() - begun
    if len(run.answers) < FEWEST or not run.own_calls:
        raise processes.FailedError(f"{len(run.answers)} frames were answered; take a longer film")
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "run.json")
        files.write_record(record, run)
        return whole, run, processes.ask(Floor, "floor", record)


def rate_of(
    part: str, name: str, clip: Path, options: Sequence[object], runs: int = RUNS, limit: Limit | None = None
) -> Figure:
    """Frames a second of video.py on a film, and milliseconds of processor a frame.

    Raises:
        FailedError: A run failed.
    """
    words = ["--video_source", clip.resolve(), *ALONE, *options]
    records = [processes.ask(Run, "recorded", *words) for _ in range(runs)]
    frames = [len({answer.index for answer in run.answers}) for run in records]
    pairs = list(zip(frames, records, strict=True))
    cpu = median(1000 * run.cpu / count for count, run in pairs)
    rates = tuple(count / run.seconds for count, run in pairs)
    note = f"{cpu:.1f} ms of processor a frame"
    return Figure(part, f"loop, {name}", "frames a second", rates, limit, note)


def figures(loop: Loop, part: str) -> list[Figure]:
    """What is to be told of it."""
    runs, frames = loop.runs, "frames a second"
    pairs = list(zip(runs, loop.floors, strict=True))
    whole = [len(run.answers) / seconds for run, seconds in zip(runs, loop.whole, strict=True)]
    return [
        Figure(part, "loop", frames, loop.frames_per_second, FASTEST, str(loop.naming)),
        Figure(part, "loop, steady", frames, tuple(_steady(run) for run in runs)),
        Figure(part, "whole process", frames, tuple(whole)),
        Figure(part, "floor: its network calls back to back", frames, loop.floor),
        Figure(
            part,
            "loop / its own network calls",
            "",
            tuple(run.seconds / run.in_calls for run in runs),
            NEAREST,
        ),
        Figure(part, "loop / floor", "", tuple(run.seconds / floor.seconds for run, floor in pairs)),
        Figure(
            part, "processor time / that of the floor", "", tuple(run.cpu / floor.cpu for run, floor in pairs)
        ),
        Figure(part, "peak memory", "MB", tuple(run.memory / 1e6 for run in runs), SMALLEST),
    ]


def _steady(run: Run) -> float:
    """Frames a second once it is warm."""
    times = [answer.time for answer in run.answers]
    warm = min(round(WARM * len(times)), len(times) - FEWEST)
    return (len(times) - 1 - warm) / (times[-1] - times[warm])


@click.command()
@click.option("--clip", required=True, type=click.Path(exists=True, path_type=Path), help="A film.")
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--truth", type=click.Path(exists=True, path_type=Path), help="Who is to be named in it.")
@click.option("--runs", default=RUNS, show_default=True)
@click.option("--model", default=Paths().embedding_dir, show_default=True, type=click.Path(path_type=Path))
def main(clip: Path, faces: Path, truth: Path | None, runs: int, model: Path) -> None:
    """Measure the loop."""
    with tempfile.TemporaryDirectory() as folder:
        material = taught(Material(faces, Path(folder, "classifiers"), model))
        print_told(figures(measure(clip, material, truth, runs), "film"))


if __name__ == "__main__":
    main()

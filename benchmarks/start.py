"""How long the first answer takes, with the networks on disk.

`python -m benchmarks.start --clip FILM --faces FOLDER` starts video.py on FILM again and again until it has
answered its first frame, and `prepare.py --help`, each time in a fresh process.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks import processes
from benchmarks.figures import Figure, Limit, print_told
from benchmarks.first import First
from benchmarks.loop import ALONE
from benchmarks.material import Material, taught

TIMES = 5
FIRST_ANSWER = Limit(2)
HELP = Limit(0.3)


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of each process to its first answered frame, and of `prepare.py --help`."""

    first_answer: tuple[float, ...]
    help: tuple[float, ...]


def measure(clip: Path, material: Material, times: int = TIMES) -> Start:
    """Start each so many times, after once that does not count."""
    options = ["--video_source", clip.resolve(), *ALONE, *material.options]
    answered = [_first_answer(*options) for _ in range(times + 1)]
    helped = [_help() for _ in range(times + 1)]
    return Start(tuple(answered[1:]), tuple(helped[1:]))


def _first_answer(*options: object) -> float:
    begun = processes.now()
    return processes.ask(First, "first", *options).answered - begun


def _help() -> float:
    begun = processes.now()
    finished = processes.run("prepare.py", "--help")
    if finished.returncode:
        raise processes.FailedError(processes.last_line(finished))
    return processes.now() - begun


def figures(start: Start) -> list[Figure]:
    """What is to be told of it."""
    return [
        Figure("start", "video.py to its first answered frame", "s", start.first_answer, FIRST_ANSWER),
        Figure("start", "prepare.py --help", "s", start.help, HELP),
    ]


@click.command()
@click.option("--clip", required=True, type=click.Path(exists=True, path_type=Path), help="A film.")
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--times", default=TIMES, show_default=True)
def main(clip: Path, faces: Path, times: int) -> None:
    """Measure the start."""
    with tempfile.TemporaryDirectory() as folder:
        material = taught(Material(faces, Path(folder, "classifiers")))
        print_told(figures(measure(clip, material, times)))


if __name__ == "__main__":
    main()

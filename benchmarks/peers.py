"""Other ways to find and embed faces, on the same frames as ours.

`python -m benchmarks.peers --clip FILM --faces FOLDER` looks at every third frame of FILM with each peer
that is installed, one after another, each in a process of its own. Each finds the faces of a frame and
embeds them, and nothing is followed from frame to frame. Ours beside them also names them, as one of the
people of FOLDER (PERSON/pictures).
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import click

from benchmarks import processes
from benchmarks.figures import Figure, Skipped, Told, print_told
from benchmarks.material import Material, taught
from benchmarks.ways import OURS, WAYS, Looked

EVERY = 3
PASSES = 3
PART = "every third frame by itself"


def measure(
    clip: Path, material: Material, every: int = EVERY, passes: int = PASSES
) -> list[Looked | Skipped]:
    """Look at a film in each way."""
    numbers = ("--every", every, "--passes", passes)
    return [_asked(name, "--clip", clip.resolve(), *numbers, *material.options) for name in WAYS]


def _asked(name: str, *words: object) -> Looked | Skipped:
    try:
        return processes.ask(Looked, "ways", name, *words)
    except processes.FailedError as error:
        return Skipped(PART, name, str(error))


def figures(results: Sequence[Looked | Skipped]) -> list[Told]:
    """Frames a second of each, and how many times as fast ours is."""
    ours = next((each for each in results if each.name == OURS and isinstance(each, Looked)), None)
    return [each if isinstance(each, Skipped) else _figure(each, ours) for each in results]


def _figure(way: Looked, ours: Looked | None) -> Figure:
    note = f"{way.faces} faces in {way.frames} frames"
    if ours is not None and way is not ours:
        note += f"; ours is {median(way.seconds) / median(ours.seconds):.1f} times as fast"
    return Figure(PART, way.name, "frames a second", way.frames_per_second, None, note)


@click.command()
@click.option("--clip", required=True, type=click.Path(exists=True, path_type=Path), help="A film.")
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--passes", default=PASSES, show_default=True)
def main(clip: Path, faces: Path, passes: int) -> None:
    """Compare ours with its peers."""
    with tempfile.TemporaryDirectory() as folder:
        material = taught(Material(faces, Path(folder, "classifiers")))
        print_told(figures(measure(clip, material, passes=passes)))


if __name__ == "__main__":
    main()

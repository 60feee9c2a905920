"""How much of a processor a camera takes that sees little: an empty room, and two people in view.

`python -m benchmarks.quiet --faces FOLDER` plays a live camera of 640x360 at 30 pictures a second to
video.py, in a process of its own. The room is drawn; the people are portraits of two persons of FOLDER
(PERSON/pictures). Decoding is no part of it, for what that takes depends on the camera.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from benchmarks import processes
from benchmarks.figures import Figure, Limit, print_told
from benchmarks.loop import ALONE
from benchmarks.material import Material, pictures_of, taught
from benchmarks.paced import Load

RATE = 30
WARM, SECONDS = 5.0, 20.0

EMPTY, PEOPLE = "empty room", "two people in view"
LIMITS = {EMPTY: Limit(0.1), PEOPLE: Limit(1.0)}


def measure(material: Material, warm: float = WARM, seconds: float = SECONDS) -> dict[str, Load]:
    """Watch both scenes, each in a process of its own."""
    two = ",".join(str(path.resolve()) for path in _portraits(material.faces))
    options = [*ALONE, *material.options]
    return {
        title: processes.ask(Load, "paced", warm, seconds, RATE, portraits, *options)
        for title, portraits in ((EMPTY, ""), (PEOPLE, two))
    }


def _portraits(faces: Path) -> list[Path]:
    """The first picture of each of the first two persons."""
    first = {path.parent: path for path in reversed(pictures_of(faces))}
    return sorted(first.values())[:2]


def figures(loads: Mapping[str, Load]) -> list[Figure]:
    """What is to be told of them."""
    return [_figure(title, load) for title, load in loads.items()]


def _figure(title: str, load: Load) -> Figure:
    note = f"{load.answered} of {load.shown} pictures answered, {load.faces:.1f} faces on each"
    return Figure(
        f"camera of {RATE} pictures a second", title, "of a core", (load.cores,), LIMITS[title], note
    )


@click.command()
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--seconds", default=SECONDS, show_default=True)
def main(faces: Path, seconds: float) -> None:
    """Measure a quiet camera."""
    with tempfile.TemporaryDirectory() as folder:
        material = taught(Material(faces, Path(folder, "classifiers")))
        print_told(figures(measure(material, seconds=seconds)))


if __name__ == "__main__":
    main()

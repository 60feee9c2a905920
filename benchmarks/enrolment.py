"""How fast photographs become embeddings, and whether the memory for it grows with their number.

`python -m benchmarks.enrolment --faces FOLDER` makes up pictures of 1 megapixel from those of FOLDER
(PERSON/pictures), each seen a little differently, and learns them without the training: once few of them,
and once four times as many, in a process each.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks import growth, processes
from benchmarks.enrolled import Enrolled
from benchmarks.figures import Figure, Limit, Skipped, Told, print_told

SIDE = 1000
PERSONS = 8
EACH = 5
MORE = 4

FASTEST = Limit(40, at_least=True)
FLAT = Limit(1.1)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A run over few pictures, and one over `MORE` times as many."""

    few: Enrolled
    many: Enrolled

    @property
    def steady(self) -> float | None:
        """Pictures a second of those that the second run has more, so without getting ready.

        None where it took no longer, as where so few pictures are lost in the noise.
        """
        longer = self.many.seconds - self.few.seconds
        return (self.many.pictures - self.few.pictures) / longer if longer > 0 else None

    @property
    def floor(self) -> float:
        """Pictures a second if the second run's network calls were all there is to do, on all processors."""
        return self.many.pictures * (os.cpu_count() or 1) / self.many.in_calls

    @property
    def unhindered(self) -> float:
        """Pictures a second if all processors did nothing but the second run's work: what it costs."""
        return self.many.pictures * (os.cpu_count() or 1) / self.many.cpu

    @property
    def memory_growth(self) -> float:
        """Peak memory of the second run over that of the first."""
        return self.many.memory / self.few.memory


def measure(faces: Path, each: int = EACH, side: int = SIDE) -> Enrolment:
    """Learn made-up pictures."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        growth.make_faces(faces, few, PERSONS, each, side=side)
        growth.make_faces(faces, many, PERSONS, MORE * each, side=side)
        return Enrolment(*(processes.ask(Enrolled, "enrolled", pictures) for pictures in (few, many)))


def figures(enrolment: Enrolment) -> list[Told]:
    """What is to be told of it."""
    few, many = enrolment.few, enrolment.many
    part, unit = "enrolment", "pictures a second"
    used = f"{many.used} of {many.pictures} pictures used"
    more = f"peak memory at {MORE} times the pictures"
    return [
        Figure(part, "whole run", unit, (many.pictures / many.seconds,), FASTEST, used),
        _steady(enrolment, part, unit),
        Figure(part, "by its processor time on all processors", unit, (enrolment.unhindered,)),
        Figure(part, "floor: its network calls on all processors", unit, (enrolment.floor,)),
        Figure(part, more, "times", (enrolment.memory_growth,), FLAT, f"{_memory(few)}, {_memory(many)}"),
    ]


def _steady(enrolment: Enrolment, part: str, unit: str) -> Told:
    name, steady = "without getting ready", enrolment.steady
    if steady is None:
        return Skipped(part, name, "more pictures took no longer than few")
    return Figure(part, name, unit, (steady,))


def _memory(enrolled: Enrolled) -> str:
    return f"{enrolled.memory / 1e6:.0f} MB for {enrolled.pictures} pictures"


@click.command()
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--each", default=EACH, show_default=True, help=f"Pictures of each of {PERSONS} persons.")
def main(faces: Path, each: int) -> None:
    """Measure enrolment."""
    print_told(figures(measure(faces, each)))


if __name__ == "__main__":
    main()

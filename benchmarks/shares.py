"""What a second network should count beside another, on faces of many persons that are seen from far away.

    python -m benchmarks.portraits FOLDER
    python -m benchmarks.shares --faces FOLDER --model FIRST --model SECOND [--shrunk PIXELS]

Each picture is asked about shrunk, among all pictures as they are: whoever is to be known lies above the
likeness that 1 %, 0.1 % and 0.01 % of the pairs of two persons reach. The persons count alike, however many
pictures there are of each. The last column is how many deviations both kinds of pairs are apart (d').
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.embeddings import Embedded, embed, read
from svod_rcgn.faces.evaluation.face_reader import persons_in
from svod_rcgn.faces.settings import Paths
from svod_rcgn.records import FloatArray

WRONG = (0.01, 0.001, 0.0001)
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Told:
    """Shares of persons known where so many wrong pairs pass, 0..1 in the order of WRONG, and d'."""

    known: tuple[float, ...]
    apart: float


def tell(cosines: FloatArray, labels: np.ndarray, *, alike: bool) -> Told:
    """How well persons are told apart by (n, n) cosines of those asked about and those taught.

    Args:
        cosines: Of each asked about, by row, to each taught.
        labels: (n,) persons.
        alike: A picture may be known by itself, since it was changed before it was asked about.
    """
    same = labels[:, None] == labels[None]
    right = same if alike else same & ~np.eye(len(labels), dtype=bool)
    wrong, known = cosines[~same], cosines[right]
    owners = labels[np.nonzero(right)[0]]
    weights = 1 / np.bincount(owners)[owners]
    weights = weights / weights.sum()
    mean = float(known @ weights)
    spread = float(np.square(known - mean) @ weights + wrong.var()) / 2
    limits = (float(np.quantile(wrong, 1 - share)) for share in WRONG)
    shares = tuple(float((known > limit) @ weights) for limit in limits)
    return Told(shares, (mean - float(wrong.mean())) / spread**0.5)


def compare(first: Embedded, second: Embedded, labels: np.ndarray, *, alike: bool) -> dict[float, Told]:
    """What is told with each share of the second network."""
    one, other = (each.asked @ each.taught.T for each in (first, second))
    return {share: tell((1 - share) * one + share * other, labels, alike=alike) for share in SHARES}


def _print(told: dict[float, Told], names: Sequence[str]) -> None:
    table = Table(title=" and ".join(names), title_justify="left")
    for title in ("second's share", *(f"{wrong:.2%}" for wrong in WRONG), "d'"):
        table.add_column(title, justify="right")
    for share, each in told.items():
        table.add_row(f"{share:g}", *(f"{100 * known:.1f}" for known in each.known), f"{each.apart:.2f}")
    Console().print(table)


_folder = click.Path(path_type=Path)


@click.command()
@click.option("--faces", required=True, type=_folder, help="PERSON/pictures.")
@click.option("--model", multiple=True, required=True, type=_folder, help="The first network, the second.")
@click.option("--shrunk", type=click.IntRange(min=8), help="Pixels that a face is wide when asked about.")
@click.option("--detector_dir", type=_folder, default=Paths().detection_dir, show_default=True)
def main(faces: Path, model: tuple[Path, ...], shrunk: int | None, detector_dir: Path) -> None:
    """Compare shares of a second network."""
    if len(model) != 2:
        raise click.UsageError("give two --model")
    persons = list(persons_in(faces).values())
    labels = np.repeat(np.arange(len(persons)), [len(each) for each in persons])
    paths = [path for each in persons for path in each]
    first, second = embed([read(paths, directory, detector_dir) for directory in model], shrunk)
    _print(compare(first, second, labels, alike=shrunk is not None), (first.name, second.name))


if __name__ == "__main__":
    main()

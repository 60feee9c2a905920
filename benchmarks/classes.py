"""How often whole pictures and digits are told rightly, and how often what is of no class is let in.

`python -m benchmarks.classes --pictures FOLDER` asks the network for 1000 classes of the pictures that
FOLDER/truth.json maps to {"class": number}; each --strangers FOLDER holds pictures of what it has no class
for. Digits are those that `download_models.py --digits` held out, read from sheets as in life.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
import cv2
import numpy as np

from benchmarks.figures import Figure, Skipped, Told, print_told
from svod_rcgn.classification import build
from svod_rcgn.classification.digits.learn import HELD_OUT
from svod_rcgn.classification.look import ClassLooker, identify
from svod_rcgn.classification.records import Identified
from svod_rcgn.classification.settings import DIGITS, IMAGENET, MODELS_DIR
from svod_rcgn.media.walk import Picture, Walk
from svod_rcgn.records import Image
from svod_rcgn.reports.proportions import proportion
from svod_rcgn.storage.folders import current_of

_SHEET, _MARGIN, _PAPER, _INK = 90, 40, 235.0, 25.0  # pixels of a digit and round it; levels of 255


def measure_classes(
    pictures: Path, strangers: Sequence[Path], name: str, models_dir: Path = MODELS_DIR
) -> Iterator[Told]:
    """How often the first and one of five answers is right, and how often a picture is called known.

    Args:
        pictures: A folder with truth.json.
        strangers: Folders of what the network has no class for.
        name: Of the network.
        models_dir: The folder of networks.
    """
    classifier = build.load_classifier(name, models_dir)
    looker, part = ClassLooker(classifier, "", 5), classifier.card.name
    truth = json.loads((pictures / "truth.json").read_text("utf-8"))
    found = list(identify(Walk([pictures / each for each in truth]), looker))
    ranks = [[each.index for each in one.answers] for one in found]
    wanted = [each["class"] for each in truth.values()]
    pairs = list(zip(ranks, wanted, strict=True))
    yield _share(part, "first answer right", [rank[0] == right for rank, right in pairs])
    yield _share(part, "one of five right", [right in rank for rank, right in pairs])
    yield _share(part, "called known", [each.known for each in found])
    for folder in strangers:
        known = [each.known for each in identify(Walk([folder]), looker)]
        yield _share(part, f"let in: {folder.name}", known)


def measure_digits(models_dir: Path = MODELS_DIR) -> Iterator[Told]:
    """How often digits held out are read rightly, wrongly and not at all, from sheet to number."""
    held = current_of(models_dir / DIGITS) / HELD_OUT
    if not held.is_file():
        yield Skipped(DIGITS, "held out", "not installed; run `python download_models.py --digits`")
        return
    with np.load(held) as kept:
        sheets = [Picture("", sheet_of(each)) for each in kept["pictures"]]
        wanted = [str(each) for each in kept["labels"]]
    found = build.load_looker(DIGITS, models_dir, "CPU", 1).look(sheets)
    yield from _digit_figures(found, wanted)


def _digit_figures(found: Sequence[Identified], wanted: Sequence[str]) -> Iterable[Told]:
    numbers = list(zip([each.number for each in found], wanted, strict=True))
    yield _share(DIGITS, "read rightly", [number == right for number, right in numbers])
    yield _share(DIGITS, "read wrongly", [number not in (None, right) for number, right in numbers])
    yield _share(DIGITS, "not read", [number is None for number, _ in numbers])


def sheet_of(digit: Image) -> Image:
    """Paper with a digit in dark ink: (28, 28) uint8 light on dark, enlarged, as (side, side, 3) BGR."""
    ink = np.pad(cv2.resize(digit, (_SHEET, _SHEET), interpolation=cv2.INTER_CUBIC), _MARGIN) / 255
    levels = np.rint(_PAPER + ink * (_INK - _PAPER)).astype(np.uint8)
    return np.repeat(levels[..., None], 3, 2)


def _share(part: str, name: str, trials: Sequence[bool]) -> Told:
    found = proportion(sum(map(bool, trials)), len(trials))
    if found is None:
        return Skipped(part, name, "no pictures")
    interval = f"{found.count:,} of {found.trials:,}; {100 * found.low:.1f} to {100 * found.high:.1f} %"
    return Figure(part, name, "%", (round(100 * found.share, 1),), note=interval)


@click.command()
@click.option("--pictures", type=click.Path(exists=True, path_type=Path), help="Pictures with truth.json.")
@click.option("--strangers", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--network", default=IMAGENET, show_default=True)
@click.option("--models_dir", default=MODELS_DIR, type=click.Path(path_type=Path), show_default=True)
def main(pictures: Path | None, strangers: tuple[Path, ...], network: str, models_dir: Path) -> None:
    """Measure both."""
    if pictures:
        print_told(measure_classes(pictures, strangers, network, models_dir))
    print_told(measure_digits(models_dir))


if __name__ == "__main__":
    main()

"""What it costs to say why a picture is named so, and how well each way points at what counts.

`python -m benchmarks.explain --pictures FOLDER` explains pictures of a folder by the exact map, by hiding
parts for some time, and by the package shap, and tries each map by deletion and insertion beside maps that
know nothing of the class. An interval holds the mean over pictures at 95 %, as if they were drawn by chance.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from svod_rcgn.classification import build
from svod_rcgn.classification.class_map import ClassMapper
from svod_rcgn.classification.explain import class_score
from svod_rcgn.classification.settings import IMAGENET, MODELS_DIR
from svod_rcgn.classification.stages.classify import Classifier
from svod_rcgn.classification.stages.fit import fitted
from svod_rcgn.explanation.evidence import SEARCHES, find_evidence
from svod_rcgn.explanation.judge import judge
from svod_rcgn.explanation.records import Evidence, Judgement, Method
from svod_rcgn.explanation.segments import segments
from svod_rcgn.explanation.settings import ExplanationSettings
from svod_rcgn.explanation.shapley import PIECES
from svod_rcgn.explanation.trial import Deadline, Trial, log_odds
from svod_rcgn.records import FloatArray, Image
from svod_rcgn.storage.images import is_picture, read_picture

COUNT, SECONDS = 40, (1.0, 4.0)
PACKAGE, PACKAGE_LOOKS = "package", 128
WAYS = (*(method.value for method in Method), PACKAGE)
_Z = 1.959964

Finding: TypeAlias = Callable[[Trial, int], Evidence]
"""Finds evidence for a class."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one way found on all pictures, the looks and the seconds of processor that each took."""

    name: str
    judged: tuple[Judgement, ...]
    looks: tuple[int, ...]
    busy: tuple[float, ...]


def measure(classifier: Classifier, name: str, find: Finding, images: Sequence[Image]) -> Measured:
    """Explain the likeliest class of pictures of the network's size, and try the maps."""
    judged, looks, busy = [], [], []
    for image in images:
        (found,) = classifier.classify_fitted([image])
        (index,) = found.best(1)
        trial = Trial(image, class_score(classifier, index), ExplanationSettings().batch)
        begun = time.process_time()
        evidence = find(trial, index)
        busy.append(time.process_time() - begun)
        looks.append(evidence.looks)
        judged.append(judge(trial, evidence, ExplanationSettings()))
    return Measured(name, tuple(judged), tuple(looks), tuple(busy))


def findings(
    classifier: Classifier, models_dir: Path, ways: Sequence[str], seconds: Sequence[float]
) -> Iterator[tuple[str, Finding]]:
    """Each way by its name, as often as there are times."""
    for way in ways:
        if way == Method.MAP.value:
            mapper = ClassMapper(classifier, build.load_head(classifier, models_dir))
            yield way, lambda trial, index, of=mapper: of.evidence(trial.image, index, ExplanationSettings())
            continue
        search = _by_package if way == PACKAGE else SEARCHES[Method(way)]
        for each in seconds[:1] if way == PACKAGE else seconds:
            wanted = ExplanationSettings(seconds=each)
            yield (
                f"{way}, {2 * PACKAGE_LOOKS} looks" if way == PACKAGE else f"{way}, {each:g} s",
                lambda trial, _, how=search, long=wanted: find_evidence(trial, how, long),
            )


def _by_package(trial: Trial, _: Deadline, generator: np.random.Generator) -> FloatArray:
    """KernelSHAP of the same pieces, as the package shap does it; see `shapley`."""
    import shap

    pieces = segments(trial.image, PIECES)
    count = int(pieces.max()) + 1

    def ask(chosen: Any) -> FloatArray:
        return log_odds(trial.hide(np.asarray(chosen, np.float32)[:, pieces]))

    np.random.seed(int(generator.integers(1 << 31)))  # noqa: NPY002 - the package draws from this one
    explainer = shap.KernelExplainer(ask, np.zeros((1, count)))
    (values,) = explainer.shap_values(np.ones((1, count)), nsamples=PACKAGE_LOOKS, silent=True, l1_reg=False)
    return np.asarray((values * pieces.size / np.bincount(pieces.ravel()))[pieces], np.float32)


def row(measured: Measured) -> list[str]:
    """A line of the table."""
    own = [each.faithfulness for each in measured.judged if each.faithfulness]
    control = [each.control for each in measured.judged if each.control]
    over = [mine.gain - other.insertion + other.deletion for mine, other in zip(own, control, strict=True)]
    poor = ("flat", "unstable", "no_better")
    return [
        measured.name,
        f"{np.median(measured.busy):.3f}",
        f"{np.median(measured.looks):.0f}",
        _mean([each.deletion for each in own]),
        _mean([each.insertion for each in own]),
        _mean(over),
        f"{np.mean([each.beaten / each.draws for each in control]):.2f}",
        f"{np.median([each.agreement for each in measured.judged]):.2f}",
        " / ".join(str(sum(bool(getattr(each, name)) for each in measured.judged)) for name in poor),
    ]


def _mean(values: Sequence[float]) -> str:
    half = _Z * float(np.std(values, ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    return f"{np.mean(values):.3f} ± {half:.3f}"


def pictures_of(folder: Path, count: int) -> list[Path]:
    """So many pictures of a folder, evenly from the first to the last by name."""
    paths = [path for path in sorted(folder.rglob("*")) if is_picture(path)]
    return [paths[index] for index in np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int)]


@click.command()
@click.option("--pictures", required=True, type=click.Path(exists=True, path_type=Path), help="A folder.")
@click.option("--count", default=COUNT, show_default=True, help="So many of them.")
@click.option("--way", "ways", multiple=True, type=click.Choice(WAYS), default=WAYS, show_default=True)
@click.option("--seconds", multiple=True, type=float, default=SECONDS, show_default=True, help="Of hiding.")
@click.option("--network", default=IMAGENET, show_default=True, help="Is asked.")
@click.option("--models_dir", default=MODELS_DIR, type=click.Path(path_type=Path), show_default=True)
def main(
    pictures: Path, count: int, ways: Sequence[str], seconds: Sequence[float], network: str, models_dir: Path
) -> None:
    """Show what each way costs and how well it points at what counts."""
    classifier = build.load_classifier(network, models_dir)
    images = [fitted(read_picture(each), classifier.card) for each in pictures_of(pictures, count)]
    titles = ["way", "CPU s", "looks", "deletion", "insertion", "gain over control", "beaten", "agreement"]
    table = Table(*titles, "flat / unstable / no better", show_edge=False)
    for name, find in findings(classifier, models_dir, ways, seconds):
        try:
            table.add_row(*row(measure(classifier, name, find, images)))
        except ImportError as error:
            table.add_row(name, f"not measured: {error}")
    Console(width=140).print(table)


if __name__ == "__main__":
    main()

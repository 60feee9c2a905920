"""How well three sets of photographs are told, taught from some and asked of others.

The limits are what the recipe of the measurements before (logistic regression on seven views, the mirror
image asked too; the plain embedding's cosine to class means) gives on these very sets, less three points, or
plus three for strangers; or what it gave on the sets that it was found with, where that is less.
"""

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svod_rcgn.classification.build import load_classifier
from svod_rcgn.classification.stages.classify import Classifier
from svod_rcgn.classification.training.classifier import TrainingRequest, train_classifier
from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.datasets.records import NewPicture
from svod_rcgn.storage import images
from tests.servers import RecordingReporter

pytestmark = [pytest.mark.shared, pytest.mark.weights]
RIGHT = {  # at 10, 20 and 50 pictures a class; what the recipe gives on these sets, and gave on its own
    "flowers5": (0.748, 0.768, 0.823),  # .778, .798 and .853; .800, .863 and .893
    "hymenoptera": (0.895, 0.908, 0.908),  # .925, .939 and .942; .925, .938 and .938
    "trashnet": (0.601, 0.687, 0.756),  # .681, .739 and .806; .631, .717 and .786
}
LET_IN = {  # at 95 % kept and 20 pictures a class
    ("flowers5", "trashnet"): 0.076,  # .046; with its own sets .02
    ("flowers5", "hymenoptera"): 0.53,  # .50; .45
    ("trashnet", "flowers5"): 0.052,  # .022; .00
    ("trashnet", "hymenoptera"): 0.044,  # .014; .01
    ("hymenoptera", "flowers5"): 0.775,  # .745; .59
}
SIZES = 10, 20, 50
KEPT = 0.95


@pytest.fixture(scope="module")
def taught(shared_dir: Path, imagenet_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Gives the network that learned the first so many pictures of each class of a set."""
    root = tmp_path_factory.mktemp("taught")
    (root / "models").mkdir()
    (root / "models" / "imagenet").symlink_to(imagenet_dir)

    @cache
    def learned(name: str, each: int) -> Classifier:
        dataset = create_dataset(root / "datasets", f"{name} {each}", "the test")
        dataset.add(_pictures(shared_dir / "classes" / name / "train", each), "the test")
        request = TrainingRequest(dataset.name, root / "models")
        train_classifier(dataset, request, RecordingReporter())
        dataset.close()
        return load_classifier(f"{name} {each}", root / "models")

    return learned


def _pictures(folder: Path, each: int) -> Iterator[NewPicture]:
    for group in sorted(folder.iterdir()):
        for path in sorted(group.iterdir())[:each]:
            yield NewPicture(path.name, partial(images.read_file, path), (group.name,))


@pytest.fixture(scope="module")
def asked(shared_dir: Path) -> Any:
    """Gives the pictures of a set that nothing was taught with, and what they show."""

    @cache
    def read(name: str) -> tuple[list[np.ndarray], list[str]]:
        paths = sorted((shared_dir / "classes" / name / "test").glob("*/*"))
        return [images.read_picture(path) for path in paths], [path.parent.name for path in paths]

    return read


def _answers(classifier: Classifier, pictures: list[np.ndarray]) -> list[Any]:
    return [
        one
        for begin in range(0, len(pictures), 16)
        for one in classifier.classify(pictures[begin : begin + 16])
    ]


@pytest.mark.parametrize("each", SIZES)
@pytest.mark.parametrize("name", RIGHT)
def test_new_pictures_are_told(taught: Any, asked: Any, name: str, each: int) -> None:
    classifier, (pictures, truth) = taught(name, each), asked(name)
    told = [classifier.labels[found.best(1)[0]].label for found in _answers(classifier, pictures)]
    share = np.mean([one == other for one, other in zip(told, truth, strict=True)])
    print(f"{name} {each}: {share:.3f}")  # noqa: T201 - pytest -s shows how much is left
    assert share >= RIGHT[name][SIZES.index(each)]


@pytest.mark.parametrize(("name", "strangers"), LET_IN)
def test_strangers_are_not_let_in(taught: Any, asked: Any, name: str, strangers: str) -> None:
    classifier = taught(name, 20)
    own, others = (
        [found.nearness for found in _answers(classifier, asked(each)[0])] for each in (name, strangers)
    )
    limit = np.quantile(own, 1 - KEPT)
    share = np.mean(np.array(others) >= limit)
    by_own = np.mean(np.array(others) >= classifier.card.least_nearness)
    kept = np.mean(np.array(own) >= classifier.card.least_nearness)
    print(f"{strangers} against {name}: {share:.3f}; by the limit learned {by_own:.3f}, {kept:.3f} kept")  # noqa: T201
    assert share <= LET_IN[name, strangers]
    assert kept > 0.84

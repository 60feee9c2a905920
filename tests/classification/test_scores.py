"""How a network is judged on pictures that it has not learned from."""

from dataclasses import replace
from pathlib import Path

import pytest

from svod_rcgn.classification.scores import score
from svod_rcgn.classification.training import records
from svod_rcgn.classification.training.classifier import TrainingRequest, train_classifier
from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.errors import DatasetError, InputError
from svod_rcgn.networks.card import read_card, write_card
from tests.classification.training.conftest import models_dir, thin_backbone  # noqa: F401 - fixtures
from tests.classification.training.makers import picture, pictures
from tests.servers import RecordingReporter

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, models_dir: Path):  # noqa: F811
    """A network that was taught red and green from a dataset, which is open."""
    dataset = create_dataset(tmp_path / "datasets", "colours", "Ada")
    dataset.add(pictures("red", "green", each=8), "the test")
    trained = train_classifier(dataset, TrainingRequest("colours", models_dir), RecordingReporter())
    yield models_dir, dataset, trained.folder
    dataset.close()


def _change_record(folder: Path, **changes: object) -> None:
    card = read_card(folder)
    records.write(folder, replace(records.read(folder), **changes))
    write_card(folder, card)


def test_only_pictures_are_asked_that_it_has_not_learned_from(home) -> None:
    models, dataset, _ = home
    dataset.add(pictures("red", each=5, first=20), "the test")
    dataset.add([picture("green", 30, "red"), picture("blue", 31)], "somebody who mixes them up")
    found = score("colours", dataset, models)
    assert (found.taught, found.right.trials, found.right.count) == (16, 6, 5)
    assert found.accuracy == pytest.approx(5 / 6)
    assert found.interval[0] < found.accuracy < found.interval[1]
    assert found.classes["red"].trials == 6
    assert [(each.shows, each.said, each.pictures) for each in found.confusions] == [("red", "green", 1)]
    assert found.let_in.trials == 1
    assert (found.network, found.version, found.dataset) == ("colours", "1", "colours")


def test_what_was_taken_together_with_a_taught_picture_is_not_asked(home) -> None:
    models, dataset, folder = home
    dataset.add([replace(picture("red", number), shooting="one hold") for number in range(40, 44)], "a hold")
    taught = next(each.hash for each in dataset.pictures() if each.name == "red-40.png")
    _change_record(folder, unasked=(taught,))
    with pytest.raises(DatasetError, match="has learned from the shootings of all pictures"):
        score(str(folder), dataset, models)


def test_of_a_network_from_elsewhere_nobody_knows_what_it_learned_from(home) -> None:
    models, dataset, folder = home
    _change_record(folder, left_out=())
    found = score(str(folder), dataset, models)
    assert found.taught is None
    assert found.right.trials == 16


def test_there_must_be_something_to_ask(home, tmp_path: Path) -> None:
    models, dataset, _ = home
    with pytest.raises(DatasetError, match="take new ones"):
        score("colours", dataset, models)
    with pytest.raises(InputError, match="no network nothing"):
        score("nothing", dataset, models)
    other = create_dataset(tmp_path / "datasets", "others", "Ada")
    other.add(pictures("blue", each=2), "the test")
    with pytest.raises(DatasetError, match=r"no picture shows a class that colours knows; .*show others"):
        score("colours", other, models)
    other.close()

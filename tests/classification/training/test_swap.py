"""A network that is taught anew takes the place of the one in use between two frames."""

from functools import partial
from pathlib import Path

import pytest

from svod_rcgn.app.classification_wing import ClassificationWing
from svod_rcgn.classification.build import load_classifier
from svod_rcgn.classification.training.classifier import TrainingRequest, train_classifier
from svod_rcgn.networks import versions
from svod_rcgn.records import Frame
from tests.classification.training.makers import coloured, picture, pictures
from tests.servers import RecordingReporter

pytestmark = pytest.mark.slow


def test_a_camera_answers_with_the_old_network_until_it_is_told_and_then_with_the_new(
    dataset, models_dir: Path
) -> None:
    request = TrainingRequest("colours", models_dir)
    dataset.add(pictures("red", "green", each=8), "the test")
    train_classifier(dataset, request, RecordingReporter())
    wing = ClassificationWing(["colours"], partial(load_classifier, models_dir=models_dir))
    analyzer = wing.analyzer(still=False)

    def seen(number: int) -> str | None:
        (found,) = analyzer.analyze(Frame(coloured("red", 90), number, number / 10, "camera"))
        return found.label

    assert seen(0) == "red"
    dataset.rename("red", "scarlet")
    dataset.add([picture("blue", number) for number in range(8)], "the test")
    train_classifier(dataset, request, RecordingReporter())
    assert seen(1) == "red"
    wing.read_again()()
    assert seen(2) == "scarlet"
    versions.roll_back(models_dir / "colours")
    wing.read_again()()
    assert seen(3) == "red"

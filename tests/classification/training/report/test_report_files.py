"""Reports of real trainings, on a thin backbone with random weights."""

from dataclasses import replace

import pytest

from svod_rcgn.classification.training import learning_curve
from svod_rcgn.classification.training.classifier import TrainingRequest, train_classifier
from svod_rcgn.classification.training.report.classifier_report import ClassifierReport
from svod_rcgn.classification.training.report.report_files import PAGE_FILE, REPORT_FILE, document
from svod_rcgn.errors import WorseError
from svod_rcgn.networks import versions
from svod_rcgn.storage.files import read_record
from tests.classification.training.makers import picture, pictures
from tests.datasets.makers import ANY_NAMES
from tests.reports.pages import Page
from tests.servers import RecordingReporter

pytestmark = pytest.mark.slow


@pytest.fixture
def learn(dataset, models_dir):
    """Teaches a network from the dataset."""

    def taught(**changes):
        request = TrainingRequest("colours", models_dir, **changes)
        return train_classifier(dataset, request, RecordingReporter())

    return taught


def test_the_report_of_a_training_lies_beside_its_network(dataset, learn):
    dataset.add(pictures("red", "green", "blue", each=10), "the test")
    first = learn()
    report = document(first, dataset)
    assert read_record(first.folder / REPORT_FILE, ClassifierReport) == report
    assert report.accuracy == first.record.accuracy
    assert learning_curve.read(first.folder) == report.curve
    assert report.comparison is None
    html = (first.folder / PAGE_FILE).read_text()
    assert html.count("data:image/jpeg;base64,") == 30
    dataset.add(pictures("red", "green", "blue", each=4, first=20), "the test")
    second = document(learn(), dataset)
    assert second.comparison.version == "1"
    assert second.comparison.pictures == 30


def test_a_version_that_is_worse_is_kept_out_and_nothing_changes(dataset, learn, models_dir):
    dataset.add(pictures("red", "green", each=20), "the test")
    learn()
    before = {path: path.read_bytes() for path in (models_dir / "colours").rglob("*") if path.is_file()}
    for label, other in (("red", "green"), ("green", "red")):
        dataset.add(
            [picture(label, number, other) for number in range(100, 140)], "somebody who mixes them up"
        )
    with pytest.raises(WorseError, match=r"kept as it was; worse: .*--refuse_worse"):
        learn(refuse_worse=True)
    after = {path: path.read_bytes() for path in (models_dir / "colours").rglob("*") if path.is_file()}
    assert after == before
    assert versions.in_use(models_dir / "colours") == 1
    assert learn().comparison.worse
    assert versions.in_use(models_dir / "colours") == 2


def test_a_version_that_is_as_good_is_let_in(dataset, learn, models_dir):
    dataset.add(pictures("red", "green", each=8), "the test")
    learn()
    assert learn(refuse_worse=True).record.version == "2"


def test_classes_of_any_name_have_a_report(dataset, learn):
    labels = list(ANY_NAMES)[:12]
    new = [
        replace(each, yes=(label,))
        for number, label in enumerate(labels)
        for each in pictures("red", each=3, first=10 * number)
    ]
    dataset.add(new, "the test")
    trained = learn()
    report = document(trained, dataset)
    words = Page((trained.folder / PAGE_FILE).read_text()).words
    assert all(" ".join(each.label.split()) in words for each in report.classes)


def test_one_class_has_a_report_without_numbers(dataset, learn):
    dataset.add(pictures("red", each=4), "the test")
    trained = learn()
    report = document(trained, dataset)
    assert (report.accuracy, report.curve) == (None, None)
    assert not (trained.folder / learning_curve.FILE).exists()
    assert "could not be measured" in (trained.folder / PAGE_FILE).read_text()


def test_pictures_removed_since_are_said_to_be_gone(dataset, learn):
    dataset.add(pictures("red", "green", each=6), "the test")
    trained = learn()
    digest = trained.record.left_out[0].picture
    dataset.delete([digest])
    dataset.purge()
    document(trained, dataset)
    assert "1 picture is gone" in Page((trained.folder / PAGE_FILE).read_text()).words

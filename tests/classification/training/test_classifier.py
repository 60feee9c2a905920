"""Networks of one's own, learned on a thin backbone with random weights."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.classification import build
from svod_rcgn.classification.training import records
from svod_rcgn.classification.training.classifier import TrainingRequest, train_classifier
from svod_rcgn.datasets.checks import check
from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.errors import DatasetError, InputError, ModelError
from svod_rcgn.networks import find_network, read_card, variants, versions
from tests.classification.training.makers import coloured, picture, pictures
from tests.datasets.makers import ANY_NAMES
from tests.servers import RecordingReporter


@pytest.fixture
def learn(dataset, models_dir):
    """Teaches a network from the dataset."""

    def taught(**changes):
        values = {"name": "colours", "models_dir": models_dir} | changes
        return train_classifier(dataset, TrainingRequest(**values), RecordingReporter())

    return taught


def _found(name: str, models_dir: Path) -> Path:
    return find_network(name, models_dir, "classification", {})


def _told(name: str, models_dir: Path, *images: np.ndarray) -> list[str | None]:
    classifier = build.load_classifier(name, models_dir)
    found = classifier.classify(images)
    return [classifier.labels[each.best(1)[0]].label if classifier.knows(each) else None for each in found]


def test_what_was_taught_is_told_of_new_pictures(dataset, learn, models_dir) -> None:
    dataset.add(pictures("red", "green", "blue", each=10), "the test")
    epochs = []
    trained = train_classifier(
        dataset, TrainingRequest("colours", models_dir), RecordingReporter(), epochs.append
    )
    asked = [coloured(label, 100 + number) for label in ("blue", "green", "red") for number in range(3)]
    told = _told("colours", models_dir, *asked)
    wanted = [label for label in ("blue", "green", "red") for _ in range(3)]
    assert sum(one == other for one, other in zip(told, wanted, strict=True)) >= 8
    record = trained.record
    assert record.labels == ("blue", "green", "red")
    assert record.accuracy.trials == 30
    assert record.accuracy.share > 0.7
    assert record.epochs == tuple(epochs)
    assert (record.name, record.version, record.dataset, record.state) == ("colours", "1", "colours", 1)


def test_the_record_beside_the_network_tells_every_left_out_answer(dataset, learn) -> None:
    dataset.add(pictures("red", "green", each=6), "the test")
    trained = learn()
    read = records.read(trained.folder)
    assert read == trained.record
    assert {each.picture for each in read.left_out} == {each.hash for each in dataset.pictures()}
    truths = {each.hash: each.yes for each in dataset.pictures()}
    for each in read.left_out:
        assert tuple(read.labels[place] for place in each.truth) == truths[each.picture]
        assert sum(probability for _, probability in each.answers) == pytest.approx(1, abs=1e-3)
        assert each.right == (each.answers[0][0] in each.truth)
    assert read.accuracy.count == sum(each.right for each in read.left_out)
    assert records.FILE in read_card(trained.folder).files


def test_a_picture_with_another_classs_tag_is_found_by_its_left_out_answer(dataset, learn) -> None:
    dataset.add(pictures("red", "green", each=10), "the test")
    dataset.add([picture("red", 50, "green")], "by mistake")
    (mistaken,) = dataset.find(["red-50.png"])
    findings = check(dataset, learn().record.judgements)
    assert (mistaken.hash,) in [each.pictures for each in findings if each.kind == "contradictory"]


def test_the_card_says_what_the_network_is_and_each_training_is_a_version(dataset, learn, models_dir) -> None:
    dataset.add(pictures("red", "green"), "the test")
    first, second = learn(), learn()
    cards = [read_card(each.folder) for each in (first, second)]
    assert [card.version for card in cards] == ["1", "2"]
    assert (cards[0].task, cards[0].fit, cards[0].labels) == ("classification", "squash", "labels.json")
    assert "dataset colours, act 1" in cards[0].source
    assert _found("colours", models_dir) == second.folder
    assert _found("colours@1", models_dir) == first.folder
    assert _found(str(models_dir / "colours@1"), models_dir) == first.folder
    versions.roll_back(models_dir / "colours")
    assert _found("colours", models_dir) == first.folder
    with pytest.raises(ModelError, match=r"no version 3; the versions here: 1, 2"):
        _found("colours@3", models_dir)
    with pytest.raises(InputError, match="those for classification: colours, imagenet"):
        _found("shapes", models_dir)


@pytest.mark.slow
def test_a_picture_with_two_classes_makes_each_a_question_of_its_own(dataset, learn, models_dir) -> None:
    dataset.add(pictures("red", "green", "blue", each=8), "the test")
    assert not learn().record.independent
    both = [picture("violet", number, "red", "blue") for number in range(8)]
    dataset.add(both, "the test")
    trained = learn()
    assert trained.record.independent
    assert read_card(trained.folder).independent
    assert all(0 < each.limit < 1 for each in trained.record.classes)
    classifier = build.load_classifier("colours", models_dir)
    (found,) = classifier.classify([coloured("violet", 101)])
    assert {classifier.labels[place].label for place in found.best(2)} == {"red", "blue"}
    dataset.undo()
    assert not learn().record.independent


@pytest.mark.weights
def test_strangers_are_called_unknown_and_pictures_of_the_classes_are_not(
    dataset, learn, real_models
) -> None:
    dataset.add(pictures("red", "green", each=20), "the test")
    trained = learn(models_dir=real_models)
    assert trained.record.kept.share >= 0.9
    asked = [coloured(label, 100 + number) for label in ("red", "green") for number in range(5)]
    assert _told("colours", real_models, *asked).count(None) <= 2
    chance = np.random.default_rng(0)
    grey = np.repeat(chance.integers(0, 256, (90, 90, 1), np.uint8), 3, 2)
    assert _told("colours", real_models, grey) == [None]


@pytest.mark.weights
def test_negatives_of_a_folder_are_taught_and_judged_when_they_are_left_out(
    dataset, learn, real_models, tmp_path
) -> None:
    dataset.add(pictures("red", "green", each=12), "the test")
    folder = tmp_path / "none"
    folder.mkdir()
    for number in range(12):
        cv2.imwrite(str(folder / f"{number}.png"), coloured("blue", number))
    without = learn(models_dir=real_models)
    trained = learn(none=str(folder), models_dir=real_models)
    negatives = trained.record.negatives
    assert negatives.source == "folder none"
    assert negatives.let_in.trials == 12
    assert negatives.let_in.share < 0.3
    asked = [coloured("blue", 200 + number) for number in range(10)]
    let_in = [10 - _told(f"colours@{each.record.version}", real_models, *asked).count(None)
              for each in (without, trained)]  # fmt: skip
    assert let_in[1] <= let_in[0]
    assert trained.record.labels == ("green", "red")
    assert {each.picture for each in trained.record.left_out} == {each.hash for each in dataset.pictures()}


def test_negatives_may_be_a_class_of_the_dataset(dataset, learn) -> None:
    dataset.add(pictures("red", "green", "blue", each=8), "the test")
    trained = learn(none="blue")
    assert trained.record.labels == ("green", "red")
    assert trained.record.negatives.source == "class blue"
    assert trained.record.negatives.let_in.trials == 8
    with pytest.raises(InputError, match=r"neither a folder nor a class .* has blue, green"):
        learn(none="yellow")


def test_negatives_that_are_no_pictures_are_one_line(dataset, learn, tmp_path) -> None:
    dataset.add(pictures("red", "green"), "the test")
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="holds no pictures"):
        learn(none=str(tmp_path / "none"))


def test_a_damaged_picture_and_a_class_without_pictures_are_left_out_and_told(dataset, learn) -> None:
    dataset.add(pictures("red", "green", each=6), "the test")
    dataset.create_classes(["yellow"])
    broken = dataset.pictures()[3]
    broken.path.write_bytes(b"\x89PNG\r\n\x1a\n")
    trained = learn()
    assert trained.record.pictures == 11
    assert any(broken.name in note for note in trained.record.notes)
    assert "left out: yellow: no pictures" in trained.record.notes
    assert trained.record.labels == ("green", "red")


def test_where_no_picture_can_be_read_nothing_is_written(dataset, learn, models_dir) -> None:
    dataset.add(pictures("red", each=2), "the test")
    for each in dataset.pictures():
        each.path.unlink()
    with pytest.raises(DatasetError, match="no picture that can be read"):
        learn()
    assert not list(models_dir.glob("colours/*"))


@pytest.mark.weights
def test_one_class_alone_is_told_from_what_is_unlike_it(dataset, learn, real_models) -> None:
    dataset.add(pictures("red", each=12), "the test")
    trained = learn(models_dir=real_models)
    assert trained.record.accuracy is None
    assert any("only class" in note for note in trained.record.notes)
    assert _told("colours", real_models, coloured("red", 100)) == ["red"]
    assert _told("colours", real_models, np.zeros((50, 50, 3), np.uint8)) == [None]


def test_a_class_of_one_shooting_is_learned_and_it_is_told_that_nothing_judges_it(dataset, learn) -> None:
    dataset.add(pictures("red", each=8), "the test")
    dataset.add([picture("green", number, shooting="one hold") for number in range(5)], "the test")
    record = learn().record
    assert any(note.startswith("green: all of one shooting") for note in record.notes)
    assert {each.truth for each in record.left_out} == {(1,)}
    assert len(record.unasked) == 5


def test_all_of_one_shooting_is_learned_without_a_figure(dataset, learn, models_dir) -> None:
    dataset.add([picture(c, n, shooting=c) for c in ("red", "green") for n in range(4)], "the test")
    record = learn().record
    assert (record.accuracy, record.least_nearness, record.left_out) == (None, None, ())
    assert _told("colours", models_dir, coloured("green", 50)) == ["green"]


def test_one_picture_of_each_of_two_classes_is_enough_to_begin(dataset, learn) -> None:
    dataset.add(pictures("red", "green", each=1), "the test")
    assert learn().record.pictures == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ANY_NAMES, "имя@home", "..", "a b/c"])
def test_a_network_may_have_any_name_that_a_dataset_may(tmp_path, models_dir, name: str) -> None:
    dataset = create_dataset(tmp_path / "named", name, "Ada")
    dataset.add(pictures("red", "green", each=2), "the test")
    trained = train_classifier(dataset, TrainingRequest(name, models_dir), RecordingReporter())
    dataset.close()
    assert trained.folder.parent.parent == models_dir
    assert _found(name, models_dir) == trained.folder
    assert _found(f"{name}@1", models_dir) == trained.folder
    assert build.load_classifier(name, models_dir).card.version == "1"


@pytest.mark.parametrize(
    ("name", "message"),
    [("imagenet", "something other than versions"), ("door@3", "means the third version"), (" ", "is empty")],
)
def test_a_name_that_cannot_be_is_one_line_and_nothing_is_harmed(dataset, learn, name, message) -> None:
    dataset.add(pictures("red", "green", each=2), "the test")
    with pytest.raises((ModelError, InputError, DatasetError), match=message):
        learn(name=name)


def test_labels_of_any_script_come_back(dataset, learn, models_dir) -> None:
    dataset.add([picture("red", n, "дверь открыта") for n in range(3)], "the test")
    dataset.add([picture("green", n, "扉/閉") for n in range(3)], "the test")
    learn()
    labels = {each.label for each in build.load_classifier("colours", models_dir).labels}
    assert labels == {"дверь открыта", "扉/閉"}


@pytest.mark.weights
def test_in_8_bits_it_answers_nearly_alike_and_the_full_one_stays(dataset, learn, real_models) -> None:
    pytest.importorskip("nncf", reason="the extra svod-rcgn[int8] is not installed")
    dataset.add(pictures("red", "green", "blue", each=10), "the test")
    trained = learn(int8=True, models_dir=real_models)
    card = read_card(trained.folder)
    assert (card.precision, card.file) == ("int8", "network-int8.xml")
    eight = trained.record.eight_bits
    assert eight.accuracy.trials == 30
    assert eight.accuracy.share >= trained.record.accuracy.share - 0.1
    assert eight.differing <= 3
    assert card.least_nearness != trained.record.least_nearness  # for numbers that lie a little aside
    classifier = build.load_classifier("colours", real_models)
    found = classifier.classify([coloured("blue", 100 + number) for number in range(8)])
    assert {classifier.labels[each.best(1)[0]].label for each in found} == {"blue"}
    assert (trained.folder / "network.xml").is_file()
    assert variants.use_full(trained.folder)
    full = read_card(trained.folder)
    assert (full.precision, full.least_nearness) == ("fp16", trained.record.least_nearness)
    assert variants.use_int8(trained.folder)
    assert read_card(trained.folder) == card

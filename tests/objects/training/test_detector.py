"""From boxes of a dataset to a network that finds such things."""

from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.errors import DatasetError, InputError, ModelError
from svod_rcgn.geometry import intersection_over_union
from svod_rcgn.networks import read_card, versions
from svod_rcgn.objects.build import load_detector
from svod_rcgn.objects.evaluation import evaluate as evaluation
from svod_rcgn.objects.settings import ObjectSettings
from svod_rcgn.objects.training import records
from svod_rcgn.objects.training.detector import DetectorRequest, gather, train_detector
from svod_rcgn.objects.training.records import DetectorRecord
from svod_rcgn.records import Box
from svod_rcgn.storage import files
from tests.objects.training.makers import WIDTH, picture, pictures

pytestmark = pytest.mark.slow


class Silent:
    def __init__(self):
        self.lines = []

    def say(self, line):
        self.lines.append(line)

    def progress(self, done, total):
        pass


@pytest.fixture
def learn(dataset, models_dir):
    def learned(**wishes):
        return train_detector(dataset, DetectorRequest("squares", models_dir, **wishes), Silent())

    return learned


def test_what_was_taught_is_found_on_new_pictures(dataset, learn, models_dir):
    dataset.add(pictures(100), "the test")
    trained = learn()
    record = trained.record
    assert record.labels == ("amber", "blue")
    assert record.precision.half > 0.3  # its backbone has random weights
    assert record.interval[0] <= record.precision.half <= record.interval[1]
    detector = load_detector("squares", models_dir, ObjectSettings())
    hits = shown = 0
    for new in pictures(12, first=100):
        image = _image(new)
        found = detector.detect(image)
        for there in new.boxes:
            shown += 1
            own = [each.box for each in found if each.label == there.label]
            hits += any(intersection_over_union(each, there.box) > 0.5 for each in own)
    assert hits / shown > 0.3


def _image(new):
    import cv2

    return cv2.imdecode(np.frombuffer(new.read().data, np.uint8), cv2.IMREAD_COLOR)


def test_the_network_that_is_written_answers_as_the_head_that_was_judged(dataset, learn, models_dir):
    """What was measured with features and numpy holds for the file that people use."""
    from svod_rcgn.objects.training.cell_answers import answers
    from svod_rcgn.objects.training.detector import learn as learned
    from svod_rcgn.objects.training.picture_maps import PLAIN, view_of

    dataset.add(pictures(16), "the test")
    request = DetectorRequest("squares", models_dir)
    material = gather(dataset, request, Silent())
    head = learned(material, 0, Silent()).head
    trained = learn()
    detector = load_detector("squares", models_dir, ObjectSettings())
    for each in material.pictures.pictures[:4]:
        told = answers(material.maps.of(each.picture, PLAIN), head, material.size)
        image = view_of(_image_of(each), material.backbone.card, PLAIN).image
        heat, reach = detector._network.run(_fed(image, material.backbone.card))
        scores = 1 / (1 + np.exp(-told[: head.classes]))
        peaks = heat[0].transpose(2, 0, 1)
        assert peaks[peaks > 0] == pytest.approx(scores[peaks > 0], abs=0.05)  # bf16 where a processor has it
        ways = np.exp(np.clip(told[head.classes :], -6, 6)) * material.size.stride
        half = material.size.stride / 2
        near = scores.max(0) > 0.3
        assert reach[0].transpose(2, 0, 1)[:, near] == pytest.approx(
            ways[:, near] + np.array([-half, -half, half, half])[:, None], rel=0.1, abs=2
        )
    assert trained.record.size == material.size.size


def _image_of(boxed):
    from svod_rcgn.storage import images

    return images.read_picture(boxed.path)


def _fed(image, card):
    from svod_rcgn.networks.preprocess import preprocess

    return preprocess([image], card)


def test_each_training_is_a_version_and_the_card_says_how_it_is_read(dataset, learn, models_dir):
    dataset.add(pictures(16), "the test")
    first, second = learn(), learn()
    assert [first.folder.name, second.folder.name] == ["1", "2"]
    card = read_card(second.folder)
    assert (card.task, card.output, card.fit) == ("objects", "centernet", "corner")
    assert (card.batch, card.version) == (1, "2")
    assert card.strides == (second.record.stride,)
    assert versions.roll_back(models_dir / "squares") == 1
    record = files.read_record(second.folder / records.FILE, DetectorRecord)
    assert record == second.record
    assert len(record.left_out) == 16
    assert {each.name for each in record.left_out} == {f"picture-{number}.png" for number in range(16)}


def test_the_same_data_and_seed_give_the_same_network(dataset, learn):
    dataset.add(pictures(12), "the test")
    first, second = learn(), learn()
    assert read_card(first.folder).source_sha256 == read_card(second.folder).source_sha256


def test_maps_at_hand_are_not_computed_again(dataset, models_dir):
    dataset.add(pictures(8), "the test")
    told = []
    for _ in range(2):
        silent = Silent()
        train_detector(dataset, DetectorRequest("squares", models_dir), silent)
        told.append(any(line.startswith("looking at") for line in silent.lines))
    assert told == [True, False]


def test_boxes_of_no_size_doubles_and_unsaid_pictures_are_left_out_and_told(dataset, learn):
    from svod_rcgn.datasets.records import NewBox

    dataset.add(pictures(12), "the test")
    odd = (NewBox("amber", Box(5, 5, 5, 40)), NewBox("amber", Box(WIDTH + 9, 5, WIDTH + 40, 40)))
    dataset.add([picture(50, boxes=odd)], "the test")
    dataset.add([_unsaid(picture(51, "amber"))], "the test")
    record = learn().record
    assert record.notes == (
        "left out: 1 picture of which nobody said where things are",
        "left out: 2 boxes of no size or outside of their pictures; "
        "`python -m svod_rcgn.datasets check DATASET` names them",
    )
    assert record.pictures == 13


def _unsaid(new):
    from dataclasses import replace

    return replace(new, boxes=None)


def test_a_picture_that_is_lost_is_left_out_and_told(dataset, learn):
    dataset.add(pictures(12), "the test")
    dataset.pictures()[0].path.unlink()
    record = learn().record
    assert record.pictures == 11
    assert record.notes[0].startswith("left out: ")
    assert "No such file" in record.notes[0] or "no such" in record.notes[0]


def test_what_cannot_be_learned_ends_in_one_line_and_leaves_nothing(dataset, learn, models_dir):
    dataset.add([picture(1)], "the test")
    with pytest.raises(DatasetError, match=r"squares: no picture has a box; .*--at 10,20,110,220"):
        learn()
    dataset.add(pictures(4), "the test")
    with pytest.raises(InputError, match="no network nowhere"):
        learn(backbone="nowhere")
    (models_dir / "squares").mkdir()
    (models_dir / "squares" / "mine.txt").write_text("mine")
    with pytest.raises(ModelError, match="something other than versions"):
        learn()
    assert [each.name for each in (models_dir / "squares").iterdir()] == ["mine.txt"]


def test_a_class_of_one_picture_and_a_single_picture_can_be_learned(dataset, learn):
    dataset.add([picture(1, "amber")], "the test")
    record = learn().record
    assert record.interval is None
    assert record.classes[0].boxes == 1


def test_a_network_of_another_build_is_no_backbone(dataset, learn, models_dir):
    from tests.objects.fakes import write_network

    dataset.add(pictures(4), "the test")
    write_network(models_dir / "dots")
    with pytest.raises((InputError, ModelError), match=r"no network to learn on|for classification"):
        learn(backbone="dots")


def test_an_evaluation_counts_only_what_the_network_knows_and_says_so(dataset, learn, models_dir, tmp_path):
    from svod_rcgn.datasets.collection import create_dataset
    from svod_rcgn.datasets.records import NewBox

    dataset.add(pictures(24), "the test")
    learn()
    other = create_dataset(tmp_path / "datasets", "others", "Ada")
    other.add(pictures(8, first=200), "the test")
    other.add([picture(300, boxes=(NewBox("green", Box(1, 1, 30, 30)),))], "the test")
    detector = load_detector("squares", models_dir, ObjectSettings(score=evaluation.LEAST, most=1000))
    found = evaluation.evaluate(other, detector, Silent())
    assert found.notes == ("left out: green: not asked for",)
    assert [each.label for each in found.classes] == ["amber", "blue"]
    assert [each.boxes for each in found.classes] == [4, 4]
    assert found.precision.half > 0.1
    assert found.confusion.counts[:2].sum() == 8
    other.close()


def test_of_one_shooting_parts_are_left_out_and_that_is_said(dataset, learn):
    dataset.add([replace(each, shooting="film") for each in pictures(40)], "the test")
    record = learn().record
    assert any("one shooting" in note for note in record.notes)
    assert record.shootings == 1
    assert record.classes[0].f1 > 0

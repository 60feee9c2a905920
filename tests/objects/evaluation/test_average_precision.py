"""Numbers that are compared with other people's must be theirs."""

import contextlib
import io

import numpy as np
import pytest

from svod_rcgn.objects.evaluation.average_precision import average_precision, curve, interval, of_classes
from svod_rcgn.objects.evaluation.matching import EVERY_SIZE, SIZES, Truth
from svod_rcgn.objects.records import Candidates

CLASSES = 3


def _truth(*boxes, classes=None):
    found = np.array(boxes, np.float32).reshape(-1, 4)
    return Truth(found, np.zeros(len(found), np.intp) if classes is None else np.array(classes, np.intp))


def _found(*boxes, scores, classes=None):
    return Candidates(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        np.zeros(len(scores), np.intp) if classes is None else np.array(classes, np.intp),
    )


def _boxes(chance, count):
    corners = chance.integers(0, 300, (count, 2))
    return np.hstack([corners, corners + chance.integers(4, 200, (count, 2))]).astype(np.float32)


def _scene(seed):
    """Pictures with objects, and boxes that are near them, doubled, made up or of another class."""
    chance = np.random.default_rng(seed)
    truths, found = [], []
    for _ in range(12):
        boxes, classes = (
            _boxes(chance, count := int(chance.integers(0, 6))),
            chance.integers(0, CLASSES, count),
        )
        near = np.repeat(boxes, 2, 0) + chance.normal(0, 8, (2 * count, 4)).round()
        near[:, 2:] = np.maximum(near[:, 2:], near[:, :2] + 2)
        told = np.vstack([near, _boxes(chance, 3)]).astype(np.float32)
        named = np.concatenate([np.repeat(classes, 2), chance.integers(0, CLASSES, 3)])
        truths.append(Truth(boxes, classes))
        found.append(Candidates(told, chance.random(len(told)).astype(np.float32), named))
    return found, truths


def _by_pycocotools(found, truths):
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    spans = lambda boxes: np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).tolist()  # noqa: E731
    things = [
        {
            "image_id": picture,
            "category_id": int(index) + 1,
            "bbox": span,
            "area": span[2] * span[3],
            "iscrowd": 0,
        }
        for picture, truth in enumerate(truths, 1)
        for span, index in zip(spans(truth.boxes), truth.classes, strict=True)
    ]
    told = [
        {"image_id": picture, "category_id": int(index) + 1, "bbox": span, "score": float(score)}
        for picture, each in enumerate(found, 1)
        for span, score, index in zip(spans(each.boxes), each.scores, each.classes, strict=True)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        there = COCO()
        there.dataset = {
            "info": {},
            "images": [{"id": number + 1} for number in range(len(truths))],
            "annotations": [{"id": number, **each} for number, each in enumerate(things, 1)],
            "categories": [{"id": number + 1} for number in range(CLASSES)],
        }
        there.createIndex()
        judged = COCOeval(there, there.loadRes(told), "bbox")
        judged.evaluate()
        judged.accumulate()
    return judged.eval["precision"]  # overlaps, recalls, classes, sizes, limits


@pytest.mark.parametrize("seed", range(5))
def test_the_numbers_are_those_of_pycocotools(seed):
    pytest.importorskip("pycocotools", reason="pip install pycocotools")
    found, truths = _scene(seed)
    precision = _by_pycocotools(found, truths)
    for place, size in enumerate([EVERY_SIZE, *SIZES.values()]):
        for index, each in enumerate(of_classes(found, truths, CLASSES, size)):
            told, theirs = average_precision(each), precision[:, :, index, place, 2]
            if theirs.min() < 0:
                assert told is None
            else:
                assert (told.half, told.mean) == pytest.approx((theirs[0].mean(), theirs.mean()), abs=1e-9)


def test_a_box_takes_one_object_and_the_second_on_it_is_wrong():
    found = [_found((0, 0, 10, 10), (1, 0, 11, 10), scores=[0.9, 0.8])]
    (each,) = of_classes(found, [_truth((0, 0, 10, 10), (50, 50, 60, 60))], 1)
    told = curve(each)
    assert told.recall.tolist() == [0.5, 0.5]
    assert told.precision.tolist() == [1, 0.5]
    assert average_precision(each).half == pytest.approx(51 / 101)


def test_the_best_limit_is_the_score_where_f1_is_highest():
    boxes = [(20 * place, 0, 20 * place + 10, 10) for place in range(4)]
    found = [_found(*boxes, scores=[0.9, 0.6, 0.3, 0.1])]
    (each,) = of_classes(found, [_truth(*boxes[:2], boxes[3])], 1)
    limit, best = curve(each).best
    assert limit == pytest.approx(0.1)
    assert best == pytest.approx(2 * 1 * 0.75 / 1.75)


def test_where_nothing_is_there_or_found_numbers_say_so():
    nothing = _found(scores=[])
    (each,) = of_classes([nothing], [_truth()], 1)
    assert average_precision(each) is None
    assert curve(each).best == (1.0, 0.0)
    (missed,) = of_classes([nothing], [_truth((0, 0, 9, 9))], 1)
    assert average_precision(missed).half == 0


def test_the_interval_holds_the_number_and_narrows_with_more_shootings():
    found, truths = zip(*(_scene(seed) for seed in range(8)), strict=True)
    widths = []
    for count in (1, 8):
        some = [each for part in found[:count] for each in part]
        there = [each for part in truths[:count] for each in part]
        several = of_classes(some, there, CLASSES)
        low, high = interval(several, range(len(some)))
        middle = np.mean([average_precision(each).half for each in several])
        assert low <= middle <= high
        widths.append(high - low)
    assert widths[1] < widths[0]
    assert interval(several, [0] * len(some)) is None

import json

import numpy as np

from benchmarks import background
from svod_rcgn.faces.records import Face
from svod_rcgn.records import Box


def faces(*boxes):
    return tuple(Face(Box(x, 0, x + 10, 10), np.zeros((5, 2), np.float32), 0.9) for x in boxes)


def test_faces_beyond_the_truth_are_false_and_those_found_in_one_way_are_told():
    picture, blackened = np.ones((8, 8, 3), np.uint8), np.zeros((8, 8, 3), np.uint8)

    def detect(image):
        return faces(0, 20, 40) if image.any() else faces(21)

    kept, removed = background.compare([("a.jpg", picture)], {"a.jpg": 2}, detect, lambda _: blackened)
    assert (kept.faces, kept.false, kept.missed, kept.alone) == (3, 1, 0, [10, 10])
    assert (removed.faces, removed.false, removed.missed, removed.alone) == (1, 0, 1, [])


def test_pictures_that_nobody_has_counted_have_no_false_faces():
    kept, _ = background.compare(
        [("", np.ones((8, 8, 3), np.uint8))], {}, lambda _: faces(0), lambda image: image
    )
    assert (kept.faces, kept.false, kept.missed) == (1, 0, 0)


def test_the_truth_counts_people_and_strangers(tmp_path):
    truth = {"about": "text", "set": {"a.jpg": {"people": ["x", "y"], "strangers": 1}}}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    assert background.read_truth(tmp_path / "truth.json") == {"a.jpg": 3}

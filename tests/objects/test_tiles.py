import tracemalloc
from itertools import pairwise

import numpy as np
import pytest

from svod_rcgn.objects.records import Candidates
from svod_rcgn.objects.settings import TileSettings
from svod_rcgn.objects.stages.tiles import TiledDetector, merged
from tests.objects.fakes import Dots, make_detector, scene

SETTINGS = TileSettings()
LEFT, TOP, RIGHT, BOTTOM = range(4)


def _found(*boxes: tuple[float, ...], classes: tuple[int, ...] | None = None) -> Candidates:
    scores = np.linspace(0.9, 0.5, len(boxes), dtype=np.float32)
    return Candidates(np.array(boxes, np.float32), scores, np.array(classes or [0] * len(boxes)))


def _cuts(*edges: tuple[int, ...]) -> np.ndarray:
    return np.array([[edge in row for edge in range(4)] for row in edges])


def test_small_things_on_a_large_picture_are_found_in_its_parts() -> None:
    dots = [("red", 40, 40), ("red", 300, 60), ("red", 170, 280), ("red", 380, 380)]
    picture = scene(*dots, height=400, width=420)
    network = Dots()
    found = TiledDetector(make_detector(network, score=0.85, overlap=0.3), SETTINGS).detect(picture)
    assert sorted(each.box.centre for each in found) == [
        pytest.approx((x, y), abs=5) for _, x, y in sorted(dots, key=lambda dot: dot[1:])
    ]
    assert network.asked > 50
    assert len(make_detector(score=0.85).detect(picture)) < 4


def test_a_picture_that_is_no_larger_than_the_network_takes_is_looked_at_once() -> None:
    network = Dots()
    assert len(TiledDetector(make_detector(network), SETTINGS).detect(scene(("red", 30, 30)))) == 1
    assert network.asked == 1


@pytest.mark.slow
def test_a_large_picture_that_is_all_specks_takes_no_memory_for_each_pair_of_them() -> None:
    specks = np.random.default_rng(0).integers(0, 256, (500, 500, 3), np.uint8)
    tracemalloc.start()
    found = TiledDetector(make_detector(score=0.02, most=1000), SETTINGS).detect(specks)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) > 100
    assert peak < 500_000_000


@pytest.mark.parametrize("size", [(65, 64), (64, 500), (1000, 63), (129, 131)])
def test_tiles_cover_the_picture_and_share_what_was_asked(size: tuple[int, int]) -> None:
    tiles = list(TiledDetector(make_detector(), SETTINGS)._corners(np.zeros((*size, 3), np.uint8)))
    covered = np.zeros(size, bool)
    for left, top, right, bottom in tiles:
        assert right - left <= 64
        assert bottom - top <= 64
        covered[top:bottom, left:right] = True
    assert covered.all()
    for edges in (sorted({tile[:3:2] for tile in tiles}), sorted({tile[1::2] for tile in tiles})):
        assert all(one[1] - other[0] >= 15 for one, other in pairwise(edges))


def test_a_piece_gives_way_to_the_whole_even_if_it_is_surer() -> None:
    found = _found((100, 100, 128, 200), (60, 100, 128, 200))
    assert merged(found, _cuts((LEFT,), ()), SETTINGS).boxes.tolist() == [[60, 100, 128, 200]]


def test_a_piece_of_another_class_stays() -> None:
    found = _found((100, 100, 128, 200), (60, 100, 128, 200), classes=(0, 1))
    assert len(merged(found, _cuts((LEFT,), ()), SETTINGS).scores) == 2


def test_two_pieces_that_meet_at_a_seam_are_one_object() -> None:
    found = _found((10, 50, 128, 90), (96, 52, 240, 88))
    (box,) = merged(found, _cuts((RIGHT,), (LEFT,)), SETTINGS).boxes.tolist()
    assert box == [10, 50, 240, 90]
    found = _found((50, 10, 90, 128), (52, 96, 88, 240))
    (box,) = merged(found, _cuts((BOTTOM,), (TOP,)), SETTINGS).boxes.tolist()
    assert box == [50, 10, 90, 240]


@pytest.mark.parametrize("other", [(96, 200, 240, 260), (140, 50, 240, 90)])
def test_pieces_that_do_not_lie_side_by_side_at_the_seam_stay_two(other: tuple[float, ...]) -> None:
    found = _found((10, 50, 128, 90), other)
    assert len(merged(found, _cuts((RIGHT,), (LEFT,)), SETTINGS).scores) == 2

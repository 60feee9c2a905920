from dataclasses import replace

import numpy as np
import pytest

from benchmarks import tracking_bank
from benchmarks.tracking import ours
from benchmarks.tracking_bank import HEIGHT, KINDS, WIDTH, Kind, Look, film
from svod_rcgn.geometry import overlaps

PERFECT = Kind("perfect", 1, found=1.0, jitter=0.0, false=0.0, twice=0.0)


def test_a_film_is_the_same_each_time_and_another_with_another_seed() -> None:
    one, same, other = (film(KINDS[0], seed, seconds=1.0) for seed in (3, 3, 4))
    assert all(_alike(*pair) for pair in zip(one, same, strict=True))
    assert not any(_alike(*pair) for pair in zip(one, other, strict=True))


def _alike(one: Look, other: Look) -> bool:
    return np.array_equal(one.truth, other.truth) and np.array_equal(one.boxes, other.boxes)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_film_has_its_rate_and_what_is_told_of_a_frame_belongs_together(kind: Kind) -> None:
    looks = film(kind, 0, seconds=2.0)
    assert [look.time for look in looks] == pytest.approx(np.arange(2 * kind.rate) / kind.rate)
    for look in looks:
        assert len(look.truth) == len(set(look.numbers.tolist())) <= kind.objects
        assert len(look.boxes) == len(look.scores)
        assert (look.boxes[:, 2:] > look.boxes[:, :2]).all()
        assert ((look.scores > 0) & (look.scores < 1)).all()


def test_a_perfect_detector_says_where_each_thing_is() -> None:
    looks = [look for look in film(PERFECT, 1, seconds=4.0) if len(look.truth)]
    assert len(looks) > 50
    for look in looks:
        assert overlaps(look.boxes[:, None], look.truth).max(1) == pytest.approx(1)


def test_what_covers_another_is_found_and_what_is_covered_is_not() -> None:
    boxes = np.array(
        [[100.0, 100, 200, 300], [110, 110, 190, 290], [500, 100, 600, 300], [560, 100, 660, 300]]
    )
    shares = tracking_bank._seen(boxes)
    assert shares[[0, 2]] == pytest.approx(1)
    assert shares[1] == 0
    assert shares[3] == pytest.approx(0.6, abs=0.05)


def test_things_move_within_the_picture_and_turn_as_their_kind_says() -> None:
    def paces(kind: Kind) -> list[float]:
        looks = film(replace(kind, objects=1, found=1.0), 5, seconds=8.0)
        places = np.array([(look.truth[0, :2] + look.truth[0, 2:]) / 2 for look in looks if len(look.truth)])
        assert (places[:, 1] > 0).all()
        assert (places[:, 1] < HEIGHT).all()
        assert (abs(places[:, 0] - WIDTH / 2) < WIDTH).all()
        return np.std(np.diff(places, axis=0), axis=0).tolist()

    street, dance = paces(KINDS[0]), paces(KINDS[2])
    assert max(dance) > max(street)


def test_our_tracker_gives_a_thing_that_is_always_found_one_number() -> None:
    follow = ours(25.0)
    for look in film(PERFECT, 2, seconds=3.0):
        if set(look.numbers.tolist()) != {0}:
            break
        boxes, numbers = follow(look)
        assert numbers.tolist() == [1]
        assert boxes == pytest.approx(look.truth, abs=1e-3)

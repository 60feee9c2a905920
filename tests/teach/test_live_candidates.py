"""Live pictures wait in memory where they are doubtful and unlike all others, as many as there is room."""

import hashlib

import numpy as np
import pytest

from svod_rcgn.storage.images import PictureFile, decode
from svod_rcgn.teach.live_candidates import LiveCandidates

NEAR, FAR = 0.95, 0.2


def unlike(number: int, length: int = 64) -> np.ndarray:
    """An embedding that no other number comes near to."""
    found = np.full(length, 0.01, np.float32)
    found[number] = 1
    return found


def shown(number: int, height: int = 48, width: int = 64) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)


def offer(
    candidates: LiveCandidates, number: int, doubt: float = 0.9, known: float = FAR, image: int | None = None
) -> bool:
    seen = shown(number if image is None else image)
    return candidates.offer(seen, unlike(number), doubt, known, "live 1", float(number))


@pytest.fixture
def candidates() -> LiveCandidates:
    made = LiveCandidates(most=4)
    made.switch(on=True)
    return made


def times(candidates: LiveCandidates) -> list[int]:
    return [int(each.time) for each in candidates.all]


def test_nothing_waits_before_it_is_switched_on_nor_after_it_is_switched_off():
    candidates = LiveCandidates()
    assert not candidates.is_on
    assert not offer(candidates, 1)
    candidates.switch(on=True)
    assert offer(candidates, 1)
    candidates.switch(on=False)
    assert not offer(candidates, 2)
    assert candidates.all == ()
    candidates.switch(on=True)
    assert candidates.all == ()


def test_what_is_sure_known_or_waits_already_is_not_taken(candidates: LiveCandidates):
    assert not offer(candidates, 1, doubt=0.3)
    assert not offer(candidates, 1, known=NEAR)
    assert offer(candidates, 1)
    assert not offer(candidates, 1, image=77)
    assert times(candidates) == [1]


def test_what_would_teach_least_makes_room(candidates: LiveCandidates):
    for number, doubt in enumerate((0.9, 0.6, 0.8, 0.9)):
        assert offer(candidates, number, doubt)
    assert offer(candidates, 4, 0.7)
    assert times(candidates) == [0, 2, 3, 4]
    assert not offer(candidates, 5, 0.6)
    assert times(candidates) == [0, 2, 3, 4]
    assert not offer(candidates, 6, 0.9, known=0.6)
    assert times(candidates) == [0, 2, 3, 4]


def test_one_that_is_answered_waits_no_more_and_can_be_put_back(candidates: LiveCandidates):
    offer(candidates, 1)
    offer(candidates, 2)
    (one, _) = candidates.all
    assert candidates.take(one.hash) is one
    assert candidates.take(one.hash) is None
    assert candidates.get(one.hash) is None
    assert times(candidates) == [2]
    candidates.put_back(one)
    assert sorted(times(candidates)) == [1, 2]
    for each in candidates.all:
        candidates.take(each.hash)
    assert offer(candidates, 3)


def test_one_that_was_taken_while_it_was_switched_off_is_not_put_back(candidates: LiveCandidates):
    offer(candidates, 1)
    (one,) = candidates.all
    candidates.take(one.hash)
    candidates.switch(on=False)
    candidates.put_back(one)
    assert candidates.all == ()


def test_it_is_kept_as_a_small_jpeg_by_the_hash_of_that(candidates: LiveCandidates):
    assert candidates.offer(shown(1, 1080, 1920), unlike(1), 1.0, FAR, "live 1", 0.0)
    (one,) = candidates.all
    assert decode(PictureFile("it", one.jpeg)).shape == (360, 640, 3)
    assert one.hash == hashlib.sha256(one.jpeg).hexdigest()

import os
import time

import numpy as np
import pytest

from benchmarks import paced, scenes
from tests.patience import PATIENCE


@pytest.fixture
def portrait():
    return np.full((400, 300, 3), 255, np.uint8)


@pytest.mark.slow
def test_an_empty_room_changes_by_noise_alone():
    first, second = (picture.astype(int) for picture in scenes.scene([])[:2])
    assert first.shape == (scenes.HEIGHT, scenes.WIDTH, 3)
    change = second - first
    assert 0 < change.std() < 2 * scenes.NOISE
    assert abs(change.mean()) < 0.1


@pytest.mark.slow
def test_people_stand_side_by_side_and_sway(portrait):
    pictures = scenes.scene([portrait, portrait])
    lit = [(picture > 245).all(axis=2) for picture in pictures[:: scenes.ROUND // 4]]
    for mask in lit:
        assert mask[:, : scenes.WIDTH // 2].sum() > 10_000
        assert mask[:, scenes.WIDTH // 2 :].sum() > 10_000
    left = [np.flatnonzero(mask.any(axis=0)).min() for mask in lit]
    assert 0 < max(left) - min(left) <= 2 * scenes.SWAY + 1


def test_a_paced_camera_keeps_its_rate_and_ends_after_its_time(monkeypatch):
    ended = []
    monkeypatch.setattr(os, "kill", lambda *told: ended.append(told))
    camera = paced.PacedCamera([np.zeros((2, 2, 3), np.uint8)], rate=50, warm=0.1, seconds=0.2)
    deadline = time.monotonic() + PATIENCE
    while not ended:
        assert camera.read()[0]
        assert time.monotonic() < deadline
    first, last = camera.window
    assert last - first >= 0.2 - 1 / 50
    assert 0 <= camera.cores < 2


def test_a_camera_that_was_late_does_not_catch_up_in_a_burst():
    camera = paced.PacedCamera([np.zeros((2, 2, 3), np.uint8)], rate=20, warm=9, seconds=9)
    camera.read()
    time.sleep(0.3)
    begun = time.monotonic()
    for _ in range(3):
        camera.read()
    assert time.monotonic() - begun >= 2 / 20

import itertools
import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from svod_rcgn.explanation.evidence import SEARCHES, agreement, find_evidence
from svod_rcgn.explanation.occlusion import occlusion
from svod_rcgn.explanation.records import Method
from svod_rcgn.explanation.segments import segments
from svod_rcgn.explanation.settings import ExplanationSettings
from svod_rcgn.explanation.shapley import coalitions, shapley, solve
from svod_rcgn.explanation.trial import Deadline, Trial, log_odds
from tests.explanation.spots import SIDE, SPOT, AfterLooks, by_spot, picture, trial

ALL = pytest.mark.parametrize("search", SEARCHES.values(), ids=[each.value for each in SEARCHES])


@ALL
def test_what_counts_is_found(search) -> None:
    asked = trial()
    heat = search(asked, AfterLooks(asked, 300), np.random.default_rng(1))
    assert heat.shape == (SIDE, SIDE)
    best = np.argsort(heat, axis=None)[::-1][: heat[SPOT].size]
    inside = np.zeros((SIDE, SIDE), bool)
    inside[SPOT] = True
    assert inside.ravel()[best].mean() > 0.6
    assert heat[SPOT].mean() > 5 * abs(heat[~inside].mean())


@ALL
def test_it_ends_when_the_time_is_over_but_looks_once(search) -> None:
    asked = trial(batch=16)
    now = itertools.chain([0.0], itertools.repeat(100.0))
    heat = search(asked, Deadline(1.0, lambda: next(now)), np.random.default_rng(1))
    assert 0 < asked.looks <= 40
    assert np.isfinite(heat).all()
    assert heat.std() > 0


@ALL
@pytest.mark.parametrize("size", [(1, 1), (3, 50), (40, 2)])
def test_pictures_of_any_shape_are_taken(search, size: tuple[int, int]) -> None:
    image = np.full((*size, 3), 200, np.uint8)
    asked = trial(lambda images: np.array([each.mean() / 255 for each in images], np.float32), image)
    heat = search(asked, AfterLooks(asked, 20), np.random.default_rng(1))
    assert heat.shape == size
    assert np.isfinite(heat).all()


@ALL
def test_an_answer_that_nothing_changes_gives_an_even_map(search) -> None:
    asked = trial(lambda images: np.full(len(images), 0.7, np.float32))
    heat = search(asked, AfterLooks(asked, 60), np.random.default_rng(1))
    np.testing.assert_allclose(heat, 0, atol=1e-4)


def test_small_squares_are_tried_first_where_large_ones_told_most() -> None:
    hidden = []

    def score(images):
        hidden.extend(np.array([(image[SPOT] == 127).all(-1).mean() for image in images]))
        return by_spot(images)

    asked = trial(score, batch=4)
    occlusion(asked, AfterLooks(asked, 10_000), np.random.default_rng(1))
    small = hidden[-256:]  # of the smallest size there are at least so many
    assert np.mean(small[:64]) > 0.03
    assert np.mean(small[-128:]) == 0


def test_shapley_values_are_those_of_all_orders() -> None:
    """Of a game of five in which two are worth more together, and one is worth nothing."""
    own = np.array([3.0, 1.0, 0.0, -2.0, 0.5])

    def worth(shown: np.ndarray) -> np.ndarray:
        return shown @ own + 4.0 * (shown[:, 0] & shown[:, 3])

    wanted = np.zeros(5)
    for order in itertools.permutations(range(5)):
        shown = np.zeros((1, 5), bool)
        for each in order:
            before = worth(shown)[0]
            shown[0, each] = True
            wanted[each] += (worth(shown)[0] - before) / math.factorial(5)
    generator = np.random.default_rng(2)
    drawn = coalitions(20_000, 5, generator)
    drawn = np.concatenate([drawn, ~drawn])
    total = float(worth(np.ones((1, 5), bool))[0])
    found = solve(drawn, worth(drawn).astype(np.float32), total)
    np.testing.assert_allclose(found, wanted, atol=0.05)
    assert found.sum() == pytest.approx(total, abs=1e-4)


def test_the_mean_of_shapleys_map_is_what_the_picture_is_worth() -> None:
    asked = trial()
    heat = shapley(asked, AfterLooks(asked, 100), np.random.default_rng(1))
    whole, empty = log_odds(by_spot([picture(), np.full_like(picture(), 127)]))
    assert heat.mean() == pytest.approx(whole - empty, rel=1e-3)


def test_pieces_keep_to_the_borders_of_colours() -> None:
    image = np.full((90, 120, 3), 30, np.uint8)
    image[:, 47:] = (40, 200, 220)
    pieces = segments(image, 30)
    assert 20 <= pieces.max() + 1 <= 40
    assert set(np.unique(pieces)) == set(range(pieces.max() + 1))
    one_colour = [
        len(np.unique(image[pieces == each].reshape(-1, 3), axis=0)) == 1 for each in range(pieces.max())
    ]
    assert np.mean(one_colour) > 0.8


def _for_looks(method: Method, looks: int):
    """A search that ends by the number of looks, so that no clock decides what is found."""

    def search(asked: Trial, _: Deadline, generator: np.random.Generator) -> np.ndarray:
        return SEARCHES[method](asked, AfterLooks(asked, asked.looks + looks), generator)

    return search


def test_two_runs_that_differ_by_chance_alone_agree_where_something_counts() -> None:
    settings = ExplanationSettings(controls=3)
    asked = trial()
    found = find_evidence(asked, _for_looks(Method.OCCLUSION, 300), settings)
    assert found.agreement > 0.5
    assert found.looks == asked.looks
    assert len(found.controls) == 3
    noise = np.random.default_rng(5)
    chance = trial(lambda images: noise.random(len(images)).astype(np.float32))
    search = _for_looks(Method.RISE, 300)
    agree = [find_evidence(chance, search, replace(settings, seed=seed)).agreement for seed in range(9)]
    assert np.median(agree) < 0.3


def test_agreement_is_a_correlation() -> None:
    one = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    assert agreement(one, 3 * one + 1) == pytest.approx(1)
    assert agreement(one, -one) == pytest.approx(-1)
    assert agreement(one, np.ones_like(one)) == 0


def test_large_pictures_are_asked_few_at_a_time() -> None:
    sizes = []

    def score(images):
        sizes.append(len(images))
        return np.full(len(images), 0.5, np.float32)

    asked = Trial(np.zeros((2000, 2000, 3), np.uint8), score, 16)
    asked.hide(np.ones((3, 2000, 2000), np.float32))
    assert sizes == [2, 1]


def test_a_large_picture_is_blurred_as_its_small_copy_is() -> None:
    seen: list[np.ndarray] = []

    def score(images):
        seen.extend(images)
        return np.full(len(images), 0.5, np.float32)

    small = np.random.default_rng(0).integers(0, 256, (8, 6, 3)).astype(np.uint8)
    for side in (25, 100):
        large = np.kron(small, np.ones((side, side, 1), np.uint8))
        Trial(large, score, 1).show(np.zeros((1, *large.shape[:2]), np.float32))
    shrunk = cv2.resize(seen[1], (150, 200), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - seen[0]).max() <= 3

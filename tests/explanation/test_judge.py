from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.explanation import phrases
from svod_rcgn.explanation.control import random_map
from svod_rcgn.explanation.evidence import random_maps
from svod_rcgn.explanation.faithfulness import try_maps
from svod_rcgn.explanation.judge import judge
from svod_rcgn.explanation.records import ControlKind, Evidence
from svod_rcgn.explanation.settings import ExplanationSettings
from svod_rcgn.explanation.whereabouts import whereabouts
from svod_rcgn.records import FloatArray
from tests.explanation.spots import SIDE, SPOT, trial, truth

SETTINGS = ExplanationSettings()


def _evidence(heat: FloatArray, agreement: float = 0.9) -> Evidence:
    return Evidence(heat, agreement, random_maps(heat, SETTINGS), ControlKind.RANDOM_MAP, 10)


def test_the_right_map_is_faithful_and_its_opposite_is_not() -> None:
    right, wrong = try_maps(trial(), [truth(), -truth()], 10)
    assert right.deletion < 0.15
    assert right.insertion > 0.85
    assert wrong.deletion > 0.8
    assert right.gain > 0.7
    assert wrong.gain < 0


def test_scores_are_the_areas_under_curves() -> None:
    """Of an answer that is the share shown: whatever the order, it falls and rises evenly."""
    image = np.full((40, 40, 3), 227, np.uint8)

    def share(images):
        return np.array([(each.astype(float).mean() - 127) / 100 for each in images], np.float32)

    (found,) = try_maps(trial(share, image), [np.random.default_rng(0).normal(size=(40, 40))], 8)
    assert found.deletion == pytest.approx(0.5, abs=0.01)
    assert found.insertion == pytest.approx(1.0, abs=0.01)  # blurred, it is what it was


def test_a_good_map_is_called_so() -> None:
    judged = judge(trial(), _evidence(truth()), SETTINGS)
    assert not judged.flat
    assert not judged.unstable
    assert judged.no_better is False
    assert judged.control.beaten == judged.control.draws == SETTINGS.controls
    assert phrases.warnings(judged) == []
    assert "better than 9 of 9" in phrases.scores(judged)


def test_a_map_that_knows_nothing_is_called_no_better() -> None:
    generator = np.random.default_rng(3)
    found = [judge(trial(), _evidence(random_map(truth(), generator)), SETTINGS).no_better for _ in range(10)]
    assert sum(found) >= 7


@pytest.mark.parametrize(
    "heat",
    [
        np.ones((SIDE, SIDE)),
        1 + 0.2 * truth(),
        -np.ones((SIDE, SIDE)),
        1e-3 * truth(),
    ],
    ids=["even", "nearly even", "all against", "next to nothing"],
)
def test_a_map_without_relief_is_called_flat(heat: FloatArray) -> None:
    judged = judge(trial(), _evidence(heat.astype(np.float32)), SETTINGS, tried=False)
    assert judged.flat
    assert any("flat" in each for each in phrases.warnings(judged))


def test_a_map_that_does_not_come_again_is_called_unstable() -> None:
    judged = judge(trial(), _evidence(truth(), agreement=0.2), SETTINGS, tried=False)
    assert judged.unstable
    assert any("unstable" in each and "0.20" in each for each in phrases.warnings(judged))


def test_a_map_that_was_not_tried_has_no_scores() -> None:
    asked = trial()
    judged = judge(asked, _evidence(truth()), SETTINGS, tried=False)
    assert asked.looks == 0
    assert (judged.faithfulness, judged.control, judged.no_better) == (None, None, None)
    assert phrases.scores(judged) == ""


def test_where_the_evidence_lies_is_told_in_shares_and_words() -> None:
    found = whereabouts(truth())
    assert found.place == "top right"
    assert found.middle + found.edge == pytest.approx(1)
    assert found.area == pytest.approx(truth()[SPOT].size / 2 / SIDE**2, abs=1 / SIDE**2)
    told = phrases.described(found)
    assert "at the top right" in told
    assert f"{100 * found.edge:.0f} % at the edge" in told


def test_the_middle_half_holds_half_of_an_even_map() -> None:
    found = whereabouts(np.ones((60, 91), np.float32))
    assert found.middle == pytest.approx(0.5, abs=0.01)
    assert found.area == pytest.approx(0.5, abs=0.01)
    central = np.zeros((61, 61), np.float32)
    central[25:36, 25:36] = 1
    assert whereabouts(central).middle == 1
    assert whereabouts(central).place == "centre"


def test_a_map_with_nothing_for_the_answer_lies_nowhere() -> None:
    assert whereabouts(-truth()) is None
    assert "no part" in phrases.described(None)


def test_a_random_map_is_as_smooth_as_the_other_and_elsewhere() -> None:
    import cv2

    heat = cv2.GaussianBlur(truth(), (0, 0), 5)
    other = random_map(heat, np.random.default_rng(1))
    np.testing.assert_array_equal(np.sort(other, axis=None), np.sort(heat, axis=None))
    slope = [np.abs(np.diff(each, axis=1)).mean() for each in (heat, other)]
    assert 0.3 < slope[1] / slope[0] < 3
    assert abs(np.corrcoef(heat.ravel(), other.ravel())[0, 1]) < 0.6


def test_settings_say_when_a_map_is_poor() -> None:
    strict = replace(SETTINGS, least_agreement=0.95)
    assert judge(trial(), _evidence(truth()), strict, tried=False).unstable

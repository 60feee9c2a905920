"""What is learned of features alone."""

import numpy as np
import pytest

from svod_rcgn.classification.training.examples import make_lessons
from svod_rcgn.classification.training.head import HeadSettings, probabilities
from svod_rcgn.classification.training.learned import learn_head
from tests.classification.training.makers import example, features_of, lessons_of


def _nothing(_: object) -> None:
    """Nobody looks."""


def _asked(learned, features: np.ndarray, *, independent: bool = False) -> np.ndarray:
    logits = features.astype(np.float32) @ learned.weights + learned.biases
    return probabilities(logits, len(learned.labels), independent=independent)


def test_weights_are_for_features_as_they_come_and_for_calibrated_answers() -> None:
    lessons = lessons_of(3, 60)
    features = features_of(lessons, noise=1.5)
    learned = learn_head(features, lessons, _nothing)
    told = _asked(learned, features[:, 0])
    assert (told.argmax(1) == lessons.targets.argmax(1)).mean() > 0.9
    folded = learned.chosen.whole.logits(learned.scale.of(features[:, 0]), 0) / learned.temperature
    np.testing.assert_allclose(told, probabilities(folded, 3, independent=False), atol=1e-3)


def test_left_out_accuracy_is_that_of_chance_where_there_is_nothing_to_learn() -> None:
    lessons = lessons_of(2, 100)
    chance = np.random.default_rng(8)
    features = chance.uniform(0, 2, (200, 3, 24)).astype(np.float16)
    learned = learn_head(features, lessons, _nothing)
    assert learned.left_out.accuracy.share == pytest.approx(0.5, abs=0.12)


def test_near_doubles_in_one_shooting_do_not_flatter() -> None:
    """Each picture comes ten times, and which class it shows is chance: that cannot be learned."""
    chance = np.random.default_rng(9)
    rows = [
        example(f"{picture} {double}", f"class {picture % 2}")
        for picture in range(40)
        for double in range(10)
    ]
    groups = [tuple(f"{picture} {double}" for double in range(10)) for picture in range(40)]
    features = np.repeat(chance.uniform(0, 2, (40, 1, 24)), 10, 0).astype(np.float16)
    fair = learn_head(features, make_lessons(rows, [], groups), _nothing).left_out.accuracy
    alone = [(each.picture,) for each in rows]
    flattered = learn_head(features, make_lessons(rows, [], alone), _nothing).left_out.accuracy
    assert flattered.share > 0.85
    assert fair.share < 0.75
    assert fair.high - fair.low > 2 * (flattered.high - flattered.low)


def test_negatives_are_kept_out_when_they_are_left_out() -> None:
    rows = [example(f"{label}{number}", f"class {label}") for label in range(2) for number in range(30)]
    negatives = [example(f"none{number}") for number in range(30)]
    names = [(each.picture,) for each in (*rows, *negatives)]
    lessons = make_lessons(rows, negatives, names)
    features = features_of(lessons, noise=0.3)
    learned = learn_head(features, lessons, _nothing)
    assert learned.left_out.let_in.trials == 30
    assert learned.left_out.let_in.share < 0.1
    assert learned.left_out.kept.share > 0.9
    assert len(learned.left_out.answers) == 60


def test_the_mirror_image_is_asked_where_it_makes_more_right() -> None:
    lessons = lessons_of(2, 100)
    chance = np.random.default_rng(3)
    truth = lessons.targets.argmax(1)
    noise = chance.normal(0, 2, (200, 12))
    middle = np.repeat(truth[:, None] * 1.2 + 4.0, 12, 1)
    features = np.stack([middle + noise, middle - noise], 1).astype(np.float16)  # the mean is without noise
    learned = learn_head(features, lessons, _nothing)
    assert learned.mirrored
    assert not learn_head(features[:, :1], lessons, _nothing).mirrored


@pytest.mark.slow
def test_100_000_pictures_are_learned() -> None:
    lessons = lessons_of(10, 10_000)
    features = features_of(lessons, length=32, views=1)
    learned = learn_head(features, lessons, _nothing, HeadSettings(epochs=2))
    assert learned.left_out.accuracy.trials == 100_000
    assert learned.left_out.accuracy.share > 0.9

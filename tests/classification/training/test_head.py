from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.classification.training import left_out
from svod_rcgn.classification.training.examples import FOLDS, make_lessons
from svod_rcgn.classification.training.head import (
    EpochHeads,
    Heads,
    HeadSettings,
    learn,
    losses,
    probabilities,
    scale_of,
)
from svod_rcgn.classification.training.left_out import EpochChoice
from tests.classification.training.makers import example, features_of, lessons_of

FEW = HeadSettings(epochs=4)


def _learned(lessons, features, settings=FEW) -> Heads:
    scale = scale_of(features[:, 0].astype(np.float32))
    return list(learn(scale.of(features), lessons, FOLDS, settings))[-1].heads


def test_classes_that_lie_apart_are_told_apart_also_by_heads_that_did_not_see_them() -> None:
    lessons = lessons_of(3, 20)
    features = features_of(lessons)
    heads = _learned(lessons, features)
    scaled = scale_of(features[:, 0].astype(np.float32)).of(features[:, 0])
    told = heads.left_out_logits(scaled, lessons.folds)
    assert (told.argmax(1) == lessons.targets.argmax(1)).mean() == 1
    assert (heads.logits(scaled, FOLDS).argmax(1) == lessons.targets.argmax(1)).all()


def test_what_is_left_out_has_no_part_in_its_head_and_one_in_all_others() -> None:
    lessons = lessons_of(2, 10)
    features = features_of(lessons)
    scaled = scale_of(features[:, 0].astype(np.float32)).of(features)
    other = scaled.copy()
    row = int(np.flatnonzero(lessons.folds == 2)[0])
    other[row] = -other[row]
    one, two = (list(learn(each, lessons, FOLDS, FEW))[-1].heads for each in (scaled, other))
    changed = [not np.array_equal(one.weights[turn], two.weights[turn]) for turn in range(FOLDS + 1)]
    assert changed == [True, True, False, True, True, True]


@pytest.mark.parametrize(("shown", "epochs"), [(10**6, 4), (600, 2), (1, 1)])
def test_of_many_pictures_there_are_fewer_epochs(shown: int, epochs: int) -> None:
    lessons = lessons_of(3, 20)
    features = features_of(lessons)
    settings = HeadSettings(epochs=4, batch=32, least=8, most=8, shown=shown)
    scaled = scale_of(features[:, 0].astype(np.float32)).of(features)
    seen = list(learn(scaled, lessons, FOLDS, settings))
    assert [each.number for each in seen] == list(range(1, epochs + 1))


def test_independent_classes_learn_two_at_once_and_mind_only_what_was_said() -> None:
    rows = [example(f"both {n}", "cat", "dog") for n in range(12)]
    rows += [example(f"cat {n}", "cat") for n in range(12)] + [example(f"dog {n}", "dog") for n in range(12)]
    lessons = make_lessons(rows, [], [(each.picture,) for each in rows])
    heads = _learned(lessons, features_of(lessons, noise=0.2), HeadSettings(epochs=12))
    features = features_of(lessons, noise=0.2)
    scaled = scale_of(features[:, 0].astype(np.float32)).of(features[:, 0])
    told = probabilities(heads.logits(scaled, FOLDS), 2, independent=True)
    assert ((told > 0.5) == (lessons.targets > 0.5)).mean() > 0.97


def test_probabilities_sum_to_one_unless_classes_are_independent_and_stand_great_logits() -> None:
    logits = np.array([[900.0, -900, 5], [0, 0, -5]], np.float32)
    told = probabilities(logits, 2, independent=False)
    np.testing.assert_allclose(told[:, :2].sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(told[:, 2], 1 / (1 + np.exp([-5, 5])), rtol=1e-4)
    apart = probabilities(logits, 2, independent=True)
    np.testing.assert_allclose(apart[0], [1, 0, 1 / (1 + np.exp(-5))], atol=1e-5)


def test_the_same_seed_gives_the_same_head() -> None:
    lessons = lessons_of(2, 8)
    features = features_of(lessons)
    np.testing.assert_array_equal(_learned(lessons, features).weights, _learned(lessons, features).weights)


def test_an_epoch_of_few_pictures_has_steps_enough_and_one_of_many_shows_each_once() -> None:
    from svod_rcgn.classification.training.head import HEAD, _steps

    assert _steps(4, 28, HEAD) == HEAD.least
    assert _steps(1000, 7000, HEAD) == HEAD.most
    assert _steps(100_000, 100_000, HEAD) == 100_000 // 32


def test_batches_of_very_many_pictures_are_twice_as_large() -> None:
    lessons = lessons_of(3, 20)
    features, settings = features_of(lessons), HeadSettings(epochs=1, batch=4, least=1, most=8)
    usual, large, twice = (
        _learned(lessons, features, replace(settings, **each)) for each in ({}, {"large": 60}, {"batch": 8})
    )
    assert np.array_equal(large.weights, twice.weights)
    assert not np.array_equal(large.weights, usual.weights)


def test_what_is_as_good_as_impossible_is_not_kept_but_for_the_likeliest() -> None:
    told = np.array([[0.7, 0.3, 0.000_001], [0.2, 0.2, 0.6], [0.0, 0.0, 0.0]], np.float32)
    places, likely = left_out._likeliest(told)
    assert places == [[0, 1], [2, 0, 1], [0]]
    assert likely[0] == pytest.approx([0.7, 0.3])


def test_a_picture_is_judged_only_if_its_classes_are_known_without_its_fold() -> None:
    rows = [example(f"cat {n}", "cat") for n in range(6)] + [example(f"dog {n}", "dog") for n in range(3)]
    groups = [(f"cat {n}",) for n in range(6)] + [tuple(f"dog {n}" for n in range(3))]
    lessons = make_lessons(rows, [], groups)
    assert left_out.judged_rows(lessons).tolist() == list(range(6))
    alone = make_lessons(rows[:6], [], groups)
    assert left_out.judged_rows(alone).tolist() == []


def _epoch(number: int, lessons, right: np.ndarray) -> EpochHeads:
    """Heads that answer rightly to some of one-hot features of the pictures."""
    weights = np.zeros((FOLDS + 1, len(right), 2), np.float32)
    truth = lessons.targets.argmax(1)
    weights[:, np.arange(len(right)), np.where(right, truth, 1 - truth)] = 1
    return EpochHeads(number, Heads(weights, np.zeros((FOLDS + 1, 2), np.float32)), 0.5)


def test_the_last_epoch_is_kept_that_is_no_worse_than_the_best_by_more_than_chance() -> None:
    lessons = lessons_of(2, 50)
    choice = EpochChoice(np.eye(100, dtype=np.float32), lessons, FOLDS)
    shares = {1: 0.5, 2: 0.90, 3: 0.92, 4: 0.90, 5: 0.70}
    for number, share in shares.items():
        told = choice.see(_epoch(number, lessons, np.arange(100) % 50 < 50 * share))
        assert told.accuracy.share == pytest.approx(share)
    chosen = choice.chosen()
    assert chosen.best == 4
    assert [each.number for each in chosen.epochs] == [1, 2, 3, 4, 5]
    assert chosen.turns.weights.shape == (FOLDS, 100, 2)


def test_no_picture_has_a_part_in_choosing_the_epoch_that_it_is_judged_by() -> None:
    lessons = lessons_of(2, 50)
    own = lessons.folds == 1
    choice = EpochChoice(np.eye(100, dtype=np.float32), lessons, FOLDS)
    choice.see(_epoch(1, lessons, ~own))  # good for the others, and bad for these
    choice.see(_epoch(2, lessons, own))
    turns = choice.chosen().turns
    told = turns.left_out_logits(np.eye(100, dtype=np.float32), lessons.folds)
    assert (told[own].argmax(1) != lessons.targets[own].argmax(1)).all()


def test_the_mirror_image_pays_only_where_it_mends_more_than_chance_would() -> None:
    plain = np.zeros(100, np.float32)
    some, many = plain.copy(), plain.copy()
    some[:2], many[:10] = 1, 1
    assert not left_out.pays(plain, some)
    assert left_out.pays(plain, many)
    assert not left_out.pays(many, plain)


def test_the_loss_of_a_sure_and_wrong_answer_is_great_and_finite() -> None:
    lessons = lessons_of(2, 1)
    told = np.array([[0.0, 1.0], [0.0, 1.0]], np.float32)
    found = losses(told, lessons.targets, lessons.said, lessons)
    assert found[0] > 10
    assert np.isfinite(found).all()
    assert found[1] == pytest.approx(0)

import numpy as np
import pytest

from svod_rcgn.classification.training.nearness import least_of, nearness_of, to_nearest
from svod_rcgn.geometry import unit_rows


def _by_hand(embeddings, shows, shootings, ceiling):
    """The left-out nearness, one picture after the other."""
    unit = unit_rows(np.minimum(embeddings, np.float32(ceiling)))
    found = []
    for row in range(len(unit)):
        rest = shootings != shootings[row]
        counts = shows[rest].sum(0)
        if not shows[row].any() or (counts[shows[row] > 0] == 0).any():
            found.append(np.nan)
            continue
        means = unit_rows((shows[rest].T @ unit[rest])[counts > 0])
        found.append(float((means @ unit[row]).max()))
    return found


@pytest.mark.parametrize("together", [1, 3])
def test_a_picture_is_held_against_means_without_its_own_shooting(together: int) -> None:
    chance = np.random.default_rng(0)
    embeddings = chance.uniform(0, 4, (60, 10)).astype(np.float32)
    shows = np.eye(3, dtype=np.float32)[chance.integers(0, 3, 60)]
    shows[:6, 1] = 1  # some show two
    shows[10] = 0  # and one shows none
    shootings = np.arange(60) // together
    found = nearness_of(embeddings, shows, shootings)
    np.testing.assert_allclose(
        found.left_out, _by_hand(embeddings, shows, shootings, found.ceiling), atol=1e-4
    )


def test_near_doubles_of_one_shooting_do_not_vouch_for_each_other() -> None:
    chance = np.random.default_rng(1)
    embeddings = chance.uniform(0, 4, (8, 30)).astype(np.float32)
    doubled = np.repeat(embeddings, 5, 0)
    shows = np.ones((40, 1), np.float32)
    together = nearness_of(doubled, shows, np.arange(40) // 5).left_out
    apart = nearness_of(doubled, shows, np.arange(40)).left_out
    single = nearness_of(embeddings, shows[:8], np.arange(8)).left_out
    np.testing.assert_allclose(together[::5], single, atol=1e-3)
    assert apart.mean() > together.mean() + 0.02


def test_a_class_of_one_shooting_says_nothing_of_its_own_pictures() -> None:
    chance = np.random.default_rng(2)
    embeddings = chance.uniform(0, 4, (8, 10)).astype(np.float32)
    shows = np.repeat(np.eye(2, dtype=np.float32), 4, 0)
    found = nearness_of(embeddings, shows, np.array([0, 1, 2, 3, 4, 4, 4, 4])).left_out
    assert np.isfinite(found[:4]).all()
    assert np.isnan(found[4:]).all()
    assert least_of(found[4:]) is None


def test_the_limit_refuses_one_in_twenty() -> None:
    values = np.linspace(0, 1, 1001, dtype=np.float32)
    assert least_of(values) == pytest.approx(0.05, abs=1e-4)
    assert (values >= least_of(values)).mean() >= 0.95


def test_what_is_large_in_a_strangers_embedding_does_not_bring_it_near() -> None:
    embeddings = np.ones((40, 100), np.float32)
    embeddings[:, 0] = 30
    known = nearness_of(embeddings, np.ones((40, 1), np.float32), np.arange(40))
    stranger = np.zeros((1, 100), np.float32)
    stranger[0, 0] = 30
    assert known.ceiling == pytest.approx(1)
    assert to_nearest(stranger, known)[0] < 0.2
    assert to_nearest(embeddings[:1], known)[0] == pytest.approx(1)

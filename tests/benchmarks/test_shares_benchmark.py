import numpy as np
import pytest

from benchmarks import shares
from benchmarks.embeddings import Embedded
from tests.faces.galleries import directions, pictures_of

LABELS = np.repeat(np.arange(8), 4)


def test_a_network_that_knows_persons_is_told_from_one_that_does_not():
    knows = np.concatenate([pictures_of(person, 4, seed=n) for n, person in enumerate(directions(8))])
    guesses = np.random.default_rng(0).normal(size=knows.shape).astype(np.float32)
    guesses /= np.linalg.norm(guesses, axis=1, keepdims=True)
    one, other = (Embedded(name, rows, rows) for name, rows in (("one", knows), ("other", guesses)))
    told = shares.compare(one, other, LABELS, alike=False)
    assert told[0.0].known[0] == 1
    assert told[1.0].known[0] < 0.5
    assert told[0.0].apart > told[0.5].apart > told[1.0].apart


def test_persons_count_alike_and_a_picture_is_not_known_by_itself():
    labels = np.array([0, 0, 0, 1, 1])
    cosines = np.zeros((5, 5), np.float32)
    cosines[:3, :3] = 1
    np.fill_diagonal(cosines, 1)
    assert shares.tell(cosines, labels, alike=False).known == pytest.approx((0.5, 0.5, 0.5))
    assert shares.tell(cosines, labels, alike=True).known[0] == pytest.approx(0.75)

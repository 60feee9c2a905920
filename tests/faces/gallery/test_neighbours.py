import sys

import numpy as np
import pytest

from svod_rcgn.faces.gallery import neighbours
from svod_rcgn.faces.gallery.neighbours import Shortlist, class_means, class_sums, rows_by_class
from svod_rcgn.geometry import unit_rows


def vectors(count, seed=0):
    return unit_rows(np.random.default_rng(seed).normal(size=(count, 128)).astype(np.float32))


@pytest.fixture(params=["matrices", "index", "no faiss"])
def shortlist(request, monkeypatch):
    """A shortlist of 3,000 rows, made in each way that there is."""
    monkeypatch.setattr(neighbours, "INDEX_FROM", 10_000 if request.param == "matrices" else 1)
    if request.param == "index":
        pytest.importorskip("faiss")
    if request.param == "no faiss":
        monkeypatch.setitem(sys.modules, "faiss", None)
    return Shortlist(vectors(3000))


def test_the_rows_most_like_a_vector_are_on_its_shortlist(shortlist):
    asked = vectors(200, seed=1)
    best_two = np.argsort(asked @ vectors(3000).T, axis=1)[:, -2:]
    for found, best in zip(shortlist.search(asked, 32), best_two, strict=True):
        assert len(set(found.tolist())) == 32
        assert set(best.tolist()) <= set(found.tolist())


def test_a_mean_of_vectors_is_looked_for_whatever_its_length(shortlist):
    row = vectors(3000)[[7]]
    assert 7 in shortlist.search(0.3 * row, 1)[0]


def test_a_shortlist_is_no_longer_than_the_rows_are_many():
    assert sorted(Shortlist(vectors(3)).search(vectors(1, seed=1), 64)[0].tolist()) == [0, 1, 2]


def test_whether_there_is_an_index_is_told(monkeypatch, caplog):
    monkeypatch.setattr(neighbours, "INDEX_FROM", 1)
    monkeypatch.setitem(sys.modules, "faiss", None)
    with caplog.at_level("INFO"):
        Shortlist(vectors(10))
    assert "10 persons: compared without an index, as faiss is not installed" in caplog.text


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_means_and_rows_of_classes_come_in_their_order_however_the_rows_lie(monkeypatch, kind):
    monkeypatch.setattr(neighbours, "_BLOCK", 7)  # classes straddle the blocks
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(5), [1, 2, 30, 4, 3]))
    rows = vectors(40).astype(kind)
    sums = np.stack([rows[labels == label].astype(np.float32).sum(axis=0) for label in range(5)])
    np.testing.assert_allclose(class_sums(rows, labels, 5), sums, atol=1e-5)
    np.testing.assert_allclose(class_means(rows, labels, 5), unit_rows(sums), atol=1e-5)
    for label, own in enumerate(rows_by_class(labels)):
        assert own.tolist() == np.flatnonzero(labels == label).tolist()

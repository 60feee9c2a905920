"""Very many people are judged as few are, but for the SVM."""

import numpy as np
import pytest

from svod_rcgn.faces.gallery import neighbours
from svod_rcgn.faces.gallery.identify import ExactScorer, ShortlistScorer, scorer_of
from svod_rcgn.faces.training.train import _no_classifier
from svod_rcgn.geometry import unit_rows
from tests.faces.galleries import LENGTH, taught

PERSONS = 200


@pytest.fixture(params=["matrices", "index"], autouse=True)
def _search(request, monkeypatch):
    if request.param == "index":
        pytest.importorskip("faiss")
        monkeypatch.setattr(neighbours, "INDEX_FROM", 1)


def crowd(spread=0.07):
    """Pictures of people who are somewhat alike, one to four of each, and their labels."""
    chance = np.random.default_rng(0)
    labels = np.repeat(np.arange(PERSONS), np.resize([3, 1, 4, 2], PERSONS))
    people = unit_rows(chance.normal(size=(PERSONS, LENGTH)).astype(np.float32))
    return unit_rows(
        people[labels] + chance.normal(scale=spread, size=(len(labels), LENGTH)).astype(np.float32)
    ), labels


def exhaustive(embeddings, labels):
    return ExactScorer(embeddings, labels, _no_classifier(embeddings, labels))


def assert_same(one, other):
    assert one.nearest.tolist() == other.nearest.tolist()
    assert one.clear(0.05).tolist() == other.clear(0.05).tolist()
    for field in ("likeness", "cosine", "lead"):
        np.testing.assert_allclose(getattr(one, field), getattr(other, field), atol=1e-5)


def test_known_faces_and_strangers_are_judged_as_by_a_search_through_everything():
    embeddings, labels = crowd()
    strangers = unit_rows(np.random.default_rng(1).normal(size=(100, LENGTH)).astype(np.float32))
    asked = np.concatenate([crowd(spread=0.1)[0][::3], strangers])
    found = ShortlistScorer(embeddings, labels).judge(asked)
    assert_same(found, exhaustive(embeddings, labels).judge(asked))
    assert found.clear(0.05)[:100].any()


def test_half_precision_hardly_changes_what_is_said():
    embeddings, labels = crowd()
    asked = crowd(spread=0.1)[0]
    whole, half = (
        ShortlistScorer(kind, labels).judge(asked) for kind in (embeddings, embeddings.astype(np.float16))
    )
    assert whole.nearest.tolist() == half.nearest.tolist()
    np.testing.assert_allclose(whole.likeness, half.likeness, atol=1e-3)


@pytest.mark.parametrize("row", [0, 3, 5, 100, 499])
def test_a_picture_is_asked_about_as_if_its_person_had_not_been_taught(row):
    embeddings, labels = crowd()
    others = labels != labels[row]
    present, relabelled = np.unique(labels[others], return_inverse=True)
    expected = exhaustive(embeddings[others], relabelled).judge(embeddings[[row]])
    found = ShortlistScorer(embeddings, labels).judge_as_strangers(np.array([row]))
    assert found.nearest.tolist() == present[expected.nearest].tolist()
    assert found.neighbour.tolist() == present[expected.neighbour].tolist()
    np.testing.assert_allclose([found.likeness, found.lead], [expected.likeness, expected.lead], atol=1e-5)


@pytest.mark.parametrize("row", [0, 2, 5, 100, 499])
def test_a_picture_is_asked_about_as_if_it_had_not_been_taught(row):
    embeddings, labels = crowd()
    assert (labels == labels[row]).sum() > 1
    others = np.arange(len(labels)) != row
    expected = exhaustive(embeddings[others], labels[others]).judge(embeddings[[row]])
    assert_same(ShortlistScorer(embeddings, labels).judge_as_new(np.array([row])), expected)


def test_a_set_is_judged_in_the_way_that_it_was_trained_for(monkeypatch):
    assert isinstance(scorer_of(taught(2, 2)), ExactScorer)
    monkeypatch.setattr("svod_rcgn.faces.training.train.MOST_KNN_PERSONS", 1)
    assert isinstance(scorer_of(taught(2, 2)), ShortlistScorer)

from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.entities import Decision
from svod_rcgn.geometry import unit_rows
from svod_rcgn.stages.classification import FaceClassifier
from tests.galleries import LENGTH, directions, pictures_of, taught


def test_new_pictures_of_known_people_are_named():
    classifier = FaceClassifier(taught(3, 2, 5))
    for n, person in enumerate(directions(3)):
        matches = classifier.classify(pictures_of(person, 5, seed=100 + n))
        assert [match.name for match in matches] == [f"A {chr(97 + n)}"] * 5
        assert all(0.5 < match.score <= 1 for match in matches)


def test_strangers_are_nobody_whatever_person_is_nearest():
    strangers = directions(30)[10:]
    for match in FaceClassifier(taught(3, 2, 5)).classify(strangers):
        assert match.name is None
        assert match.score < 0.5
        assert match.nearest in {"A a", "A b", "A c"}


def test_one_person_alone_with_one_picture_is_named_and_a_stranger_is_not():
    classifier = FaceClassifier(taught(1))
    person, stranger = directions(2)
    mine, other = classifier.classify(np.stack([pictures_of(person, 1, seed=5)[0], stranger]))
    assert mine.name == "A a"
    assert other.name is None


class Says:
    """A judge that has made up its mind."""

    def __init__(self, label):
        self._label = label

    def predict(self, embeddings):
        return np.full(len(embeddings), self._label)


@pytest.mark.parametrize(("svm", "knn", "name"), [(0, 0, "A a"), (1, 0, None), (0, 1, None)])
def test_judges_that_disagree_lead_to_unknown_rather_than_a_coin_toss(svm, knn, name):
    faces = pictures_of(directions(2)[0], 3, seed=7)
    split = replace(taught(3, 3), svm=Says(svm), knn=Says(knn))
    assert {match.name for match in FaceClassifier(split).classify(faces)} == {name}


def test_many_pictures_of_one_person_do_not_pull_the_names_of_others():
    classifier = FaceClassifier(taught(50, 2))
    few = pictures_of(directions(2)[1], 40, spread=0.1, seed=9)
    assert [match.name for match in classifier.classify(few)] == ["A b"] * 40


def test_the_limit_decides_and_the_score_is_one_half_at_the_midpoint():
    person = directions(1)[0]
    other = directions(2)[1]
    cosine = 0.6
    face = unit_rows((cosine * person + np.sqrt(1 - cosine**2) * other)[None])
    base = replace(taught(1), embeddings=person[None], labels=np.array([0]))
    for limit, name in ((0.59, "A a"), (0.61, None)):
        decided = replace(base, decision=Decision(limit=limit, midpoint=cosine, slope=20))
        (match,) = FaceClassifier(decided).classify(face)
        assert match.name == name
        assert match.score == pytest.approx(0.5, abs=0.01)
        assert match.cosine == pytest.approx(cosine, abs=1e-5)


def test_no_faces_give_no_matches():
    assert FaceClassifier(taught(2)).classify(np.zeros((0, LENGTH), np.float32)) == ()


def test_people_carry_their_fields():
    assert FaceClassifier(taught(1, 1, position="guard")).people["A b"] == {"position": "guard"}

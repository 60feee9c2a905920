from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.faces.gallery.identify import FaceIdentifier
from svod_rcgn.faces.records import Decision, Evidence
from svod_rcgn.faces.training.train import train
from svod_rcgn.geometry import unit_rows
from tests.faces.galleries import directions, pictures_of, taught


def decision(limit, midpoint=0.5, slope=20.0, gap=0.05, track_limit=None):
    return Decision(limit, limit if track_limit is None else track_limit, gap, midpoint, slope, 0.01, False)


def classify(classifiers, embeddings):
    return FaceIdentifier(classifiers).identify([Evidence(embedding) for embedding in embeddings])


def test_new_pictures_of_known_people_are_named():
    for n, person in enumerate(directions(3)):
        matches = classify(taught(3, 2, 5), pictures_of(person, 5, seed=100 + n))
        assert [match.name for match in matches] == [f"A {chr(97 + n)}"] * 5
        assert all(0.5 < match.score <= 1 for match in matches)


def test_strangers_are_nobody_whatever_person_is_nearest():
    for match in classify(taught(3, 2, 5), directions(30)[10:]):
        assert match.name is None
        assert match.score < 0.5
        assert match.nearest in {"A a", "A b", "A c"}


def test_one_person_alone_with_one_picture_is_named_and_a_stranger_is_not():
    person, stranger = directions(2)
    mine, other = classify(taught(1), [pictures_of(person, 1, seed=5)[0], stranger])
    assert mine.name == "A a"
    assert other.name is None


def test_a_face_whose_nearest_picture_is_somebody_elses_is_unknown():
    one, other = directions(2)
    face = pictures_of(one, 1, seed=7)[0]
    (named,) = classify(taught(3, 3), [face])
    assert named.name == "A a"
    base = taught(3, 3)
    embeddings = base.embeddings.copy()
    embeddings[3] = unit_rows((face + 0.01 * other)[None])[0]  # a picture of the second person
    assert base.labels[3] == 1
    (split,) = classify(replace(base, embeddings=embeddings), [face])
    assert split.name is None


def test_a_face_between_two_people_is_unknown_rather_than_a_coin_toss():
    one, other = directions(2)
    twins = train(taught(1, 1).persons, np.stack([one, other]), np.arange(2)).classifiers
    lenient = replace(twins, decision=decision(0.1))
    faces = unit_rows(np.stack([one + 0.99 * other, one + 0.5 * other]))
    assert [match.name for match in classify(lenient, faces)] == [None, "A a"]


def test_many_pictures_of_one_person_do_not_pull_the_names_of_others():
    few = pictures_of(directions(2)[1], 40, spread=0.1, seed=9)
    assert [match.name for match in classify(taught(50, 2), few)] == ["A b"] * 40


@pytest.fixture
def alone():
    """A gallery of one picture, and a face at cosine 0.6 to it."""
    person, other = directions(2)
    base = replace(taught(1), embeddings=person[None], labels=np.array([0]))
    return base, unit_rows((0.6 * person + 0.8 * other)[None])[0]


@pytest.mark.parametrize(("limit", "name"), [(0.59, "A a"), (0.61, None)])
def test_the_limit_decides_and_the_score_is_one_half_at_the_midpoint(alone, limit, name):
    base, face = alone
    (match,) = classify(replace(base, decision=decision(limit, midpoint=0.6)), [face])
    assert match.name == name
    assert match.score == pytest.approx(0.5, abs=0.01)
    assert match.cosine == pytest.approx(0.6, abs=1e-5)


@pytest.mark.parametrize(
    ("frames", "held", "name"),
    [(1, None, None), (4, None, "A a"), (0.25, None, None), (2, None, None), (2, "A a", "A a")],
)
def test_many_frames_need_less_than_one_poor_frames_more_and_a_name_held_stays(alone, frames, held, name):
    base, face = alone
    classifier = FaceIdentifier(replace(base, decision=decision(0.7, track_limit=0.55)))
    (match,) = classifier.identify([Evidence(face, frames, held)])
    assert match.name == name


def test_no_faces_give_no_matches():
    assert FaceIdentifier(taught(2)).identify([]) == ()


def test_people_carry_their_fields():
    assert FaceIdentifier(taught(1, 1, position="guard")).people["A b"] == {"position": "guard"}

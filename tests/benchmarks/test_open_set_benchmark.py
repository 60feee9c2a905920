import numpy as np
import pytest

from benchmarks import open_set
from tests.faces.galleries import directions, pictures_of


@pytest.fixture(scope="module")
def people():
    rows = [pictures_of(person, 4, seed=n) for n, person in enumerate(directions(6))]
    mirrored = [pictures_of(person, 4, seed=n + 90) for n, person in enumerate(directions(6))]
    labels = np.repeat(np.arange(6), 4)
    return open_set.People(np.concatenate(rows), np.concatenate(mirrored), labels, open_set.MIRROR)


def test_a_draw_never_asks_about_what_it_taught_and_never_teaches_a_stranger(people):
    for seed in range(20):
        draw = open_set.divide(people.labels, np.random.default_rng(seed))
        assert sorted([*draw.enrolled, *draw.known, *draw.strangers]) == list(range(24))
        assert set(people.labels[draw.known]) == set(people.labels[draw.enrolled])
        assert not set(people.labels[draw.enrolled]) & set(people.labels[draw.strangers])
        assert (len(draw.enrolled), len(draw.known), len(draw.strangers)) == (6, 6, 12)


def test_the_three_ways_of_enrolment_differ(people):
    rows = np.array([0, 1, 4])
    plain, mirror, more = (
        open_set.enrol(people, rows, open_set.TEACHINGS[name][0])
        for name in (open_set.PLAIN, open_set.MIRROR, open_set.ROWS)
    )
    assert np.array_equal(plain.rows, people.embeddings[rows])
    assert not np.allclose(mirror.rows, plain.rows, atol=1e-3)
    assert more.rows.shape[0] == 6
    assert more.labels.tolist() == [0, 0, 1, 0, 0, 1]


def test_people_who_are_nothing_alike_are_named_and_strangers_are_not(people):
    divisions = [open_set.divide(people.labels, np.random.default_rng(n)) for n in range(2)]
    for right, false in open_set.as_built(people, divisions, open_set.PLAIN).values():
        assert (right, false) == (1.0, 0.0)
    answers = open_set.mixtures(people, divisions, open_set.PLAIN)
    assert set(answers) == set(open_set.MIXTURES)
    assert all(each.named_at(0.05) == 1.0 for each in answers.values())


def test_the_share_named_is_taken_where_the_wished_share_of_strangers_is_named():
    answers = open_set.Answers(
        np.array([0.2, 0.6, 0.9, 0.95]), np.array([True, True, False, True]), np.linspace(0, 1, 101)[:100]
    )
    assert answers.named_at(0.5) == 0.5
    assert answers.named_at(0.0) == 0.0


@pytest.mark.weights
def test_the_network_is_asked_without_the_mirror_of_its_card(demo_dir, embedding_dir, detection_dir):
    people = open_set.read((demo_dir / "faces",), embedding_dir, detection_dir)
    cosines = (people.embeddings * people.mirrored).sum(1)
    assert (cosines < 0.999).all()

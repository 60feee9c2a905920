import numpy as np

from svod_rcgn.faces.strangers.reidentify import StrangerBook
from svod_rcgn.records import Box
from tests.faces.galleries import directions
from tests.fakes import person, sighting, stranger

ANN, BEN = directions(2)


def _face(track, embedding=None, name=None, worth=0.5, score=0.9):
    return sighting(name, score=score, worth=worth, track=track, embedding=embedding)


def _numbers(seen):
    return [subject.number for subject in seen]


def _book():
    return StrangerBook(likeness=0.5, memory=30.0)


def test_a_track_without_a_name_is_one_stranger():
    book = _book()
    assert [_numbers(book.identify(time, [_face(4, ANN)])) for time in range(3)] == [[1]] * 3


def test_a_stranger_who_is_lost_and_found_again_keeps_the_number():
    book = _book()
    book.identify(0, [_face(4, ANN)])
    assert _numbers(book.identify(20, [_face(9, ANN)])) == [1]
    assert _numbers(book.identify(21, [_face(10, BEN)])) == [3]  # 2 was the first guess of track 9


def test_a_found_stranger_is_recognised_once_the_face_is_good():
    book = _book()
    book.identify(0, [_face(4, ANN)])
    assert _numbers(book.identify(5, [_face(9)])) == [2]
    assert _numbers(book.identify(6, [_face(9, BEN, worth=0.1)])) == [2]
    assert _numbers(book.identify(7, [_face(9, ANN, worth=0.9)])) == [1]


def test_two_who_look_alike_in_one_picture_are_two():
    book = _book()
    assert set(_numbers(book.identify(0, [_face(4, ANN), _face(5, ANN)]))) == {1, 2}
    assert set(_numbers(book.identify(1, [_face(4, ANN), _face(5, ANN, worth=0.9)]))) == {1, 2}


def test_a_stranger_is_forgotten_after_the_absence():
    book = _book()
    book.identify(0, [_face(4, ANN)])
    assert _numbers(book.identify(31, [_face(9, ANN)])) == [2]


def test_a_clock_that_is_set_back_forgets():
    book = _book()
    book.identify(1000, [_face(4, ANN)])
    assert _numbers(book.identify(500, [_face(9, ANN)])) == [2]


def test_a_track_that_gets_a_name_is_no_stranger_before_or_after():
    book = _book()
    book.identify(0, [_face(4, ANN)])
    assert list(book.identify(1, [_face(4, ANN, name="Ann")])) == [person("Ann")]
    assert book.withdrawn() == (stranger(1),)
    assert book.withdrawn() == ()
    assert book.identify(2, [_face(4, ANN)]) == {}


def test_all_tracks_of_an_unmasked_stranger_go():
    book = _book()
    book.identify(0, [_face(4, ANN)])
    book.identify(1, [_face(5, ANN)])
    book.identify(2, [_face(5, ANN, name="Ann")])
    assert book.withdrawn() == (stranger(1),)
    assert _numbers(book.identify(3, [_face(4, BEN)])) == [3]


def test_a_face_without_name_and_track_is_nobody():
    assert _book().identify(0, [_face(None, ANN)]) == {}


def test_a_person_seen_twice_is_one_with_the_better_face():
    better = _face(2, name="Ann", score=0.8)
    seen = _book().identify(0, [_face(1, name="Ann", score=0.6), better, _face(None, name="Ben")])
    assert seen[person("Ann")] is better
    assert set(seen) == {person("Ann"), person("Ben")}


def test_a_stranger_from_before_is_known_by_the_embedding():
    book = _book()
    book.remember(stranger(5), ANN, last=100.0)
    assert _numbers(book.identify(110, [_face(1, ANN)])) == [5]
    assert _numbers(book.identify(111, [_face(2, BEN)])) == [7]


def test_after_tracks_begin_anew_their_numbers_mean_nothing():
    book = _book()
    book.identify(0, [_face(1, name="Ann"), _face(2, ANN)])
    book.lose_tracks()
    assert _numbers(book.identify(1, [_face(1, BEN)])) == [2]
    assert _numbers(book.identify(2, [_face(2, ANN)])) == [1]


def test_the_embedding_is_that_of_the_best_face():
    book = _book()
    book.identify(0, [_face(4, BEN, worth=0.2)])
    book.identify(1, [_face(4, ANN, worth=0.8)])
    book.identify(2, [_face(4, BEN, worth=0.5)])
    assert np.array_equal(book.embedding(stranger(1)), ANN)
    assert book.embedding(stranger(2)) is None


def test_the_box_may_be_anywhere():
    seen = _book().identify(0, [sighting(None, Box(-5, -5, 3, 3), track=1)])
    assert _numbers(seen) == [1]


def test_all_tracks_of_a_stranger_who_was_met_before_go_along():
    book = _book()
    book.identify(0, [_face(1, ANN)])
    book.identify(1, [_face(2, BEN, worth=0.1), _face(1, ANN)])
    book.identify(2, [_face(3, BEN, worth=0.2)])  # the second stranger, on a further track
    assert _numbers(book.identify(3, [_face(3, ANN, worth=0.9)])) == [1]
    assert _numbers(book.identify(4, [_face(2, BEN, worth=0.1)])) == [1]


def test_a_stranger_who_was_announced_keeps_the_number():
    book = _book()
    book.identify(0, [_face(1, ANN)])
    book.identify(1, [_face(2, BEN, worth=0.1)])
    assert _numbers(book.identify(2, [_face(2, ANN, worth=0.9)], visiting={stranger(2)})) == [2]

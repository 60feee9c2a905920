import pytest

from svod_rcgn.events.subjects import TrackBook
from svod_rcgn.records import Observation, Subject


def _seen(label, track=None, score=0.9):
    return Observation(kind="object", label=label, score=score, track=track)


def _subjects(book, *observations):
    return set(book.identify(0.0, observations, ()))


def _car(number=None):
    return Subject("object", "car", number)


def test_a_thing_is_known_by_its_label_and_track_and_by_its_label_where_it_has_none():
    book = TrackBook()
    assert _subjects(book, _seen("car", 12), _seen("car", 3), _seen("fire")) == {
        _car(12), _car(3), Subject("object", "fire"),
    }  # fmt: skip


def test_what_has_no_label_is_left_out():
    assert _subjects(TrackBook(), _seen(None, 1)) == set()


def test_of_several_observations_the_surest_counts():
    poor, sure = _seen("fire", score=0.4), _seen("fire", score=0.8)
    for order in ((poor, sure), (sure, poor)):
        assert list(TrackBook().identify(0.0, order, ()).values()) == [sure]


@pytest.mark.parametrize("first", [0, 1])
def test_where_tracks_begin_anew_no_two_things_get_the_same_number(first):
    book = TrackBook()
    book.lose_tracks()
    tracks = range(first, first + 3)
    before = _subjects(book, *(_seen("car", track) for track in tracks))
    assert before == {_car(track) for track in tracks}
    book.lose_tracks()
    after = _subjects(book, *(_seen("car", track) for track in tracks))
    assert len(after) == 3
    assert not before & after


@pytest.mark.parametrize("first", [0, 1])
def test_a_thing_of_an_earlier_process_shares_its_number_with_nothing(first):
    book = TrackBook()
    for number in (0, 7, None):
        book.remember(_car(number), None, last=0.0)
    book.lose_tracks()
    assert not _subjects(book, *(_seen("car", first + step) for step in range(9))) & {_car(0), _car(7)}


def test_an_earlier_thing_without_a_number_moves_no_numbers():
    book = TrackBook()
    book.remember(Subject("object", "fire"), None, last=0.0)
    assert _subjects(book, _seen("car", 12)) == {_car(12)}

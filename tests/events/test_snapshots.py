from dataclasses import replace

from svod_rcgn.events.snapshots import SIZE, Snapshots
from svod_rcgn.records import Box, Frame
from tests.fakes import BLUE, GREY, RED, picture, sighting

MIDDLE = Box(20, 12, 44, 36)


def _sighting(who, worth):
    sharp = sighting(who, MIDDLE)
    return replace(sharp, face=replace(sharp.face, score=worth))


def _look(snapshots, time, colour, **seen):
    frame = Frame(picture(colour), 0, time, "film")
    snapshots.look(frame, {who: _sighting(who, worth) for who, worth in seen.items()})


def test_the_best_picture_is_kept():
    snapshots = Snapshots(30)
    for time, (colour, worth) in enumerate([(RED, 0.5), (BLUE, 0.8), (GREY, 0.2)]):
        _look(snapshots, time, colour, Ann=worth)
    image, worth = snapshots.of("Ann")
    assert image.shape == (SIZE, SIZE, 3)
    assert (image == BLUE).all()
    assert worth == 0.8


def test_each_has_a_picture_and_others_have_none():
    snapshots = Snapshots(30)
    _look(snapshots, 0, RED, Ann=0.5, Ben=0.5)
    assert snapshots.of("Ben") is not None
    assert snapshots.of("Cy") is None


def test_who_is_away_for_too_long_is_let_go():
    snapshots = Snapshots(30)
    _look(snapshots, 0, RED, Ann=0.5)
    _look(snapshots, 20, RED)
    assert snapshots.of("Ann") is not None
    _look(snapshots, 31, RED)
    assert snapshots.of("Ann") is None


def test_who_stays_is_kept_however_long():
    snapshots = Snapshots(30)
    for time in range(0, 100, 20):
        _look(snapshots, time, RED, Ann=0.9 if time == 0 else 0.1)
    assert snapshots.of("Ann")[1] > 0.8

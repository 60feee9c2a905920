from svod_rcgn.events.snapshots import SIZE, Snapshots
from svod_rcgn.records import Box, Frame, Observation, Subject
from tests.fakes import BLUE, GREY, RED, person, picture, sighting

MIDDLE = Box(20, 12, 44, 36)


def _look(snapshots, time, colour, **seen):
    frame = Frame(picture(colour), 0, time, "film")
    subjects = {person(name): sighting(name, MIDDLE, worth=worth) for name, worth in seen.items()}
    snapshots.look(frame, subjects)


def test_the_best_picture_is_kept():
    snapshots = Snapshots(30)
    for time, (colour, worth) in enumerate([(RED, 0.5), (BLUE, 0.8), (GREY, 0.2)]):
        _look(snapshots, time, colour, Ann=worth)
    image, worth = snapshots.of(person("Ann"))
    assert image.shape == (SIZE, SIZE, 3)
    assert (image == BLUE).all()
    assert worth == 0.8


def test_each_has_a_picture_and_others_have_none():
    snapshots = Snapshots(30)
    _look(snapshots, 0, RED, Ann=0.5, Ben=0.5)
    assert snapshots.of(person("Ben")) is not None
    assert snapshots.of(person("Cy")) is None


def test_who_is_away_for_too_long_is_let_go():
    snapshots = Snapshots(30)
    _look(snapshots, 0, RED, Ann=0.5)
    _look(snapshots, 20, RED)
    assert snapshots.of(person("Ann")) is not None
    _look(snapshots, 31, RED)
    assert snapshots.of(person("Ann")) is None


def test_who_stays_is_kept_however_long():
    snapshots = Snapshots(30)
    for time in range(0, 100, 20):
        _look(snapshots, time, RED, Ann=0.9 if time == 0 else 0.1)
    assert snapshots.of(person("Ann"))[1] > 0.8


def test_the_whole_picture_is_kept_of_what_has_no_box():
    snapshots, subject = Snapshots(30), Subject("picture", "open")
    seen = Observation(kind="picture", label="open", score=0.9)
    snapshots.look(Frame(picture(RED, 640, 320), 0, 0.0, "film"), {subject: seen})
    image, _ = snapshots.of(subject)
    assert image.shape == (SIZE // 2, SIZE, 3)


def test_of_a_thing_the_part_of_the_frame_round_it_is_kept_with_its_shape():
    snapshots, subject = Snapshots(30), Subject("object", "car", 3)
    image = picture(GREY, 640, 480)
    image[300:480, 0:100] = RED
    seen = Observation(kind="object", label="car", score=0.9, box=Box(-20, 300, 100, 480), track=3)
    snapshots.look(Frame(image, 0, 0.0, "film"), {subject: seen})
    kept, _ = snapshots.of(subject)
    assert kept.shape == (480 - 273, 118, 3)
    assert (kept[27:, :100] == RED).all()
    assert (kept[:27] == GREY).all()
    image[:] = 0
    assert (kept[:27] == GREY).all()

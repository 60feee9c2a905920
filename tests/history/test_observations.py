"""What was seen: kept compactly, read back, forgotten in time, and forgotten of a person."""

from pathlib import Path

import pytest

from svod_rcgn.history.database import Database
from svod_rcgn.history.observations import ObservationRecorder, Observations, SeenFrame
from svod_rcgn.records import FACE, Box, Observation, Subject
from svod_rcgn.storage.sqlite import MEMORY

ADA, CAR = Subject(FACE, "Ada"), Subject("object", "car", 12)


def seen(subject: Subject, left: float = 10.0, **attributes: object) -> Observation:
    box = Box(left, 20, left + 30, 90)
    return Observation(
        kind=subject.kind,
        label=subject.label,
        score=0.812,
        box=box,
        track=subject.number,
        attributes=attributes,
    )


@pytest.fixture
def kept():
    database = Database(MEMORY)
    yield Observations(database)
    database.close()


def record(
    kept: Observations, seconds: float, *subjects: Subject, start: float = 1000.0, camera: str = "yard"
):
    recorder = ObservationRecorder(kept, camera)
    for step in range(round(15 * seconds)):
        time = start + step / 15
        recorder.take(SeenFrame(camera, time, 640, 360, {each: seen(each, 10 + step) for each in subjects}))
    recorder.flush()


def test_what_was_kept_is_read_as_it_was_seen(kept: Observations):
    record(kept, 3, ADA, CAR)
    frames = list(kept.frames(0))
    assert [round(frame.time - 1000, 1) for frame in frames[:3]] == [0, 0.2, 0.4]
    assert (frames[1].camera, frames[1].width, frames[1].height) == ("yard", 640, 360)
    assert frames[1].subjects.keys() == {ADA, CAR}
    car = frames[1].subjects[CAR]
    assert (car.kind, car.label, car.track, car.score) == ("object", "car", 12, 0.812)
    assert car.box == Box(13, 20, 43, 90)


def test_an_empty_scene_takes_next_to_nothing_and_its_first_moment_is_kept(kept: Observations):
    recorder = ObservationRecorder(kept, "yard")
    for step in range(15 * 200):
        there = {CAR: seen(CAR)} if step < 16 else {}
        recorder.take(SeenFrame("yard", step / 15, 640, 360, there))
    recorder.flush()
    times = [frame.time for frame in kept.frames(0)]
    assert 16 / 15 in [pytest.approx(time, abs=0.002) for time in times]
    assert len(times) < 100


def test_attributes_that_differ_in_the_last_digits_are_kept_once(kept: Observations):
    recorder = ObservationRecorder(kept, "yard")
    for step in range(10):
        about = {"state": "on" if step < 5 else "off", "brightness": 100.0 + step / 10}
        recorder.take(SeenFrame("yard", step * 0.2, 64, 36, {CAR: seen(CAR, **about)}))
    recorder.flush()
    states = [frame.subjects[CAR].attributes for frame in kept.frames(0)]
    assert [each["state"] for each in states] == ["on"] * 5 + ["off"] * 5
    assert {each["brightness"] for each in states} == {100.0, 100.5}


def test_only_the_time_that_is_asked_for_is_read_over_all_cameras(kept: Observations):
    record(kept, 30, CAR)
    record(kept, 30, ADA, camera="door")
    frames = list(kept.frames(1010, 1012))
    assert {frame.camera for frame in frames} == {"yard", "door"}
    assert all(1010 <= frame.time <= 1012 for frame in frames)
    for camera in ("yard", "door"):
        times = [frame.time for frame in frames if frame.camera == camera]
        assert times == sorted(times)


def test_what_is_too_old_and_what_is_too_much_goes(kept: Observations):
    record(kept, 30, CAR)
    record(kept, 30, CAR, start=2000.0)
    assert kept.forget_before(1500) == 3
    span = kept.span()
    assert span is not None
    assert span[0] == 2000
    bounded = Observations(kept._database, most_bytes=size_of(kept) - 1)
    assert bounded.forget_before(0) == 1
    assert size_of(kept) > 0
    assert next(iter(kept.frames(0))).time > 2009


def size_of(kept: Observations) -> int:
    (row,) = kept._database.rows("SELECT sum(length(body)) AS size FROM observations")
    return int(row["size"])


def test_a_person_is_taken_out_and_the_others_stay(kept: Observations):
    record(kept, 3, ADA, CAR)
    record(kept, 3, Subject(FACE, "Adam"), start=2000.0)
    assert kept.count(["Ada", "Eve"]) == [("Ada", 1)]
    assert kept.forget("Ada") == 1
    assert kept.count(["Ada"]) == []
    subjects = {subject for frame in kept.frames(0) for subject in frame.subjects}
    assert subjects == {CAR, Subject(FACE, "Adam")}


def test_a_person_gets_another_name(kept: Observations):
    record(kept, 3, ADA)
    assert kept.rename("Ada", "Eve") == 1
    assert kept.count(["Ada", "Eve"]) == [("Eve", 1)]
    assert {subject.label for frame in kept.frames(0) for subject in frame.subjects} == {"Eve"}


def test_a_damaged_block_holds_up_no_other(tmp_path: Path):
    database = Database(tmp_path / "events.db")
    kept = Observations(database)
    record(kept, 30, CAR)
    with database.transaction() as connection:
        connection.execute("UPDATE observations SET body = x'00' WHERE id = 1")
        connection.execute("UPDATE observations SET body = substr(body, 1, 40) WHERE id = 2")
    assert {frame.time >= 1020 for frame in kept.frames(0)} == {True}
    database.close()

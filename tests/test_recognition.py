"""The whole flow with the real networks, on pictures that it was not taught with."""

import json
from collections import Counter
from pathlib import Path

import pytest

from svod_rcgn import assembly, learning, pictures
from svod_rcgn.entities import Frame
from svod_rcgn.settings import Paths

pytestmark = pytest.mark.weights


def silently(items, title):
    return items


@pytest.fixture(scope="session")
def teach(tmp_path_factory, embedding_dir, detection_dir):
    """Learn a folder of people and give the pipeline that knows them."""
    made = {}

    def taught(input_dir: Path, *, still: bool = True):
        if (input_dir, still) not in made:
            folder = tmp_path_factory.mktemp(input_dir.name)
            paths = Paths(
                input_dir=input_dir,
                aligned_dir=folder / "aligned",
                classifiers_dir=folder / "classifiers",
                embedding_dir=embedding_dir,
                detection_dir=detection_dir,
            )
            learning.learn(paths, "CPU", silently)
            made[input_dir, still] = assembly.build_pipeline(
                embedding_dir, detection_dir, paths.classifiers_dir, "CPU", still=still
            )
        return made[input_dir, still]

    return taught


def named(pipeline, image, time=0.0) -> Counter:
    """How often each person is named on a picture, by the name of the folder."""
    sightings = pipeline.process(Frame(image, 0, time, "test"))
    return Counter(sighting.match.name.replace(" ", "_") for sighting in sightings if sighting.match.name)


def test_the_demo_names_who_was_taught_and_not_the_stranger(teach, demo_dir):
    pipeline = teach(demo_dir / "faces")
    assert named(pipeline, pictures.read_picture(demo_dir / "probes" / "obama3.jpg")) == {"Barack_Obama": 1}
    assert named(pipeline, pictures.read_picture(demo_dir / "probes" / "astronaut.png")) == {}


@pytest.mark.parametrize("size", [320, 640, 1280])
def test_a_face_is_found_where_it_is_at_any_size_of_the_picture(teach, demo_dir, size):
    import cv2

    portrait = pictures.read_picture(demo_dir / "probes" / "obama3.jpg")
    height = round(portrait.shape[0] * size / portrait.shape[1])
    image = cv2.resize(portrait, (size, height), interpolation=cv2.INTER_AREA)
    (sighting,) = teach(demo_dir / "faces").process(Frame(image, 0, 0.0, "test"))
    box, (left_eye, right_eye, nose, left_mouth, right_mouth) = sighting.face.box, sighting.face.landmarks
    assert box.left < left_eye[0] < nose[0] < right_eye[0] < box.right
    assert box.top < left_eye[1] < nose[1] < left_mouth[1] < box.bottom
    assert left_mouth[0] < right_mouth[0]


def expected(shared_dir, gallery) -> dict:
    return json.loads((shared_dir / "faces" / "truth.json").read_text())[gallery]


def outcome(pipeline, shared_dir, gallery) -> tuple[Counter, Counter]:
    """The names that were missed and those that were given falsely, over all probes of a gallery."""
    missed, false = Counter(), Counter()
    for probe, truth in expected(shared_dir, gallery).items():
        given = named(pipeline, pictures.read_picture(shared_dir / "faces" / "probes" / probe))
        there = Counter(truth["people"])
        missed += Counter({(probe, name): count for name, count in (there - given).items()})
        false += Counter({(probe, name): count for name, count in (given - there).items()})
    return missed, false


@pytest.mark.shared
@pytest.mark.parametrize("gallery", ["people", "bbt"])
def test_probes_are_named_rightly_and_no_stranger_is(teach, shared_dir, gallery):
    missed, false = outcome(teach(shared_dir / "faces" / gallery), shared_dir, gallery)
    assert not false
    assert missed.total() <= 1


@pytest.fixture(scope="module")
def clip_names(teach, shared_dir):
    """The names given in each frame of the clip, taught with one or two portraits a person."""
    import cv2

    film = cv2.VideoCapture(str(shared_dir / "clips" / "hamilton.mp4"))
    pipeline = teach(shared_dir / "faces" / "people", still=False)
    names = []
    while (answer := film.read())[0]:
        names.append(named(pipeline, answer[1], len(names) / 29.97))
    film.release()
    return names


@pytest.mark.shared
def test_nobody_is_named_who_is_not_in_the_shot(clip_names, shared_dir):
    for shot in json.loads((shared_dir / "clips" / "hamilton.json").read_text())["shots"]:
        first, last = shot["frames"]
        for given in clip_names[first : last + 1]:
            assert set(given) <= set(shot["people"])
            assert all(count == 1 for count in given.values())


@pytest.mark.shared
def test_each_person_is_named_in_the_share_of_frames_that_a_good_system_reaches(clip_names, shared_dir):
    for shot in json.loads((shared_dir / "clips" / "hamilton.json").read_text())["shots"]:
        first, last = shot["frames"]
        for person, share in shot["people"].items():
            given = [person in names for names in clip_names[first : last + 1]]
            assert sum(given) / len(given) >= share, (person, shot["frames"])

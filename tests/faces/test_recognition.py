"""The whole flow with the real networks, on pictures that it was not taught with."""

import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.faces import build, prepare
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.gallery.identify import FaceIdentifier
from svod_rcgn.faces.records import Evidence
from svod_rcgn.faces.settings import Paths
from svod_rcgn.geometry import crop
from svod_rcgn.records import Box, Frame
from svod_rcgn.storage import images
from tests.networks.fakes import load_embedder

pytestmark = pytest.mark.weights


def silently(items, title):
    return items


@pytest.fixture(scope="session")
def teach(tmp_path_factory, embedding_dir, detection_dir):
    """Learn a folder of people, once a session; gives the paths of what was learned."""
    made = {}

    def taught(input_dir: Path, network: Path = embedding_dir) -> Paths:
        key = input_dir, network
        if key not in made:
            folder = tmp_path_factory.mktemp(input_dir.name)
            made[key] = Paths(
                input_dir=input_dir,
                aligned_dir=folder / "aligned",
                classifiers_dir=folder / "classifiers",
                embedding_dir=network,
                detection_dir=detection_dir,
            )
            prepare.prepare(made[key], "CPU", silently)
        return made[key]

    return taught


def pipeline_of(paths, *, still=True):
    return build.build_analyzers(paths, "CPU").analyzer(still=still)


def named(pipeline, image, time=0.0) -> Counter:
    """How often each person is named on a picture, by the name of the folder."""
    sightings = pipeline.analyze(Frame(image, 0, time, "test"))
    return Counter(sighting.match.name.replace(" ", "_") for sighting in sightings if sighting.match.name)


@pytest.fixture(scope="module")
def demo(teach, demo_dir):
    return pipeline_of(teach(demo_dir / "faces"))


@pytest.fixture(scope="module")
def astronaut(demo_dir):
    return images.read_picture(demo_dir / "probes" / "astronaut.png")


def test_the_demo_names_who_was_taught_and_not_the_stranger(demo, demo_dir, astronaut):
    assert named(demo, images.read_picture(demo_dir / "probes" / "obama3.jpg")) == {"Barack_Obama": 1}
    assert named(demo, astronaut) == {}


@pytest.mark.parametrize("size", [320, 640, 1280])
def test_a_face_is_found_where_it_is_at_any_size_of_the_picture(demo, demo_dir, size):
    portrait = images.read_picture(demo_dir / "probes" / "obama3.jpg")
    height = round(portrait.shape[0] * size / portrait.shape[1])
    image = cv2.resize(portrait, (size, height), interpolation=cv2.INTER_AREA)
    (sighting,) = demo.analyze(Frame(image, 0, 0.0, "test"))
    box, (left_eye, right_eye, nose, left_mouth, right_mouth) = sighting.face.box, sighting.face.landmarks
    assert box.left < left_eye[0] < nose[0] < right_eye[0] < box.right
    assert box.top < left_eye[1] < nose[1] < left_mouth[1] < box.bottom
    assert left_mouth[0] < right_mouth[0]


def cartoon():
    image = np.full((480, 640, 3), 200, np.uint8)
    cv2.circle(image, (320, 240), 150, (120, 190, 250), -1)
    for x in (260, 380):
        cv2.circle(image, (x, 200), 25, (255, 255, 255), -1)
        cv2.circle(image, (x, 200), 10, (40, 20, 20), -1)
    cv2.ellipse(image, (320, 250), (15, 25), 0, 0, 360, (90, 150, 220), -1)
    cv2.ellipse(image, (320, 310), (60, 25), 0, 0, 180, (40, 40, 160), -1)
    return image


def noise():
    return np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)


def nothing():
    return np.full((480, 640, 3), 200, np.uint8)


@pytest.mark.parametrize("draw", [nothing, noise, cartoon])
def test_what_is_nobodys_face_is_not_named(demo, draw):
    assert named(demo, draw()) == {}


def test_a_statue_of_a_stranger_is_not_named(demo, astronaut):
    smooth = cv2.bilateralFilter(cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY), 15, 40, 15)
    stone = cv2.cvtColor(cv2.convertScaleAbs(smooth, alpha=0.5, beta=110), cv2.COLOR_GRAY2BGR)
    assert len(demo.analyze(Frame(stone, 0, 0.0, "test"))) == 1
    assert named(demo, stone) == {}


def test_a_thousand_random_crops_without_a_face_give_no_name(teach, demo_dir, astronaut):
    paths = teach(demo_dir / "faces")
    faceless = astronaut.copy()
    faceless[:260] = faceless[:-261:-1]  # the suit, upside down, where the head was
    generator = np.random.default_rng(0)
    corners, sides = generator.uniform(0, 400, (1000, 2)), generator.uniform(20, 200, 1000)
    boxes = [Box(x, y, x + side, y + side) for (x, y), side in zip(corners, sides, strict=True)]
    embedder, model = load_embedder(paths.embedding_dir)
    embeddings = embedder.embed([crop(faceless, box, 160) for box in boxes])
    classifier = FaceIdentifier(store.load(paths.classifiers_dir, model))
    matches = classifier.identify([Evidence(row) for row in embeddings])
    assert [match for match in matches if match.name] == []


def outcome(pipeline, shared_dir, gallery) -> tuple[Counter, Counter]:
    """The names that were missed and those that were given falsely, over all probes of a gallery."""
    missed, false = Counter(), Counter()
    expected = json.loads((shared_dir / "faces" / "truth.json").read_text())[gallery]
    for probe, truth in expected.items():
        given = named(pipeline, images.read_picture(shared_dir / "faces" / "probes" / probe))
        there = Counter(truth["people"])
        missed += Counter({(probe, name): count for name, count in (there - given).items()})
        false += Counter({(probe, name): count for name, count in (given - there).items()})
    return missed, false


@pytest.mark.shared
def test_probes_are_named_rightly_and_no_stranger_is(teach, shared_dir):
    missed = Counter()
    for gallery in ("people", "bbt"):
        pipeline = pipeline_of(teach(shared_dir / "faces" / gallery))
        missed_here, false = outcome(pipeline, shared_dir, gallery)
        assert not false
        missed += missed_here
    assert missed.total() <= 1


def named_in_clip(paths, shared_dir):
    """The names given in each frame of the clip."""
    film = cv2.VideoCapture(str(shared_dir / "clips" / "hamilton.mp4"))
    pipeline = pipeline_of(paths, still=False)
    names = []
    while (answer := film.read())[0]:
        names.append(named(pipeline, answer[1], len(names) / 29.97))
    film.release()
    return names


@pytest.fixture(scope="module")
def clip_names(teach, shared_dir):
    """The same, taught with one or two portraits a person."""
    return named_in_clip(teach(shared_dir / "faces" / "people"), shared_dir)


@pytest.fixture(scope="module")
def shots(shared_dir):
    return json.loads((shared_dir / "clips" / "hamilton.json").read_text())["shots"]


@pytest.mark.shared
def test_nobody_is_named_who_is_not_in_the_shot(clip_names, shots):
    for shot in shots:
        first, last = shot["frames"]
        for given in clip_names[first : last + 1]:
            assert set(given) <= set(shot["people"])
            assert all(count == 1 for count in given.values())


@pytest.mark.shared
def test_each_person_is_named_in_the_share_of_frames_that_a_good_system_reaches(clip_names, shots):
    for shot in shots:
        first, last = shot["frames"]
        for person, share in shot["people"].items():
            assert share_of(person, clip_names[first : last + 1]) >= share, (person, shot["frames"])


def share_of(person, names) -> float:
    return sum(person in given for given in names) / len(names)


@pytest.mark.shared
def test_two_networks_together_reach_the_shares_of_the_clip_and_name_no_stranger(
    teach, shared_dir, shots, pair_dir, undrawn
):
    people, others = (
        teach(shared_dir / "faces" / gallery, network=pair_dir) for gallery in ("people", "bbt")
    )
    names = named_in_clip(people, shared_dir)
    for shot in shots:
        first, last = shot["frames"]
        assert {name for given in names[first : last + 1] for name in given} <= set(shot["people"])
        for person, share in shot["people"].items():
            assert share_of(person, names[first : last + 1]) >= share, (person, shot["frames"])
    for paths, gallery in ((people, "people"), (others, "bbt")):
        missed, false = outcome(pipeline_of(paths), shared_dir, gallery)
        assert not false
        assert missed.total() <= 1

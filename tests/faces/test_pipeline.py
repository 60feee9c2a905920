from dataclasses import replace

import pytest

from svod_rcgn.faces.records import Face
from svod_rcgn.records import Box, Frame, Image
from svod_rcgn.tracking.motion import MotionSettings
from tests.fakes import (
    BLACK,
    BLUE,
    BLUE_PERSON,
    FIELDS,
    GREY,
    RED,
    RED_PERSON,
    FakeDetector,
    face,
    fake_analyzers,
    fake_pipeline,
    picture,
)


class TwoFaces(FakeDetector):
    """A face in either half of the picture."""

    def detect(self, image: Image) -> tuple[Face, ...]:
        return face(Box(0, 0, 32, 48)), face(Box(32, 0, 64, 48))


@pytest.mark.parametrize(("colour", "name"), [(RED, RED_PERSON), (BLUE, BLUE_PERSON), (GREY, None)])
def test_a_face_comes_out_with_its_name(colour: tuple[int, int, int], name: str | None):
    (seen,) = fake_pipeline().analyze(Frame(picture(colour), 0, 0.0, "film"))
    assert seen.match.name == name
    assert (seen.face.box.left, seen.face.box.right) == (16, 48)


def test_a_frame_without_faces_gives_nothing():
    assert fake_pipeline().analyze(Frame(picture(BLACK), 0, 0.0, "film")) == ()


def test_each_face_keeps_its_own_answer():
    image = picture(RED)
    image[:, 32:] = BLUE
    pipeline = fake_pipeline(TwoFaces())
    names = [seen.match.name for seen in pipeline.analyze(Frame(image, 0, 0.0, "film"))]
    assert names == [RED_PERSON, BLUE_PERSON]


def test_what_is_known_of_a_person_comes_with_the_face():
    (seen,) = fake_pipeline().analyze(Frame(picture(RED), 0, 0.0, "film"))
    assert seen.attributes is FIELDS[RED_PERSON]


class RightHalf:
    """Blackens the right half of every picture."""

    fingerprint = "right half"

    def remove(self, image: Image) -> Image:
        cut = image.copy()
        cut[:, 32:] = 0
        return cut


class WhatIsSeen(FakeDetector):
    """A face in each half that is not black."""

    def detect(self, image: Image) -> tuple[Face, ...]:
        halves = Box(0, 0, 32, 48), Box(32, 0, 64, 48)
        return tuple(face(box) for box in halves if image[24, int(box.left) + 16].any())


def test_a_face_in_the_background_is_not_found_where_it_is_removed():
    frame = Frame(picture(RED), 0, 0.0, "film")
    analyzers = fake_analyzers(WhatIsSeen())
    assert len(analyzers.analyzer().analyze(frame)) == 2
    (seen,) = replace(analyzers, background=RightHalf()).analyzer().analyze(frame)
    assert (seen.face.box.left, seen.match.name) == (0, RED_PERSON)
    assert frame.image[0, 63].tolist() == list(RED)


class EverythingBlue:
    fingerprint = "blue"

    def remove(self, image: Image) -> Image:
        return picture(BLUE)


def test_what_is_cut_out_comes_from_the_picture_without_its_background():
    pipeline = replace(fake_analyzers(), background=EverythingBlue()).analyzer()
    (seen,) = pipeline.analyze(Frame(picture(RED), 0, 0.0, "film"))
    assert seen.match.name == BLUE_PERSON


class Counting:
    """Leaves the background, and counts how often it was asked to remove it."""

    fingerprint = "counting"

    def __init__(self) -> None:
        self.asked = 0

    def remove(self, image: Image) -> Image:
        self.asked += 1
        return image


def test_the_background_is_removed_once_a_frame_however_many_stages_look():
    background = Counting()
    pipeline = replace(fake_analyzers(TwoFaces()), background=background).analyzer()
    pipeline.analyze(Frame(picture(RED), 0, 0.0, "film"))
    assert background.asked == 1


def test_the_background_stays_where_nobody_looks():
    background = Counting()
    analyzers = replace(fake_analyzers(), background=background, motion=MotionSettings())
    pipeline = analyzers.analyzer()
    for index in range(5):
        pipeline.analyze(Frame(picture(BLACK), index, index / 100, "film"))
    assert background.asked == 1

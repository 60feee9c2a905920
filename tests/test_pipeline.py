import pytest

from svod_rcgn.entities import Box, Face, Frame, Image
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
    fake_pipeline,
    picture,
)


class TwoFaces(FakeDetector):
    """A face in either half of the picture."""

    def detect(self, image: Image) -> tuple[Face, ...]:
        return face(Box(0, 0, 32, 48)), face(Box(32, 0, 64, 48))


@pytest.mark.parametrize(("colour", "name"), [(RED, RED_PERSON), (BLUE, BLUE_PERSON), (GREY, None)])
def test_a_face_comes_out_with_its_name(colour: tuple[int, int, int], name: str | None):
    (seen,) = fake_pipeline().process(Frame(picture(colour), 0, 0.0, "film"))
    assert seen.match.name == name
    assert (seen.face.box.left, seen.face.box.right) == (16, 48)


def test_a_frame_without_faces_gives_nothing():
    assert fake_pipeline().process(Frame(picture(BLACK), 0, 0.0, "film")) == ()


def test_each_face_keeps_its_own_answer():
    image = picture(RED)
    image[:, 32:] = BLUE
    pipeline = fake_pipeline(TwoFaces())
    names = [seen.match.name for seen in pipeline.process(Frame(image, 0, 0.0, "film"))]
    assert names == [RED_PERSON, BLUE_PERSON]


def test_what_is_known_of_people_is_the_classifiers():
    assert fake_pipeline().people is FIELDS

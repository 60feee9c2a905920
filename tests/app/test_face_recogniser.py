"""A recogniser for programs of one's own, on fake stages."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import numpy as np
import pytest

from svod_rcgn.app import face_recogniser
from svod_rcgn.app.face_recogniser import FaceRecogniser
from svod_rcgn.errors import InputError
from svod_rcgn.faces.recogniser import SharedIdentifier
from svod_rcgn.faces.records import Evidence, Face, Match
from svod_rcgn.records import Box, Image
from tests.fakes import (
    BLUE,
    BLUE_PERSON,
    RED,
    RED_PERSON,
    FakeClassifier,
    FakeDetector,
    FakeSource,
    face,
    fake_analyzers,
    picture,
)
from tests.patience import PATIENCE


class FacesBySize(FakeDetector):
    """A face for each 10 pixels of a picture's width."""

    def detect(self, image: Image) -> tuple[Face, ...]:
        return tuple(face(Box(x, 0, x + 10, 10)) for x in range(0, image.shape[1], 10))


class MeetingClassifier(FakeClassifier):
    """Answers only when two ask at once."""

    def __init__(self) -> None:
        self._met = Barrier(2)

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        self._met.wait(PATIENCE)
        return super().identify(evidence)


def test_threads_that_look_at_once_get_the_faces_of_their_own_pictures():
    analyzers = replace(fake_analyzers(FacesBySize()), identifier=SharedIdentifier(MeetingClassifier()))
    recogniser = FaceRecogniser(analyzers)
    with ThreadPoolExecutor(2) as pool:
        found = [*pool.map(recogniser.look, [picture(RED, 10, 10), picture(BLUE, 30, 10)])]
    assert [[each.label for each in faces] for faces in found] == [[RED_PERSON], [BLUE_PERSON] * 3]


@pytest.mark.parametrize(
    ("image", "told"),
    [
        (None, "cv2.imread returns for a file that it cannot read"),
        ("visitor.jpg", "the image is str; give uint8"),
        (np.zeros((48, 64), np.uint8), r"uint8 \(48, 64\)"),
        (np.zeros((48, 64, 4), np.uint8), r"uint8 \(48, 64, 4\)"),
        (np.zeros((48, 64, 3), np.float32), r"float32 \(48, 64, 3\)"),
        (np.zeros((0, 64, 3), np.uint8), r"uint8 \(0, 64, 3\)"),
    ],
    ids=["None", "path", "grey", "alpha", "floats", "empty"],
)
def test_what_is_no_picture_is_told_with_what_it_is(image: object, told: str):
    with pytest.raises(InputError, match=told):
        FaceRecogniser(fake_analyzers()).look(image)  # type: ignore[arg-type]


def test_the_stages_get_a_picture_whose_colours_were_turned_as_opencv_wants_it():
    class Strict(FakeDetector):
        def detect(self, image: Image) -> tuple[Face, ...]:
            assert image.flags.c_contiguous
            return super().detect(image)

    (seen,) = FaceRecogniser(fake_analyzers(Strict())).look(picture(RED[::-1])[..., ::-1])
    assert seen.label == RED_PERSON


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> FakeSource:
    """Whatever is opened."""
    opened = FakeSource(5)
    monkeypatch.setattr(face_recogniser, "open_source", lambda text, _settings: opened)
    return opened


def test_a_face_keeps_its_track_and_name_through_a_film(source: FakeSource):
    seen = [(frame.time, faces) for frame, faces in FaceRecogniser(fake_analyzers()).watch("film.mp4")]
    assert [time for time, _ in seen] == [0.0, 0.1, 0.2, 0.3, 0.4]
    tracks = {(each.label, each.track) for _, faces in seen for each in faces}
    assert len(tracks) == 1
    ((label, track),) = tracks
    assert label == RED_PERSON
    assert track is not None


def test_a_source_is_let_go_when_nobody_walks_on(source: FakeSource):
    walk = FaceRecogniser(fake_analyzers()).watch("film.mp4")
    next(walk)
    assert not source.released
    walk.close()
    assert (source.taken, source.released) == (1, True)


def test_a_camera_is_opened_by_its_number(monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr(
        face_recogniser, "open_source", lambda text, _settings: opened.append(text) or FakeSource(1)
    )
    assert len([*FaceRecogniser(fake_analyzers()).watch(0)]) == 1
    assert opened == ["0"]

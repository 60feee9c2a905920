from collections.abc import Sequence

import pytest

from svod_rcgn.faces.enrolment.capture import EnrolmentCapture
from svod_rcgn.faces.enrolment.session import Prompt
from svod_rcgn.faces.settings import SessionSettings
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.records import Frame, Image
from tests.faces.enrolment.sitters import WHOLE_SITTING, SitterEmbedder, frame, taker
from tests.fakes import BLACK, RED, FakeOutput, FakeSource, picture


class Sitter(FakeSource):
    """Shows these pictures, and tells how many were asked for."""

    def __init__(self, images: Sequence[Image], *, live: bool = False, step: float = 1.0) -> None:
        super().__init__(len(images), live=live)
        self._images, self._step = images, step

    def frames(self):
        for index, image in enumerate(self._images):
            self.taken += 1
            yield Frame(image, index, index * self._step, self.name)


def capture(source: FakeSource) -> EnrolmentCapture:
    return EnrolmentCapture(source, taker(), SitterEmbedder(), SessionSettings(), VideoSettings())


def session(*turns: float) -> list[Image]:
    return [frame(turn, number) for number, turn in enumerate(turns)]


def test_the_frames_that_are_taken_are_kept_as_they_came():
    images = session(*WHOLE_SITTING)
    source = Sitter([frame(faces=0), frame(faces=2), *images, frame(0, 9)])
    at_work, told = capture(source), list[Prompt]()
    at_work.run(told.append)
    assert [(kept == image).all() for kept, image in zip(at_work.images, images, strict=True)] == [True] * 6
    assert [advice.fault for advice in told] == ["", "no face", "2 faces", *[""] * 6]
    assert source.taken == 8  # it ends with the last that is wished


def test_frames_that_come_too_fast_are_shown_but_not_looked_at():
    source, told, output = Sitter(session(*WHOLE_SITTING), step=0.04), list[Prompt](), FakeOutput()
    capture(source).run(told.append, [output])
    assert [advice.took for advice in told] == [False, True, True]  # the first only says what to do
    assert len(output.images) == 6


def test_large_frames_are_made_smaller():
    at_work = capture(Sitter([picture((1, 90, 0), 2560, 1440)]))
    at_work.run(lambda advice: None)
    assert at_work.images[0].shape == (720, 1280, 3)


@pytest.mark.parametrize("live", [True, False])
def test_who_is_before_a_camera_sees_himself_as_in_a_mirror(live: bool):
    image = picture(BLACK, 320, 240)
    image[:, :160] = RED
    output = FakeOutput()
    capture(Sitter([image], live=live)).run(lambda advice: None, [output])
    assert tuple(output.images[0][0, 0]) == (BLACK if live else RED)


def test_a_closed_window_ends_it():
    source, output = Sitter(session(*WHOLE_SITTING)), FakeOutput(patience=2)
    at_work = capture(source)
    at_work.run(lambda advice: None, [output])
    assert source.taken == 2
    assert not at_work.session.is_complete


def test_it_can_be_stopped():
    source = FakeSource(1000, live=True)
    at_work = capture(source)
    at_work.run(lambda advice: at_work.stop())
    assert source.taken <= 1
    assert source.stopped.is_set()

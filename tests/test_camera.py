from collections.abc import Generator
from dataclasses import replace

import pytest

from svod_rcgn.camera import Camera, Summary
from svod_rcgn.entities import Frame, Image
from svod_rcgn.errors import InputError
from svod_rcgn.pipeline import Pipeline
from svod_rcgn.settings import NotificationSettings, VideoSettings
from svod_rcgn.stages.rules import PresenceRule
from tests.fakes import (
    FIELDS,
    GREY,
    RED,
    RED_PERSON,
    FakeDetector,
    FakeNotifier,
    fake_pipeline,
    picture,
)


class FakeOutput:
    """Keeps what it is given, and is closed by its viewer after so many pictures."""

    def __init__(self, patience: int = 1_000_000) -> None:
        self.images: list[Image] = []
        self.times: list[float] = []
        self._patience = patience

    @property
    def closed(self) -> bool:
        return len(self.images) >= self._patience

    def write(self, image: Image, time: float) -> None:
        self.images.append(image)
        self.times.append(time)

    def close(self) -> None:
        raise AssertionError("outputs belong to whoever made them")


class FakeFrames:
    """Frames of one colour, ten a second, which tell whether they were let go."""

    def __init__(self, count: int, colour: tuple[int, int, int] = RED, breaks: bool = False) -> None:
        self.count, self.colour, self.breaks = count, colour, breaks
        self.size = (64, 48)
        self.taken = 0
        self.released = False

    def __call__(self) -> Generator[Frame, None, None]:
        try:
            for index in range(self.count):
                self.taken += 1
                yield Frame(picture(self.colour, *self.size), index, index / 10, "film")
            if self.breaks:
                raise InputError("camera 0: sends no more pictures")
        finally:
            self.released = True


def _camera(frames, notifier=None, outputs=(), pipeline: Pipeline | None = None, **bounds: int) -> Camera:
    rule = PresenceRule(NotificationSettings(), "film", 0.1)
    notifiers = [notifier or FakeNotifier()]
    settings = replace(VideoSettings(), **bounds)
    return Camera(frames(), pipeline or fake_pipeline(), rule, notifiers, outputs, settings)


def test_who_is_seen_is_announced_with_what_is_known():
    notifier, frames = FakeNotifier(), FakeFrames(80)
    summary = _camera(frames, notifier).run()
    assert [(event.name, event.time, event.fields) for event in notifier.events] == [
        (RED_PERSON, 5.0, FIELDS[RED_PERSON])
    ]
    assert summary.frames == 80
    assert [(visit.name, visit.last) for visit in summary.visits] == [(RED_PERSON, 7.9)]
    assert frames.released


def test_a_short_film_is_judged_at_its_end():
    notifier = FakeNotifier()
    _camera(FakeFrames(1), notifier).run()
    assert [event.name for event in notifier.events] == [RED_PERSON]


def test_an_unknown_face_is_drawn_but_not_announced():
    notifier, output = FakeNotifier(), FakeOutput()
    summary = _camera(FakeFrames(80, GREY), notifier, [output]).run()
    assert notifier.events == []
    assert summary.visits == ()
    assert (output.images[0] != picture(GREY)).any()


def test_every_output_gets_every_frame_with_its_time():
    outputs = [FakeOutput(), FakeOutput()]
    _camera(FakeFrames(3), outputs=outputs).run()
    assert [output.times for output in outputs] == [[0, 0.1, 0.2]] * 2


def test_a_closed_output_ends_the_work_and_nothing_is_judged_early():
    notifier, frames = FakeNotifier(), FakeFrames(100)
    summary = _camera(frames, notifier, [FakeOutput(), FakeOutput(patience=3)]).run()
    assert (summary.frames, frames.taken, frames.released) == (3, 3, True)
    assert notifier.events == []


def test_a_stopped_camera_ends_after_the_frame_at_hand():
    class Stopper(FakeOutput):
        def write(self, image: Image, time: float) -> None:
            camera.stop()

    frames = FakeFrames(100)
    camera = _camera(frames, outputs=[Stopper()])
    assert camera.run().frames == 1
    assert frames.released


def test_a_source_that_breaks_off_is_told_and_released():
    frames = FakeFrames(3, breaks=True)
    with pytest.raises(InputError, match="sends no more pictures"):
        _camera(frames).run()
    assert frames.released


@pytest.mark.parametrize(
    ("size", "bounds", "worked_on"),
    [
        ((640, 480), {"max_width": 320}, (240, 320, 3)),
        ((640, 480), {"max_height": 120}, (120, 160, 3)),
        ((640, 480), {}, (480, 640, 3)),
        ((3000, 1), {"max_width": 16}, (1, 16, 3)),
    ],
)
def test_large_frames_are_scaled_down_and_small_ones_left(size, bounds, worked_on):
    detector, output, frames = FakeDetector(), FakeOutput(), FakeFrames(1)
    frames.size = size
    pipeline = fake_pipeline(detector)
    _camera(frames, outputs=[output], pipeline=pipeline, **bounds).run()
    assert detector.shapes == [worked_on]
    assert output.images[0].shape == worked_on


def test_the_rate_of_no_time_at_all_is_zero():
    assert Summary(0, 0.0, ()).frames_per_second == 0
    assert Summary(30, 2.0, ()).frames_per_second == 15

from dataclasses import replace
from threading import Event, Thread

import pytest

from svod_rcgn.cameras.loop import CameraLoop, LoopSummary, Watch
from svod_rcgn.errors import InputError
from svod_rcgn.events.dispatcher import EventDispatcher
from svod_rcgn.events.presence import PresenceRule
from svod_rcgn.events.settings import NotificationSettings
from svod_rcgn.events.snapshots import Snapshots
from svod_rcgn.events.subjects import TrackBook
from svod_rcgn.faces.pipeline import FacePipeline
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.notify.console import ConsoleAnnouncer
from svod_rcgn.records import Frame, Image, Observation
from tests.fakes import (
    FIELDS,
    GREY,
    RED,
    RED_PERSON,
    FakeDetector,
    FakeNotifier,
    FakeOutput,
    FakeSource,
    fake_analyzers,
    fake_dispatcher,
    fake_pipeline,
    picture,
)
from tests.patience import PATIENCE, wait_for


def _camera(source, notifier=None, outputs=(), detector=None, **settings) -> CameraLoop:
    video = replace(VideoSettings(), **settings)
    watch = Watch(fake_analyzers(detector).analyzer, fake_dispatcher(notifier or FakeNotifier()))
    return CameraLoop(source, [watch], outputs, video)


def test_who_is_seen_is_announced_with_what_is_known():
    notifier, source = FakeNotifier(), FakeSource(80)
    camera = _camera(source, notifier)
    camera.run()
    summary = camera.summary
    assert [(event.subject.label, event.time, event.attributes) for event in notifier.events] == [
        (RED_PERSON, 5.0, FIELDS[RED_PERSON])
    ]
    assert summary.frames == 80
    assert [(visit.subject.label, visit.last) for visit in summary.visits] == [(RED_PERSON, 7.9)]
    assert source.released


def test_a_short_film_is_judged_at_its_end():
    notifier = FakeNotifier()
    _camera(FakeSource(1), notifier).run()
    assert [event.subject.label for event in notifier.events] == [RED_PERSON]


def test_an_unknown_face_is_drawn_but_not_announced():
    notifier, output = FakeNotifier(), FakeOutput()
    camera = _camera(FakeSource(80, GREY), notifier, [output])
    camera.run()
    assert notifier.events == []
    assert camera.summary.visits == ()
    assert (output.images[0] != picture(GREY)).any()


def test_every_output_gets_every_frame_with_its_time():
    outputs = [FakeOutput(), FakeOutput()]
    _camera(FakeSource(3), outputs=outputs).run()
    assert [output.times for output in outputs] == [[0, 0.1, 0.2]] * 2


def test_a_closed_output_ends_the_work_and_nothing_is_judged_early():
    notifier, source = FakeNotifier(), FakeSource(100)
    camera = _camera(source, notifier, [FakeOutput(), FakeOutput(patience=3)])
    camera.run()
    assert (camera.summary.frames, source.taken, source.released) == (3, 3, True)
    assert notifier.events == []


def test_a_stopped_camera_ends_after_the_frame_at_hand():
    class Stopper(FakeOutput):
        def write(self, image: Image, time: float) -> None:
            camera.stop()

    source = FakeSource(100)
    camera = _camera(source, outputs=[Stopper()])
    camera.run()
    assert camera.summary.frames == 1
    assert source.released


def test_a_camera_that_waits_for_a_picture_is_stopped_at_once():
    source = FakeSource(2, live=True)
    camera = _camera(source)
    thread = Thread(target=camera.run, daemon=True)
    thread.start()
    wait_for(lambda: source.taken == 2)
    camera.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert source.released


def test_a_source_that_breaks_off_is_told_and_released():
    source = FakeSource(3, breaks=InputError("camera 0: sends no more pictures"))
    with pytest.raises(InputError, match="sends no more pictures"):
        _camera(source).run()
    assert source.released


def test_a_camera_that_is_run_again_has_a_new_pipeline_and_remembers_whom_it_announced():
    notifier, pipelines = FakeNotifier(), []

    def build() -> FacePipeline:
        pipelines.append(fake_pipeline())
        return pipelines[-1]

    camera = CameraLoop(FakeSource(80), [Watch(build, fake_dispatcher(notifier))], [], VideoSettings())
    camera.run()
    camera.run()
    assert len(pipelines) == 2
    assert camera.summary.frames == 160
    assert len(notifier.events) == 1


def test_the_pace_and_the_tracks_are_told():
    source = FakeSource(5, live=True)
    camera = _camera(source)
    thread = Thread(target=camera.run, daemon=True)
    thread.start()
    wait_for(lambda: source.taken == 5 and camera.pace.latency_median is not None)
    assert camera.pace.frames_per_second > 0
    wait_for(lambda: camera.tracks == 1)
    camera.stop()
    thread.join(PATIENCE)
    assert camera.tracks == 0


class GatedDetector(FakeDetector):
    """Answers only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Event()

    def detect(self, image: Image):
        assert self.gate.wait(PATIENCE)
        return super().detect(image)


def test_pictures_go_on_while_labels_are_awaited_and_the_unanswered_are_counted():
    source, output, detector = FakeSource(6, live=True), FakeOutput(), GatedDetector()
    camera = _camera(source, outputs=[output], detector=detector, asynchronous=True)
    thread = Thread(target=camera.run, daemon=True)
    thread.start()
    wait_for(lambda: len(output.images) == 6)  # all are shown, none is answered
    assert (camera.dropped, detector.shapes) == (5, [])
    detector.gate.set()
    camera.stop()
    thread.join(PATIENCE)
    assert len(detector.shapes) == 1


def test_labels_that_come_late_stand_on_the_pictures_that_follow():
    class UntilLabelled(FakeOutput):
        @property
        def closed(self) -> bool:
            return bool((self.images[-1] != picture(RED)).any()) if self.images else False

    output = UntilLabelled()
    camera = _camera(FakeSource(round(10 * PATIENCE)), outputs=[output], asynchronous=True, paced=True)
    camera.run()
    assert (output.images[0] == picture(RED)).all()
    assert (output.images[-1] != picture(RED)).any()


def test_a_film_that_is_looked_at_is_no_faster_than_it_is():
    camera = _camera(FakeSource(6), paced=True)
    camera.run()
    assert camera.summary.seconds >= 0.5


def test_a_crash_of_the_pipeline_is_raised_though_it_works_aside():
    class Broken(FakeDetector):
        def detect(self, image: Image):
            raise ZeroDivisionError

    source = FakeSource(100)
    with pytest.raises(ZeroDivisionError):
        _camera(source, detector=Broken(), asynchronous=True, paced=True).run()
    assert source.released


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
    detector, output = FakeDetector(), FakeOutput()
    _camera(FakeSource(1, size=size), outputs=[output], detector=detector, **bounds).run()
    assert detector.shapes == [worked_on]
    assert output.images[0].shape == worked_on


def test_the_rate_of_no_time_at_all_is_zero():
    assert LoopSummary(0, 0.0, ()).frames_per_second == 0
    assert LoopSummary(30, 2.0, ()).frames_per_second == 15


class Counter:
    """Sees one thing of its kind on every frame, and knows how many frames there were."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.frames = 0

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        self.frames += 1
        return (Observation(kind=self.kind, label=f"{self.kind} {self.frames}", score=0.9),)


def _told(kind: str, notifier: FakeNotifier) -> Watch:
    rule = PresenceRule(NotificationSettings(), 0.1)
    listeners = [ConsoleAnnouncer([notifier], unknown=False)]
    return Watch(lambda: Counter(kind), EventDispatcher(TrackBook(), rule, Snapshots(30.0), listeners))


def test_each_of_several_analyzers_sees_every_frame_and_is_told_of_by_its_own_dispatcher():
    told, output = FakeNotifier(), FakeOutput()
    camera = CameraLoop(
        FakeSource(1), [_told("plant", told), _told("animal", told)], [output], VideoSettings()
    )
    camera.run()
    assert [str(event.subject) for event in told.events] == ["plant 1", "animal 1"]
    assert [visit.subject.kind for visit in camera.summary.visits] == ["plant", "animal"]

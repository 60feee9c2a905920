"""Persons and their faces: who is told, and of whom nothing is told a second time."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from svod_rcgn.app.event_service import EventServiceSettings
from svod_rcgn.app.process import CameraSetup, build_cameras, open_service
from svod_rcgn.app.visitors import VISITOR, VisitorBook, Visitors, faces_of
from svod_rcgn.events.settings import NotificationSettings
from svod_rcgn.events.subjects import SubjectBook
from svod_rcgn.faces.strangers.reidentify import StrangerBook
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.media.sources import Health
from svod_rcgn.notify.console import StdoutNotifier
from svod_rcgn.notify.wording import Wording
from svod_rcgn.records import FACE, OBJECT, Box, Frame, Observation, Subject
from svod_rcgn.retry import RetrySettings
from tests.patience import PATIENCE

PERSON, OTHER = Box(100, 50, 200, 350), Box(400, 50, 500, 350)
HEAD, OTHER_HEAD = Box(130, 60, 170, 110), Box(430, 60, 470, 110)


def _person(box: Box = PERSON, track: int | None = 1, label: str = "person") -> Observation:
    return Observation(
        kind=OBJECT, label=label, score=0.8, box=box, track=track, attributes={"network": "coco"}
    )


def _face(label: str | None = "Ada", box: Box = HEAD, track: int | None = 7) -> Observation:
    return Observation(kind=FACE, label=label, score=0.9, box=box, track=track)


class Shown:
    """An analyzer that sees what a script says, by the number of the frame."""

    def __init__(self, script: Callable[[int], Sequence[Observation]]) -> None:
        self._script = script

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        return tuple(self._script(frame.index))


class ShownWing:
    def __init__(self, kind: str, script: Callable[[int], Sequence[Observation]]) -> None:
        self.kind = kind
        self._script = script

    def analyzer(self, *, still: bool) -> Shown:
        return Shown(self._script)

    def book(self, memory: float) -> SubjectBook:
        return VisitorBook() if self.kind == OBJECT else StrangerBook(0.5, memory)

    def listeners(self) -> tuple[()]:
        return ()

    def forget_before(self, time: float) -> int:
        return 0


class Clip:
    name, live, still = "clip", False, False
    frames_per_second = 10.0
    frame_count = 80
    health = Health()

    def frames(self):
        for index in range(self.frame_count):
            yield Frame(np.zeros((400, 600, 3), np.uint8), index, index / 10, self.name)

    def stop(self) -> None:
        """It ends by itself."""


def _visitors(
    faces: Callable[[int], Sequence[Observation]],
    persons: Callable[[int], Sequence[Observation]],
    unknown: bool = False,
) -> list[str]:
    setup = CameraSetup(Clip(), [], [StdoutNotifier(Wording(live=False, period=5.0))])
    wings = [ShownWing(FACE, faces), ShownWing(OBJECT, persons)]
    settings = EventServiceSettings(None, notification=NotificationSettings(unknown=unknown))
    with open_service(settings, [], wings) as service:
        cameras = build_cameras([setup], wings, service, VideoSettings(), RetrySettings())
        cameras.start()
        while cameras.poll():
            cameras.wait(PATIENCE)
        cameras.raise_error()
        return sorted(str(visit.subject) for visit in cameras.summaries["clip"].visits)


def test_a_person_whose_face_is_known_is_one_visitor() -> None:
    assert _visitors(lambda _: [_face()], lambda _: [_person()]) == ["Ada"]


def test_a_person_stays_the_same_visitor_while_the_face_is_turned_away() -> None:
    assert _visitors(lambda index: [_face()] if index < 60 else [], lambda _: [_person()]) == ["Ada"]


def test_a_person_of_whom_no_face_is_seen_is_told_as_a_person() -> None:
    assert _visitors(lambda _: [], lambda _: [_person()]) == ["person 1"]
    assert _visitors(lambda _: [_face()], lambda _: [_person(), _person(OTHER, 2)]) == ["Ada", "person 2"]


def test_a_person_told_before_the_face_was_seen_is_withdrawn() -> None:
    late = _visitors(lambda index: [_face()] if index > 30 else [], lambda _: [_person()])
    assert late == ["Ada"]


def test_a_stranger_is_told_once_whether_faces_of_strangers_are_told_or_not() -> None:
    unknown = _face(None)
    assert _visitors(lambda _: [unknown], lambda _: [_person()]) == ["person 1"]
    assert _visitors(lambda _: [unknown], lambda _: [_person()], unknown=True) == []


@pytest.mark.parametrize("frames", [range(3), range(24), range(56, 80)], ids=["three", "first", "last"])
def test_a_face_that_is_seen_too_seldom_to_be_announced_leaves_the_person(frames: range) -> None:
    assert _visitors(lambda index: [_face()] if index in frames else [], lambda _: [_person()]) == [
        "person 1"
    ]


def test_a_face_that_passes_before_somebody_for_a_moment_is_not_theirs() -> None:
    assert _visitors(lambda index: [_face()] if index in (20, 21) else [], lambda _: [_person()]) == [
        "person 1"
    ]


def test_things_are_nobody_s_and_a_person_is_known_by_whatever_network() -> None:
    things = [_person(label="car"), _person(OTHER, 2, "yard: person")]
    assert _visitors(lambda _: [_face(), _face("Bob", OTHER_HEAD, 8)], lambda _: things) == [
        "Ada",
        "Bob",
        "car 1",
    ]


def test_on_a_photograph_one_frame_is_enough() -> None:
    visitors = Visitors(NotificationSettings(absence=10.0))
    faces = visitors.watched(FACE, lambda: Shown(lambda _: [_face(track=None)]))
    objects = visitors.watched(OBJECT, lambda: Shown(lambda _: [_person(track=None), _person(OTHER, None)]))
    frame = next(iter(Clip().frames()))
    faces.analyze(frame)
    assert [each.attributes.get(VISITOR) for each in objects.analyze(frame)] == ["Ada", None]


def test_a_person_whose_face_was_not_seen_for_long_is_a_person_again() -> None:
    visitors = Visitors(NotificationSettings(period=1.0, absence=3.0))
    faces = visitors.watched(FACE, lambda: Shown(lambda index: [_face()] if index < 5 else []))
    objects = visitors.watched(OBJECT, lambda: Shown(lambda index: [_person()]))
    image = np.zeros((400, 600, 3), np.uint8)
    told = []
    for index, time in enumerate([0.0, 0.3, 0.6, 0.9, 1.2, 1.5, 3.0, 4.1, 4.3, 5.0]):
        frame = Frame(image, index, time, "clip")
        faces.analyze(frame)
        told += [VISITOR in each.attributes for each in objects.analyze(frame)]
    assert told == [False, False, True, True, True, True, True, True, False, False]


@pytest.mark.parametrize(
    "face",
    [Box(130, 300, 170, 340), Box(210, 60, 250, 110), Box(90, 60, 210, 200)],
    ids=["at the feet", "beside", "too wide"],
)
def test_what_cannot_be_the_face_of_a_person_is_not(face: Box) -> None:
    assert faces_of([PERSON], [face]) == []


def test_two_who_stand_close_have_a_face_each() -> None:
    near = Box(150, 50, 250, 350)
    assert faces_of([PERSON, near], [Box(180, 60, 220, 110), HEAD]) == [(0, 1), (1, 0)]
    assert faces_of([], [HEAD]) == []


def test_the_book_leaves_out_and_withdraws_whoever_a_face_tells() -> None:
    book = VisitorBook()
    person = _person()
    assert list(book.identify(0.0, [person], ())) == [Subject(OBJECT, "person", 1)]
    told = Observation(
        kind=OBJECT, label="person", score=0.8, box=PERSON, track=1, attributes={VISITOR: "Ada"}
    )
    assert book.identify(0.1, [told], ()) == {}
    assert list(book.withdrawn()) == [Subject(OBJECT, "person", 1)]
    assert book.identify(0.2, [told], ()) == {}
    assert list(book.withdrawn()) == []
    assert list(book.identify(0.3, [person], ())) == [Subject(OBJECT, "person", 1)]
    assert book.identify(0.4, [told], ()) == {}
    assert list(book.withdrawn()) == [Subject(OBJECT, "person", 1)]

"""Stages, captures and films without networks, cameras and people.

The fake stages see one face in every picture that is not black, and know people by their colour.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import cv2
import numpy as np

from svod_rcgn.events.dispatcher import EventDispatcher
from svod_rcgn.events.presence import PresenceRule
from svod_rcgn.events.settings import NotificationSettings
from svod_rcgn.events.snapshots import Snapshots
from svod_rcgn.faces.gallery.store import ClassifierMeta, Person
from svod_rcgn.faces.pipeline import FacePipeline
from svod_rcgn.faces.recogniser import FaceAnalyzers, SharedIdentifier
from svod_rcgn.faces.records import Decision, Evidence, Face, FaceObservation, Match, Quality, observation_of
from svod_rcgn.faces.strangers.reidentify import StrangerBook
from svod_rcgn.media.sources import Health
from svod_rcgn.notify.console import ConsoleAnnouncer
from svod_rcgn.records import FACE, Box, FloatArray, Frame, Image, Phase, Subject
from svod_rcgn.records import Event as Happening
from svod_rcgn.tracking.motion import MotionSettings
from tests.patience import PATIENCE

BLACK, GREY, RED, BLUE = (0, 0, 0), (128, 128, 128), (0, 0, 255), (255, 0, 0)
RED_PERSON, BLUE_PERSON = "Анна Красная", "Zoë Blue"
FIELDS = {RED_PERSON: {"position": "President"}, BLUE_PERSON: {}}
SOMEWHERE = Box(0, 0, 8, 8)
COLOURS = np.array([[0, 0, 1], [1, 0, 0]], np.float32)


class FakeDetector:
    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def detect(self, image: Image) -> tuple[Face, ...]:
        self.shapes.append(image.shape)
        height, width = image.shape[:2]
        box = Box(width * 0.25, height * 0.25, width * 0.75, height * 0.75)
        return (face(box),) if image.mean() > 30 else ()


class FakeAligner:
    def align(self, image: Image, face: Face) -> Image:
        x, y = (int(value) for value in face.box.centre)
        return image[y : y + 1, x : x + 1]


class FakeEmbedder:
    def embed(self, crops: Sequence[Image]) -> FloatArray:
        colours = np.array([crop[0, 0] for crop in crops], np.float32).reshape(len(crops), 3)
        return colours / np.linalg.norm(colours, axis=1, keepdims=True)


class FakeClassifier:
    people: Mapping[str, Mapping[str, Any]] = FIELDS

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        names = (RED_PERSON, BLUE_PERSON)
        rows = [each.embedding @ COLOURS.T for each in evidence]
        return tuple(self._match(float(row.max()), names[row.argmax()]) for row in rows)

    def _match(self, cosine: float, nearest: str) -> Match:
        return Match(nearest if cosine > 0.9 else None, cosine, cosine, nearest)


class FakeNotifier:
    def __init__(self) -> None:
        self.events: list[Happening] = []

    def notify(self, event: Happening) -> None:
        self.events.append(event)


class FakeCapture:
    """A camera that sends a picture for each stamp, in seconds, and then breaks off."""

    def __init__(self, stamps: Sequence[float], rate: float = 10, count: float = 0) -> None:
        self.released = False
        self._stamps = iter(stamps)
        self._stamp = 0.0
        self._rate = rate
        self._count = count

    def read(self) -> tuple[bool, Image | None]:
        stamp = next(self._stamps, None)
        if stamp is None:
            return False, None
        self._stamp = stamp
        return True, picture(GREY)

    def get(self, prop: int, /) -> float:
        known = {cv2.CAP_PROP_FPS: self._rate, cv2.CAP_PROP_FRAME_COUNT: self._count}
        return known.get(prop, self._stamp * 1000)

    def release(self) -> None:
        self.released = True


class FakeInspector:
    """Finds every face good."""

    def inspect(self, image: Image, face: Face) -> Quality:
        return Quality(60, 0.5, 120, 40, 0, 0, 0, 0, face.score)


class FakeSource:
    """Frames of one colour, ten a second of their own time, which tell whether they were let go."""

    frames_per_second = 10.0

    def __init__(
        self,
        count: int,
        colour: tuple[int, int, int] = RED,
        *,
        name: str = "film",
        size: tuple[int, int] = (64, 48),
        live: bool = False,
        still: bool = False,
        breaks: Exception | None = None,
    ) -> None:
        self.name, self.live, self.still = name, live, still
        self.frame_count = None if live else count
        self.health = Health()
        self.taken = 0
        self.released = False
        self.stopped = Event()
        self._count, self._colour, self._size, self._breaks = count, colour, size, breaks

    def frames(self) -> Generator[Frame, None, None]:
        self.released = False
        try:
            for index in range(self._count):
                if self.stopped.is_set():
                    return
                self.taken += 1
                yield Frame(picture(self._colour, *self._size), index, index / 10, self.name)
            if self._breaks is not None:
                raise self._breaks
            if self.live:
                self.stopped.wait(2 * PATIENCE)  # longer than any test waits for it to end
        finally:
            self.released = True

    def stop(self) -> None:
        self.stopped.set()


def fake_dispatcher(*notifiers: FakeNotifier) -> EventDispatcher:
    """A dispatcher that only announces."""
    settings = NotificationSettings()
    rule = PresenceRule(settings, 0.1)
    listeners = [ConsoleAnnouncer(notifiers, unknown=settings.unknown)]
    return EventDispatcher(StrangerBook(0.5, 30.0), rule, Snapshots(30.0), listeners)


def fake_meta(*_: object) -> ClassifierMeta:
    """What is told of the fake classifiers."""
    persons = [Person(name, name, 1, fields) for name, fields in FIELDS.items()]
    return ClassifierMeta(
        1,
        "2026-01-01T00:00:00+00:00",
        "fake",
        {},
        persons,
        Decision(0.5, 0.4, 0.1, 0.4, 25, 0.001, measured=False),
        {},
    )


def fake_pipeline(detector: FakeDetector | None = None) -> FacePipeline:
    return fake_analyzers(detector).analyzer(still=True)


def fake_analyzers(detector: FakeDetector | None = None) -> FaceAnalyzers:
    """Looks at every frame, however little moves."""
    stages = detector or FakeDetector(), FakeInspector(), FakeAligner(), FakeEmbedder()
    every_frame = MotionSettings(interval=0, still_interval=0)
    return FaceAnalyzers(*stages, SharedIdentifier(FakeClassifier()), every_frame)


def face(box: Box) -> Face:
    return Face(box, np.zeros((5, 2), np.float32), 0.9)


def sighting(
    name: str | None,
    box: Box = SOMEWHERE,
    score: float = 0.9,
    *,
    track: int | None = None,
    embedding: FloatArray | None = None,
    quality: Quality | None = None,
    worth: float | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> FaceObservation:
    """A face that was seen; `worth` makes it so good a picture."""
    found = face(box) if worth is None else Face(box, np.zeros((5, 2), np.float32), worth)
    match = Match(name, score, 0.7, name or "Somebody")
    return observation_of(found, match, quality, track=track, embedding=embedding, attributes=attributes)


def person(name: str) -> Subject:
    return Subject(FACE, name)


def stranger(number: int) -> Subject:
    return Subject(FACE, number=number)


def event(
    name: str | None,
    time: float = 0.0,
    share: float = 1.0,
    score: float = 1.0,
    source: str = "film.mp4",
    attributes: Mapping[str, Any] | None = None,
    *,
    id: str = "1",  # noqa: A002
) -> Happening:
    """A person's visit has begun, or a stranger's where there is no name."""
    subject = Subject(FACE, name)
    measures = {"share": share}
    return Happening(id, "presence", Phase.BEGUN, subject, source, time, score, measures, attributes or {})


def picture(colour: tuple[int, int, int], width: int = 64, height: int = 48) -> Image:
    return np.full((height, width, 3), colour, np.uint8)


def write_film(path: Path, images: Iterable[Image], rate: float = 10, codec: str = "mp4v") -> Path:
    images = list(images)
    size = images[0].shape[1], images[0].shape[0]
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), rate, size)
    assert writer.isOpened()
    for image in images:
        writer.write(image)
    writer.release()
    return path


def read_film(path: Path) -> tuple[list[Image], float]:
    """All frames of a film, and its frame rate."""
    capture, images = cv2.VideoCapture(str(path)), []
    while (image := capture.read()[1]) is not None:
        images.append(image)
    return images, capture.get(cv2.CAP_PROP_FPS)


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

"""Visits and announcements, made up; and a reception that takes in faces without a camera."""

import uuid
from dataclasses import replace
from pathlib import Path

import numpy as np

from svod_rcgn.app.event_service import EventService, EventServiceSettings
from svod_rcgn.events.settings import NotificationSettings
from svod_rcgn.history.outbox import Announcement
from svod_rcgn.history.visits import VisitRecord
from svod_rcgn.records import Frame
from tests.fakes import GREY, FakeAligner, picture, sighting

QUICK = NotificationSettings(period=0.2, absence=30.0)
ANN = np.array([1, 0, 0], np.float32)


def record(person="Ann", camera="door", first=1000.0, last=1010.0, **rest):
    return VisitRecord(person, camera, first, last, 0.9, **rest)


def announcement(name="Ann", picture=b"\xff\xd8jpeg", **rest):
    return Announcement(uuid.uuid4().hex, name, 1000.0, 0.8, 0.9, "door", picture=picture, **rest)


def opened(folder, channels=(), **settings):
    """A reception at work."""
    clarify = folder / "clarify" if folder else Path("nowhere")
    chosen = EventServiceSettings(folder, clarify, **{"notification": QUICK, **settings})
    service = EventService(chosen, channels, FakeAligner())
    service.start()
    return service


def show(dispatcher, start, count, name=None, track=None):
    """Show a face in so many frames, ten a second."""
    seen = replace(sighting(name), track=track, embedding=ANN)
    for index in range(count):
        dispatcher.observe(Frame(picture(GREY), index, start + index / 10, "door"), [seen], {})

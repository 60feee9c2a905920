"""Visits and announcements, made up; and an event service that takes in faces without a camera."""

import uuid
from pathlib import Path
from typing import Any

import numpy as np

from svod_rcgn.app.event_service import EventService, EventServiceSettings
from svod_rcgn.app.faces_wing import FacesWing
from svod_rcgn.events.dispatcher import EventDispatcher
from svod_rcgn.events.settings import NotificationSettings
from svod_rcgn.faces.settings import StrangerSettings
from svod_rcgn.faces.strangers.folder import StrangerFolder
from svod_rcgn.history.outbox import Delivery
from svod_rcgn.records import FACE, Frame, Subject, Visit
from tests.fakes import GREY, event, fake_analyzers, picture, sighting

QUICK = NotificationSettings(period=0.2, absence=30.0)
ANN = np.array([1, 0, 0], np.float32)


def visit(name="Ann", first=1000.0, last=1010.0, stranger=None, score=0.9) -> Visit:
    return Visit(uuid.uuid4().hex, Subject(FACE, name, stranger), first, last, score)


def delivery(name="Ann", channel="slack", picture=b"\xff\xd8jpeg", attributes=None, **rest: Any) -> Delivery:
    told = event(name, 1000.0, 0.8, 0.9, "door", attributes, id=uuid.uuid4().hex)
    return Delivery(told, channel, picture, **rest)


class Opened:
    """An event service at work for faces."""

    def __init__(self, service: EventService, wing: FacesWing) -> None:
        self.service = service
        self.wing = wing

    def dispatcher(self, source, notifiers=()) -> EventDispatcher:
        return self.service.dispatcher(source, self.wing, notifiers)

    def status(self):
        return self.service.status()

    def close(self, grace: float) -> int:
        return self.service.close(grace)


def opened(folder: Path | None, channels=(), **settings: Any) -> Opened:
    strangers = StrangerSettings()
    kept = None if folder is None else StrangerFolder(folder / "clarify", strangers)
    wing = FacesWing(fake_analyzers(), kept, strangers)
    chosen = EventServiceSettings(folder, **{"notification": QUICK, **settings})
    service = EventService(chosen, channels, [wing.forget_before])
    service.start()
    return Opened(service, wing)


def show(dispatcher: EventDispatcher, start: float, count: int, name=None, track=None) -> None:
    """Show a face in so many frames, ten a second."""
    seen = sighting(name, track=track, embedding=ANN)
    for index in range(count):
        dispatcher.observe(Frame(picture(GREY), index, start + index / 10, "door"), [seen])

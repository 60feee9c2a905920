"""Visits and announcements, made up."""

import uuid

from svod_rcgn.entities import Announcement
from svod_rcgn.history.journal import VisitRecord


def record(person="Ann", camera="door", first=1000.0, last=1010.0, **rest):
    return VisitRecord(person, camera, first, last, 0.9, **rest)


def announcement(name="Ann", picture=b"\xff\xd8jpeg", **rest):
    return Announcement(uuid.uuid4().hex, name, 1000.0, 0.8, 0.9, "door", picture=picture, **rest)

from svod_rcgn.events.dispatcher import EventDispatcher
from svod_rcgn.events.listeners import EventListener
from svod_rcgn.events.presence import PresenceRule
from svod_rcgn.events.settings import NotificationSettings
from svod_rcgn.events.snapshots import Snapshots
from svod_rcgn.faces.strangers.reidentify import StrangerBook
from svod_rcgn.records import Frame
from tests.faces.galleries import directions
from tests.fakes import GREY, picture, sighting

ANN, BEN = directions(2)
PEOPLE = {"Ann": {"position": "Queen"}}


class FakeListener(EventListener):
    """Notes what it is told."""

    def __init__(self):
        self.told = []
        self.events = []
        self.snapshots = []

    def begun(self, event, visit, snapshot):
        self.told.append(("begun", str(visit.subject)))
        self.events.append(event)
        self.snapshots.append(snapshot)

    def goes_on(self, visit, snapshot):
        self.told.append(("goes on", str(visit.subject)))

    def ended(self, visit, snapshot):
        self.told.append(("ended", str(visit.subject)))

    def withdrawn(self, visit):
        self.told.append(("withdrawn", str(visit.subject)))

    @property
    def changes(self):
        return [told for told in self.told if told[0] != "goes on"]


def _dispatcher(listener, absence=30.0):
    rule = PresenceRule(NotificationSettings(absence=absence), 0.1)
    return EventDispatcher(StrangerBook(0.5, absence), rule, Snapshots(absence), [listener])


def _face(name=None, track=None, embedding=None):
    return sighting(name, track=track, embedding=embedding, attributes=PEOPLE.get(name))


def _show(dispatcher, start, count, *sightings):
    for index in range(start, start + count):
        dispatcher.observe(Frame(picture(GREY), index, index / 10, "door"), sightings)


def test_a_person_is_announced_with_attributes_and_snapshot():
    listener = FakeListener()
    _show(_dispatcher(listener), 0, 60, _face("Ann"))
    (event,) = listener.events
    assert (event.subject.label, event.time, event.source, event.attributes) == (
        "Ann",
        5.0,
        "door",
        PEOPLE["Ann"],
    )
    assert listener.snapshots[0].image.any()
    assert listener.snapshots[0].embedding is None


def test_a_visit_goes_on_and_ends():
    listener = FakeListener()
    dispatcher = _dispatcher(listener, absence=2.0)
    _show(dispatcher, 0, 120, _face("Ann"))
    assert listener.told.count(("goes on", "Ann")) == 2
    _show(dispatcher, 120, 40)
    assert listener.changes == [("begun", "Ann"), ("ended", "Ann")]


def test_closing_ends_every_visit():
    listener = FakeListener()
    dispatcher = _dispatcher(listener)
    _show(dispatcher, 0, 60, _face("Ann"), _face(None, 1, ANN))
    dispatcher.close()
    dispatcher.close()
    assert listener.changes[2:] == [("ended", "Ann"), ("ended", "face 1")]


def test_a_short_film_is_judged_at_its_end():
    listener = FakeListener()
    dispatcher = _dispatcher(listener)
    _show(dispatcher, 0, 1, _face("Ann"))
    dispatcher.finish()
    assert listener.changes == [("begun", "Ann")]


def test_a_stranger_who_comes_and_goes_is_one_visit():
    listener = FakeListener()
    dispatcher = _dispatcher(listener)
    for start, track in ((0, 1), (80, 2), (160, 3)):
        _show(dispatcher, start, 60, _face(None, track, ANN))
        _show(dispatcher, start + 60, 20)
    assert listener.changes == [("begun", "face 1")]
    assert (listener.snapshots[0].embedding == ANN).all()
    assert dispatcher.visits == ()  # persons only


def test_a_track_that_gets_its_name_later_is_no_stranger():
    listener = FakeListener()
    dispatcher = _dispatcher(listener)
    _show(dispatcher, 0, 40, _face(None, 1, ANN))
    _show(dispatcher, 40, 60, _face("Ann", 1, ANN))
    assert listener.changes == [("begun", "Ann")]


def test_a_strangers_visit_is_taken_back_when_the_name_comes():
    listener = FakeListener()
    dispatcher = _dispatcher(listener)
    _show(dispatcher, 0, 60, _face(None, 1, ANN))
    _show(dispatcher, 60, 60, _face("Ann", 1, ANN))
    assert listener.changes == [("begun", "face 1"), ("withdrawn", "face 1"), ("begun", "Ann")]


def test_a_loop_that_begins_anew_mixes_up_no_tracks():
    listener = FakeListener()
    dispatcher = _dispatcher(listener)
    _show(dispatcher, 0, 60, _face("Ann", 1, ANN))
    dispatcher.begin()
    _show(dispatcher, 60, 60, _face(None, 1, BEN))
    assert listener.changes == [("begun", "Ann"), ("begun", "face 1")]

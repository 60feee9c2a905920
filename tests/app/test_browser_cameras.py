"""Pictures that a browser sends make visits as a camera's do, for whoever comes back, too."""

import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

import msgspec
import pytest

from svod_rcgn.app.browser_cameras import BrowserCameras
from svod_rcgn.app.event_service import EventService, EventServiceSettings
from svod_rcgn.app.faces_wing import open_faces_wing
from svod_rcgn.app.process import CameraSetup, build_camera, open_service
from svod_rcgn.errors import BusyError
from svod_rcgn.events.settings import NotificationSettings
from svod_rcgn.history.visits import VisitEntry, VisitQuery
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.storage.images import encode_jpeg
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, RED_PERSON, fake_analyzers, picture
from tests.patience import PATIENCE, wait_for
from tests.web.site import serving

FACE_OF_ANNA = picture(RED, 64, 48)


@contextmanager
def cameras(folder: Path, absence: float, most: int = 2) -> Iterator[tuple[BrowserCameras, EventService]]:
    wing = open_faces_wing(fake_analyzers(), None)
    settings = EventServiceSettings(folder / "kept", NotificationSettings(period=0.2, absence=absence))
    with open_service(settings, [], [wing]) as service:

        def build(source, viewer):
            return build_camera(CameraSetup(source, [], [], [viewer]), [wing], service, VideoSettings())

        with closing(BrowserCameras(build, absence, most)) as found:
            yield found, service


def visits(service: EventService) -> list[VisitEntry]:
    return service.journal.entries(VisitQuery())


@pytest.mark.slow
def test_a_visit_begins_goes_on_for_who_comes_back_and_ends_when_the_browser_has_gone(tmp_path: Path):
    with cameras(tmp_path, absence=2.0) as (found, service):

        def stay() -> None:
            camera = found.take()
            wait_for(lambda: bool(camera.look(FACE_OF_ANNA)) and bool(visits(service)))
            _, (seen,) = camera.look(FACE_OF_ANNA)
            assert seen.label == RED_PERSON
            found.give_back(camera)

        stay()
        sleep(0.6)  # the camera is dark, and not for long enough
        stay()
        wait_for(lambda: all(each.over for each in visits(service)))
        (visit,) = visits(service)
        assert (visit.subject.label, visit.camera) == (RED_PERSON, "browser")
        assert visit.snapshot is not None


def test_so_many_browsers_at_most_keep_visits(tmp_path: Path):
    with cameras(tmp_path, absence=1.0) as (found, _):
        one, other = found.take(), found.take()
        assert [one.name, other.name] == ["browser", "browser 2"]
        with pytest.raises(BusyError, match="2 browsers are kept already"):
            found.take()
        found.give_back(one)
        assert found.take() is one


@pytest.mark.slow
def test_the_page_asks_for_visits_of_its_camera_and_only_an_editor_may(tmp_path: Path):
    head = msgspec.json.encode({"number": 3})
    message = struct.pack("<I", len(head)) + head + encode_jpeg(FACE_OF_ANNA)
    with cameras(tmp_path, absence=1.0) as (found, service), serving(tmp_path, browsers=found) as site:

        def seen(path: str) -> str:
            with site.socket(path, Role.EDITOR) as socket:
                for _ in range(6):
                    socket.send(message)
                    answer = msgspec.json.decode(socket.recv(timeout=PATIENCE))
                    sleep(0.1)
            assert answer["number"] == 3
            (face,) = answer["seen"]
            assert face["box"] == [0.25, 0.25, 0.75, 0.75]
            return face["label"]

        assert seen("/api/webcam") == RED_PERSON
        assert visits(service) == []
        assert seen("/api/webcam?visits=1") == RED_PERSON
        wait_for(lambda: bool(visits(service)))
        wait_for(lambda: not found._cameras[0].in_use)

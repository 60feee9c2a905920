"""The application over what runs in this process."""

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from starlette.types import ASGIApp

from ..app.background_training import BackgroundTraining
from ..app.boxed_sets import BoxedSets
from ..app.browser_cameras import BrowserCameras
from ..app.camera_sitting import CameraSitting, TappedFrames
from ..app.digit_corrections import DigitCorrections
from ..app.digit_training import DigitTraining
from ..app.face_corrections import FaceCorrections
from ..app.film_jobs import FilmJobs, JobSettings
from ..app.rules_at_work import RulesAtWork
from ..app.still_pictures import StillPictures
from ..cameras.supervisor import CameraStatus
from ..control.server import Action
from ..faces.gallery.corrections import by_visit
from ..faces.recogniser import ClassifierStatus
from ..faces.settings import Paths, SessionSettings
from ..history.visits import Journal
from ..records import Frame, Observation
from ..teach.recognisers import Recognisers
from . import openapi
from .access.audit import Audit
from .access.certificate import fingerprint, own_names
from .access.entrance import Entrance
from .access.passwords import Passwords
from .access.sessions import Sessions
from .application import build_application
from .http_server import is_loopback
from .live.browser_video import BrowserVideos, is_installed
from .live.event_counter import EventCounter
from .live.sightings import sightings
from .operations import Desk
from .records import FrameLine, SessionState
from .routes.box_routes import BoxRoutes
from .routes.camera_routes import CameraRoutes, WatchedCamera
from .routes.collection_routes import CollectionRoutes
from .routes.correction_routes import CorrectionRoutes
from .routes.digit_routes import DigitRoutes
from .routes.job_routes import JobRoutes
from .routes.people_routes import PeopleRoutes
from .routes.picture_routes import PictureRoutes
from .routes.recognizer_routes import RecognizerRoutes
from .routes.rule_routes import RuleRoutes
from .routes.session_routes import SessionRoutes
from .routes.sitting_routes import SittingRoutes
from .routes.teach_routes import TeachRoutes
from .routes.teach_sockets import TeachSockets
from .routes.training_routes import TrainingRoutes
from .routes.trial_sockets import TrialSockets
from .routes.visit_routes import VisitRoutes
from .routes.visitor_routes import VisitorRoutes
from .routes.webcam_routes import WebcamRoutes
from .settings import Limits, WebSettings
from .work_limit import WorkLimit

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - where it is asked for


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """What runs in this process, as the page shows it.

    `cameras` and what `status` tells are in the same order; `actions` are those of the control socket;
    `reload` puts in use what was learned. `retention_days` is None where nothing is written to disk.
    """

    cameras: Sequence[WatchedCamera]
    status: Callable[[], Sequence[CameraStatus]]
    actions: Mapping[str, Action]
    counter: EventCounter
    journal: Journal
    paths: Paths
    pictures: StillPictures
    models_dir: Path
    datasets_dir: Path
    classifiers: Callable[[], ClassifierStatus | None]
    reload: Callable[[], object]
    training: BackgroundTraining
    begin_sitting: Callable[[TappedFrames], CameraSitting]
    films: FilmJobs
    browsers: BrowserCameras
    recognisers: Recognisers
    boxed: BoxedSets
    rules: RulesAtWork
    digits: DigitTraining
    notices: Sequence[str]
    retention_days: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Who may come in, and where it is noted."""

    entrance: Entrance
    passwords: Passwords
    audit: Audit
    port: int


def open_access(settings: WebSettings, port: int) -> Access:
    """Access with the token of this start; `port` is the one that is listened on."""
    folder = settings.folder
    passwords, audit = Passwords(folder), Audit(folder)
    sessions = Sessions(folder / f"sessions-{port}.json")
    entrance = Entrance(passwords, sessions, audit, port, secure=settings.is_secure)
    return Access(entrance, passwords, audit, port)


def names_of(settings: WebSettings) -> tuple[str, ...]:
    """The names and addresses by which it may be asked for, besides those of this machine alone."""
    if is_loopback(settings.host):
        return settings.host_names
    own = own_names() if settings.host in _EVERYWHERE else [settings.host]
    return (*settings.host_names, *own)


def addresses_of(settings: WebSettings, port: int) -> tuple[str, ...]:
    """Where other machines find the page; nowhere, where it is for this machine alone."""
    if is_loopback(settings.host):
        return ()
    reachable = [name for name in names_of(settings) if not is_loopback(name)]
    return tuple(f"https://{f'[{name}]' if ':' in name else name}:{port}/" for name in reachable)


def listened_on(settings: WebSettings) -> tuple[str, ...] | None:
    """The addresses that the page has here, and so a browser's video; None for all of this machine."""
    if settings.host in _EVERYWHERE:
        return None
    return (settings.host if ":" in settings.host else socket.gethostbyname(settings.host),)


def open_films(folder: Path, pictures: StillPictures, settings: JobSettings | None = None) -> FilmJobs:
    """Films that are sent, as the page tells of them; `folder` is that of the page."""
    return FilmJobs(folder / "jobs", pictures, _line, settings or JobSettings())


def _said(running: Running, settings: WebSettings, port: int, version: str) -> SessionState:
    """What everybody is told who has come in."""
    return SessionState(
        role=None,
        version=version,
        passwords=False,
        retention_days=running.retention_days,
        notices=tuple(running.notices),
        addresses=addresses_of(settings, port),
        video=is_installed(),
        fingerprint=None if settings.certificate is None else fingerprint(settings.certificate),
    )


def _line(frame: Frame, seen: Sequence[Observation]) -> bytes:
    height, width = frame.image.shape[:2]
    return msgspec.json.encode(FrameLine(frame.index, frame.time, width, height, sightings(seen)))


def build(running: Running, settings: WebSettings, limits: Limits, access: Access, version: str) -> ASGIApp:
    """The application."""
    sessions = SessionRoutes(
        access.entrance, access.passwords, _said(running, settings, access.port, version)
    )
    cameras = CameraRoutes(
        access.entrance,
        running.cameras,
        running.counter,
        running.status,
        running.actions["status"],
        lambda: running.training.state,
    )
    work = WorkLimit(limits.at_work, limits.waiting)
    videos = BrowserVideos(listened_on(settings))
    webcams = WebcamRoutes(access.entrance, running.pictures, limits, work, running.browsers, videos)
    taps = [camera.tap for camera in running.cameras]
    sittings = SittingRoutes(access.entrance, taps, running.begin_sitting, SessionSettings().timeout)
    digits = DigitCorrections(running.pictures, running.datasets_dir)
    feeds = [camera.feed for camera in running.cameras]
    corrections = FaceCorrections(running.paths, running.pictures.faces, running.reload)
    asked = [
        *sessions.operations(),
        *cameras.operations(),
        *VisitRoutes(running.journal, lambda: by_visit(corrections.all())).operations(),
        *PeopleRoutes(running.paths, running.journal, running.reload).operations(),
        *CorrectionRoutes(corrections, running.journal, feeds, limits, work).operations(),
        *JobRoutes(running.films).operations(),
        *TrainingRoutes(running.paths, running.training, limits, running.reload).operations(),
        *VisitorRoutes(running.paths, running.training).operations(),
        *PictureRoutes(
            running.pictures, running.classifiers, limits, running.models_dir, work, digits
        ).operations(),
    ]
    teach = TeachRoutes(running.recognisers, limits)
    asked += [*teach.operations(), *RecognizerRoutes(running.recognisers, feeds, limits).operations()]
    asked += CollectionRoutes(running.recognisers, limits).operations()
    boxes = BoxRoutes(running.boxed, access.entrance, limits, work)
    named = [(camera.name, camera.feed) for camera in running.cameras]
    asked += RuleRoutes(running.rules, named, limits, work).operations()
    drawn = DigitRoutes(running.digits, digits, access.entrance)
    asked += [*boxes.operations(), *drawn.operations()]
    taught = TeachSockets(access.entrance, teach, tuple(feeds), limits, work)
    trials = TrialSockets(access.entrance, running.rules, [camera.name for camera in running.cameras])
    desk = Desk(access.entrance, access.audit)
    return build_application(
        access.entrance,
        desk,
        openapi.described(asked, version),
        [
            *cameras.sockets(),
            *webcams.sockets(),
            *sittings.sockets(),
            *taught.sockets(),
            *boxes.sockets(),
            *drawn.sockets(),
            *trials.sockets(),
        ],
        limits,
        names_of(settings),
    )

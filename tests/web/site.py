"""A server over fakes, and whoever asks it."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from websockets.sync.client import ClientConnection, connect

from svod_rcgn.app.background_training import BackgroundTraining
from svod_rcgn.app.boxed_sets import BoxedSets
from svod_rcgn.app.browser_cameras import BrowserCameras
from svod_rcgn.app.camera_sitting import CameraSitting, CameraTap
from svod_rcgn.app.digit_training import DigitTraining
from svod_rcgn.app.faces_wing import open_faces_wing
from svod_rcgn.app.film_jobs import JobSettings
from svod_rcgn.app.rule_editing import RuleEditing
from svod_rcgn.app.rule_files import RuleFiles
from svod_rcgn.app.rule_service import RulesInUse
from svod_rcgn.app.rules_at_work import RulesAtWork
from svod_rcgn.app.still_pictures import StillPictures
from svod_rcgn.cameras.loop import CameraLoop
from svod_rcgn.cameras.supervisor import CameraStatus
from svod_rcgn.classification.look import Looker
from svod_rcgn.classification.training.digits_again import AGAIN, AgainSettings
from svod_rcgn.errors import InputError
from svod_rcgn.faces.build import build_analyzers
from svod_rcgn.faces.recogniser import Reloader
from svod_rcgn.faces.settings import Paths
from svod_rcgn.history.database import FILE, Database
from svod_rcgn.history.visits import SNAPSHOTS, Journal
from svod_rcgn.objects.stages.detect import ObjectDetector
from svod_rcgn.teach.recognisers import Recognisers
from svod_rcgn.teach.settings import TeachPlaces
from svod_rcgn.web.access.certificate import TlsFiles
from svod_rcgn.web.access.roles import Role
from svod_rcgn.web.build import Access, Running, build, open_access, open_films
from svod_rcgn.web.http_server import bind, open_server
from svod_rcgn.web.live.event_counter import EventCounter
from svod_rcgn.web.live.feed import CameraFeed
from svod_rcgn.web.routes.camera_routes import WatchedCamera
from svod_rcgn.web.settings import Limits, WebSettings
from tests.faces.enrolment.sitters import SitterEmbedder, taker
from tests.fakes import fake_analyzers
from tests.patience import PATIENCE
from tests.web.documented import Documented, documented

CAMERA = "hall"


@dataclass
class Site:
    """What is served, and how it is asked."""

    url: str
    access: Access
    feed: CameraFeed
    counter: EventCounter
    journal: Journal
    paths: Paths
    tap: CameraTap
    rules: RulesInUse
    reloaded: list[int] = field(default_factory=list)
    _cookies: dict[tuple[Role | None, str | None], dict[str, str]] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def ask(self, method: str, path: str, role: Role | None = Role.ADMIN, **more: Any) -> requests.Response:
        """As a page of ours with a session of a role, None for nobody who has come in."""
        headers = {"Origin": self.url, **self._lasting(role), **more.pop("headers", {})}
        answer = requests.request(
            method, self.url + path, headers=headers, timeout=PATIENCE, allow_redirects=False, **more
        )
        self.document.compare(method, path, answer.status_code)
        return answer

    @cached_property
    def document(self) -> Documented:
        """What it says that it answers; whatever is asked of it is held against that."""
        return documented(self.url)

    def has_learned(self, name: str) -> bool:
        """Whether a recogniser has learned all that was said, and learns nothing now; asking wakes it."""
        state = self.ask("GET", f"/api/teach/{name}").json()
        return not state["learning"]["running"] and bool(state["learning"]["state"] == state["state"])

    def cookie(self, role: Role | None) -> dict[str, str]:
        if role is None:
            return {}
        secret = self.access.entrance._sessions.begin(role, self.access.passwords.mark(role))
        return {"Cookie": f"{self.access.entrance.cookie}={secret}"}

    def _lasting(self, role: Role | None) -> dict[str, str]:
        """A session that is used again: one for each question would push out those of the pages."""
        mark = None if role is None else self.access.passwords.mark(role)
        if (role, mark) not in self._cookies:
            self._cookies[role, mark] = self.cookie(role)
        return self._cookies[role, mark]

    def socket(
        self, path: str, role: Role | None = Role.ADMIN, host: str = "", **headers: str
    ) -> ClientConnection:
        """Of a page of ours; `host` is what a page calls us whose name leads here."""
        given = {"Origin": f"http://{host}" if host else self.url, **self.cookie(role), **headers}
        name, port = self.host.split(":")
        return connect(
            f"ws://{host or self.host}{path}",
            sock=socket.create_connection((name, int(port))),
            additional_headers=given,
            open_timeout=PATIENCE,
            compression=None,
            proxy=None,
        )


def raise_when_closed(socket: ClientConnection) -> None:
    """Take what comes until nothing does."""
    while True:
        socket.recv(timeout=PATIENCE)


def no_network(name: str) -> Looker:
    raise InputError(f"{name}: no such network")


def no_detector(name: str) -> ObjectDetector:
    raise InputError(f"{name}: no such network")


def no_camera(*_of: object) -> CameraLoop:
    raise InputError("no visits are kept here")


def status(number: int = 0) -> CameraStatus:
    return CameraStatus(CAMERA, True, 7, 14.9, 0.04, 0.05, 0, 0, 0, 1, None)


def rule_files(folder: Path) -> RuleFiles:
    """A file that is not there yet."""
    return RuleFiles((folder / "rules.toml",), lambda _: None, lambda _: [], may_lack=True)


def rules_at_work(folder: Path, in_use: RulesInUse) -> RulesAtWork:
    """Over what is kept in the folder."""
    editing = RuleEditing(rule_files(folder), in_use)
    return RulesAtWork(editing, in_use.onlookers, folder, lambda _: None)


@contextmanager
def serving(
    folder: Path,
    *,
    limits: Limits | None = None,
    host_names: Sequence[str] = (),
    load: Callable[[str], Looker] = no_network,
    detect: Callable[[str], ObjectDetector] = no_detector,
    faces: Any = None,
    networks: tuple[Path, Path] | None = None,
    notices: Sequence[str] = (),
    jobs: JobSettings | None = None,
    tls: TlsFiles | None = None,
    browsers: BrowserCameras | None = None,
    backbones: Path | None = None,
    again: AgainSettings = AGAIN,
) -> Iterator[Site]:
    """One camera, faces that are known by their colour, and an empty history.

    With `networks`, which embed and find faces, these are real, and nobody is known yet.
    """
    limits = limits or Limits()
    settings = WebSettings(port=0, host_names=tuple(host_names), folder=folder / "web")
    if tls:
        settings = replace(settings, certificate=tls.certificate, key=tls.key)
    paths = Paths(
        *(folder / name for name in ("faces", "aligned", "classifiers", "clarify")), history_dir=folder
    )
    reloaded: list[int] = []

    def reload() -> None:
        reloaded.append(1)

    if networks:
        paths = replace(paths, embedding_dir=networks[0], detection_dir=networks[1])
        analyzers = build_analyzers(paths, "CPU", nobody=True)
        faces = open_faces_wing(analyzers, paths.clarify_dir)
        swap = analyzers.identifier.replace
        reload = Reloader(*networks[:1], paths.classifiers_dir, swap, nobody=True).reload  # type: ignore[assignment]
    with closing(bind(settings)) as listener, closing(Database(folder / FILE)) as database:
        access = open_access(settings, listener.getsockname()[1])
        feed, counter, rules = CameraFeed(), EventCounter(), RulesInUse(rule_files(folder).read)
        tap = CameraTap(CAMERA, live=True)
        journal = Journal(database, folder / SNAPSHOTS, queue=10)
        pictures = StillPictures(faces or open_faces_wing(fake_analyzers(), None), load, detect)
        films = open_films(folder / "web", pictures, jobs)
        recognisers = Recognisers(
            TeachPlaces(folder / "datasets", backbones or folder / "models", "imagenet")
        )
        boxed = BoxedSets(folder / "datasets", folder / "models", "CPU", pictures.read_again)
        running = Running(
            cameras=[WatchedCamera(CAMERA, True, feed, tap)],
            status=lambda: (status(),),
            actions={"status": lambda _: {"uptime": 1.0}},
            counter=counter,
            journal=journal,
            paths=paths,
            pictures=pictures,
            films=films,
            browsers=browsers or BrowserCameras(no_camera, 1.0),
            models_dir=folder / "models",
            datasets_dir=folder / "datasets",
            classifiers=lambda: None,
            reload=reload,
            begin_sitting=lambda source: CameraSitting(source, lambda: (taker(), SitterEmbedder()), paths),
            training=BackgroundTraining(paths, "CPU", reload),
            recognisers=recognisers,
            boxed=boxed,
            digits=DigitTraining(folder / "datasets", folder / "models", pictures.read_again, again),
            rules=rules_at_work(folder, rules),
            notices=notices,
            retention_days=30.0,
        )
        url = f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"
        films.start()
        app = build(running, settings, limits, access, "1.2.3")
        with closing(recognisers), closing(boxed), open_server(app, listener, limits, tls), closing(films):
            yield Site(url, access, feed, counter, journal, paths, tap, rules, reloaded)

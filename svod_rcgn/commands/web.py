"""The page: cameras, people and visits in a browser, and an HTTP interface for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..faces.settings import Paths
from ..media.settings import LiveSettings, VideoSettings
from ..retry import RetrySettings
from ..web.settings import Limits, WebSettings
from . import base, options, shutdown
from .datasets import datasets_folder
from .program_names import as_called
from .watch import notify_options, reading_options, surroundings, wing_options

if TYPE_CHECKING:
    import socket

    from ..app.boxed_sets import BoxedSets
    from ..app.browser_cameras import BrowserCameras
    from ..app.camera_sitting import CameraSitting, TappedFrames
    from ..app.digit_training import DigitTraining
    from ..app.event_service import EventService
    from ..app.rules_at_work import RulesAtWork
    from ..app.still_pictures import StillPictures
    from ..cameras.loop import CameraLoop
    from ..cameras.supervisor import CameraSupervisor
    from ..cameras.viewer import Viewer
    from ..errors import SvodError
    from ..events.listeners import EventListener
    from ..media.sources import Source
    from ..rules.vocabulary import RulesText
    from ..teach.recognisers import Recognisers
    from ..web.access.certificate import TlsFiles
    from ..web.build import Running
    from ..web.routes.camera_routes import WatchedCamera
    from .watch.camera_options import CameraOptions
    from .watch.run import Renewals

_WEB = WebSettings()
_PAGE = "Page"
_ROLES = ("viewer", "editor", "admin")
_PACKAGES = ("starlette", "uvicorn", "websockets", "multipart", "tomlkit")
_TOP = 5  # classes that are told of a picture


@dataclass(frozen=True, slots=True, eq=False)
class _Start:
    """What the options say of this start."""

    web: WebSettings
    datasets_dir: Path
    notify: notify_options.NotifyOptions
    looking: wing_options.WingOptions
    paths: Paths
    device: str
    video: VideoSettings
    live: LiveSettings
    browser: bool


@base.command("web")
@base.option("--host", metavar="HOST", default=_WEB.host, section=_PAGE, help="Its address.")
@base.option(
    "--port", type=click.IntRange(0, 65535), default=_WEB.port, section=_PAGE, help="Its port; 0 for any."
)
@base.option(
    "--host_name",
    "host_names",
    multiple=True,
    metavar="NAME",
    section=_PAGE,
    help="Another name that it is asked by.",
)
@base.option(
    "--certificate",
    type=click.Path(path_type=Path),
    section=_PAGE,
    help="PEM; serve it by TLS.",
)
@base.option("--key", type=click.Path(path_type=Path), section=_PAGE, help="The certificate's, in PEM.")
@base.option("--self_signed", is_flag=True, section=_PAGE, help="Make a certificate for this machine.")
@base.option("--behind_proxy", is_flag=True, section=_PAGE, help="A proxy before it speaks TLS.")
@base.option("--no_browser", is_flag=True, section=_PAGE, help="Open no browser.")
@base.option(
    "--set_password",
    type=click.Choice(_ROLES),
    metavar="ROLE",
    section=_PAGE,
    help="Password of viewer, editor, admin.",
)
@base.folder_option("--web_dir", default=_WEB.folder, section=base.FOLDERS, help="Sessions and the audit.")
@datasets_folder
@base.option(
    "--video_source",
    "video_sources",
    multiple=True,
    metavar="SOURCE",
    section=reading_options.PICTURES,
    help="As in video.py; none, or several.",
)
@reading_options.max_width
@reading_options.max_height
@reading_options.read_timeout
@reading_options.reconnect_limit
@partial(wing_options.add_options, cameras_only=False)
@notify_options.add_options
@options.input_dir
@options.aligned_dir
@options.classifiers_dir
@options.model
@options.detector_dir
@options.background_dir
@options.device
def main(
    *,
    host: str,
    port: int,
    host_names: tuple[str, ...],
    certificate: Path | None,
    key: Path | None,
    self_signed: bool,
    behind_proxy: bool,
    no_browser: bool,
    set_password: str | None,
    web_dir: Path,
    datasets_dir: Path,
    video_sources: tuple[str, ...],
    video_max_width: int,
    video_max_height: int,
    read_timeout: float,
    reconnect_limit: int | None,
    looking: wing_options.WingOptions,
    notify: notify_options.NotifyOptions,
    input_dir: Path,
    aligned_dir: Path,
    classifiers_dir: Path,
    model: Path,
    detector_dir: Path,
    background_dir: Path | None,
    device: str,
) -> None:
    """Serve a page of cameras, people and visits; SIGHUP reads networks again."""
    web = WebSettings(host, port, host_names, web_dir, certificate, key, behind_proxy)
    _check(web, self_signed=self_signed)
    _check_packages()
    if set_password:
        return _set_password(web, set_password)
    if self_signed:
        web = _with_certificate(web)
    paths = Paths(
        input_dir=input_dir,
        aligned_dir=aligned_dir,
        classifiers_dir=classifiers_dir,
        clarify_dir=notify.clarify_dir,
        history_dir=notify.history_dir,
        embedding_dir=model,
        detection_dir=detector_dir,
        background_dir=background_dir,
    )
    video = VideoSettings(video_max_width, video_max_height, paced=True)
    live = LiveSettings(read_timeout, RetrySettings(limit=reconnect_limit))
    return _begin(
        _Start(web, datasets_dir, notify, looking, paths, device, video, live, not no_browser), video_sources
    )


def _check_packages() -> None:
    from ..errors import InputError

    if any(
        find_spec(name) is None for name in ("starlette", "uvicorn", "websockets", "multipart", "tomlkit")
    ):
        raise InputError("the page needs other packages: pip install 'svod-rcgn[web]'")


def _check(web: WebSettings, *, self_signed: bool) -> None:
    if (web.certificate is None) != (web.key is None):
        raise click.UsageError("--certificate and --key go together")
    if self_signed and web.certificate:
        raise click.UsageError("--self_signed makes a certificate; leave --certificate and --key out")


def _with_certificate(web: WebSettings) -> WebSettings:
    from ..web.access import certificate

    names = [*certificate.own_names(), *web.host_names]
    made = certificate.self_signed(web.folder, names)
    return replace(web, certificate=made.certificate, key=made.key)


def _set_password(web: WebSettings, role: str) -> None:
    from ..web.access.passwords import Passwords
    from ..web.access.roles import Role

    password = click.prompt(f"Password of the role {role}", hide_input=True, confirmation_prompt=True)
    Passwords(web.folder).set(Role(role), password)
    base.say(f"the role {role} has this password now; who had come in with another one is out")


def _begin(start: _Start, sources: Sequence[str]) -> None:
    shutdown.PROCESS.guard()
    surroundings.prepare_opencv()
    from ..web import http_server
    from ..web.access.passwords import Passwords
    from .watch import camera_options

    notify_options.hide_secrets([*start.notify.secrets, *(each for each in sources if "@" in each)])
    _tls(start.web)
    has_password = bool(Passwords(start.web.folder).all())
    with closing(http_server.bind(start.web, has_password=has_password)) as listener:
        cameras = camera_options.open_cameras(sources, start.live)
        opened, missing = _open_wings(start)
        _serve(start, cameras, opened, missing, listener)


def _open_wings(start: _Start) -> tuple[wing_options.OpenWings, SvodError | None]:
    """The wings; where faces cannot be looked for the others do without, and the page says why."""
    from ..errors import SvodError

    strangers = start.notify.strangers_dir
    try:
        return start.looking.open(start.paths, start.device, strangers, nobody=True), None
    except SvodError as error:
        if start.looking.no_faces:
            raise
        without = replace(start.looking, no_faces=True)
        return without.open(start.paths, start.device, strangers), error


def _serve(
    start: _Start,
    cameras: Sequence[CameraOptions],
    opened: wing_options.OpenWings,
    missing: SvodError | None,
    listener: socket.socket,
) -> None:
    from ..app import process
    from ..app.actions import Actions
    from ..app.background_training import BackgroundTraining
    from ..web import build
    from ..web.build import Running
    from ..web.live.event_counter import EventCounter

    process.expect_many_records()
    counter = EventCounter()
    shown = [_watched(each.source) for each in cameras]
    setups = [
        replace(camera.setup(start.notify), viewers=[seen.feed, seen.tap], listeners=[counter])
        for camera, seen in zip(cameras, shown, strict=True)
    ]
    with process.open_service(
        start.notify.events, start.notify.channels(), opened.wings, opened.rules
    ) as service:
        supervisor = process.build_cameras(setups, opened.wings, service, start.video, start.live.retry)
        actions = Actions(supervisor, opened.reload, opened.classifiers, service.status, opened.reload_rules)
        pictures = _still_pictures(start, opened, missing)
        browsers = _browser_cameras(start, opened, service, counter)
        running = Running(
            cameras=shown,
            status=supervisor.status,
            actions=actions.by_name(),
            counter=counter,
            journal=service.journal,
            paths=start.paths,
            pictures=pictures,
            films=build.open_films(start.web.folder, pictures),
            models_dir=start.looking.models_dir,
            datasets_dir=start.datasets_dir,
            classifiers=opened.classifiers,
            reload=opened.reload,
            browsers=browsers,
            begin_sitting=_sittings(start),
            training=BackgroundTraining(start.paths, start.device, opened.reload),
            recognisers=_recognisers(start),
            boxed=_boxed_sets(start, pictures),
            rules=_rules_at_work(start, opened, service),
            digits=_digits(start, pictures),
            notices=_notices(start, missing),
            retention_days=None if start.notify.no_history else start.notify.retention_days,
        )
        with closing(browsers):
            ended_by = _run(start, running, opened.renewals, supervisor, listener)
        start.notify.finish(service, hurried=True)
        _leave(supervisor, ended_by)


def _watched(source: Source) -> WatchedCamera:
    from ..app.camera_sitting import CameraTap
    from ..web.live.feed import CameraFeed
    from ..web.routes.camera_routes import WatchedCamera

    return WatchedCamera(source.name, source.live, CameraFeed(), CameraTap(source.name, live=source.live))


def _sittings(start: _Start) -> Callable[[TappedFrames], CameraSitting]:
    from ..app.camera_sitting import CameraSitting
    from ..faces.build import build_taker

    build = partial(build_taker, start.paths, start.device)
    return lambda source: CameraSitting(source, build, start.paths)


def _browser_cameras(
    start: _Start, opened: wing_options.OpenWings, service: EventService, counter: EventListener
) -> BrowserCameras:
    from ..app.browser_cameras import BrowserCameras
    from ..app.process import CameraSetup, build_camera
    from .watch.camera_options import CameraOptions

    def build(source: Source, viewer: Viewer) -> CameraLoop:
        notifiers = CameraOptions(source.name, source).setup(start.notify).notifiers
        setup = CameraSetup(source, [], notifiers, [viewer], [counter])
        return build_camera(setup, opened.wings, service, start.video)

    return BrowserCameras(build, start.notify.notification.absence)


def _boxed_sets(start: _Start, pictures: StillPictures) -> BoxedSets:
    from ..app.boxed_sets import BoxedSets

    return BoxedSets(start.datasets_dir, start.looking.models_dir, start.device, pictures.read_again)


def _rules_at_work(start: _Start, opened: wing_options.OpenWings, service: EventService) -> RulesAtWork:
    from ..app.rule_editing import RuleEditing
    from ..app.rules_at_work import RulesAtWork

    assert opened.rules is not None
    files = start.looking.files(may_lack=True)

    def warn(rules: RulesText) -> list[str]:
        return [*files.warn(rules), *service.unheard(rules)]

    editing = RuleEditing(replace(files, warn=warn), opened.rules)
    history_dir = start.notify.events.history_dir
    return RulesAtWork(editing, opened.rules.onlookers, history_dir, service.write_seen)


def _digits(start: _Start, pictures: StillPictures) -> DigitTraining:
    from ..app.digit_training import DigitTraining

    return DigitTraining(start.datasets_dir, start.looking.models_dir, pictures.read_again)


def _recognisers(start: _Start) -> Recognisers:
    from ..classification.settings import IMAGENET
    from ..teach.recognisers import Recognisers
    from ..teach.settings import TeachPlaces

    return Recognisers(TeachPlaces(start.datasets_dir, start.looking.models_dir, IMAGENET, start.device))


def _still_pictures(
    start: _Start, opened: wing_options.OpenWings, missing: SvodError | None
) -> StillPictures:
    from ..app.still_pictures import StillPictures
    from ..classification.build import load_looker
    from ..errors import ClassifierError
    from ..objects.build import load_detector
    from ..objects.settings import ObjectSettings

    none = missing or ClassifierError("no faces are looked for here; start `svod web` without --no_faces")
    models_dir, device = start.looking.models_dir, start.device
    return StillPictures(
        opened.faces or none,
        lambda name: load_looker(name, models_dir, device, _TOP),
        lambda name: load_detector(name, models_dir, ObjectSettings(), device),
    )


def _notices(start: _Start, missing: SvodError | None) -> list[str]:
    """What cannot be done here, and what brings it."""
    from ..classification.settings import FETCH as PICTURES
    from ..objects.settings import FETCH as OBJECTS
    from ..storage.folders import current_of

    notices = [] if missing is None else [f"{missing}, and start this page again"]
    if (
        not start.looking.no_faces
        and missing is None
        and not current_of(start.paths.classifiers_dir).exists()
    ):
        notices.append("nobody is known yet; add a person, or name a visitor")
    fetch = {**PICTURES, **OBJECTS}
    absent = [name for name in fetch if not (start.looking.models_dir / name).exists()]
    notices += [f"the network {name} is not here; {fetch[name]}" for name in absent]
    return [as_called(" ".join(notice.split())) for notice in notices]


def _run(
    start: _Start,
    running: Running,
    renewals: Renewals,
    supervisor: CameraSupervisor,
    listener: socket.socket,
) -> int | None:
    from ..media.windows import Screen
    from .watch import run

    actions = {**running.actions, "stop": shutdown.ending(running.actions["stop"])}
    with start.notify.control(actions), _open_page(start, running, listener):
        return run.watch(supervisor, Screen([]), renewals, lasting=True)


@contextmanager
def _open_page(start: _Start, running: Running, listener: socket.socket) -> Iterator[None]:
    """The page, served while the block runs."""
    from ..web import build, http_server
    from ..web.access import certificate
    from .versions import own_version

    limits, port = Limits(), listener.getsockname()[1]
    access = build.open_access(start.web, port)
    app = build.build(running, start.web, limits, access, own_version())
    host = f"[{start.web.host}]" if ":" in start.web.host else start.web.host
    if start.web.host in ("0.0.0.0", "::"):  # noqa: S104 - this machine finds it here
        host = "localhost"
    scheme = "https" if start.web.certificate else "http"
    link = f"{scheme}://{host}:{port}/?token={access.entrance.token}"
    running.films.start()
    server = http_server.open_server(app, listener, limits, _tls(start.web))
    with closing(running.recognisers), closing(running.boxed), server, closing(running.films):
        with start.notify.report():  # the link is for people
            base.say(f"the page is at {link}")
            for each in build.addresses_of(start.web, port):
                base.say(f"other machines find it at {each}")
            if start.web.certificate:
                base.say(f"its certificate is {certificate.fingerprint(start.web.certificate)}")
        if start.browser and surroundings.has_display():
            _open_browser(link, start.web.folder)
        yield


def _tls(web: WebSettings) -> TlsFiles | None:
    from ..web.access import certificate

    if web.certificate is None or web.key is None:
        return None
    return certificate.checked(certificate.TlsFiles(web.certificate, web.key))


def _open_browser(link: str, folder: Path) -> None:
    """Open it by a file that only its owner can read, since all can read the list of processes."""
    import webbrowser
    from html import escape

    from ..storage import files

    path = folder.resolve() / "open.html"
    page = f'<!doctype html><meta http-equiv="refresh" content="0; url={escape(link)}">'
    files.write_bytes(path, page.encode(), private=True)
    webbrowser.open(path.as_uri())


def _leave(supervisor: CameraSupervisor, ended_by: int | None) -> None:
    from .watch import run

    if ended_by is None:  # by a defect, or by the control socket
        supervisor.raise_error()
    run.leave(ended_by)

"""Cameras: who is seen, as it happens."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..faces.settings import Paths
from ..media.settings import LiveSettings, VideoSettings
from ..retry import RetrySettings
from . import base, options, shutdown
from .watch import enrol, notify_options, reading_options, surroundings, wing_options

if TYPE_CHECKING:
    from ..app.event_service import EventService
    from ..cameras.supervisor import CameraSupervisor
    from .watch.camera_options import CameraOptions

_PICTURES = reading_options.PICTURES


@base.command("video")
@base.option(
    "--video_source",
    "video_sources",
    multiple=True,
    default=["0"],
    metavar="SOURCE",
    section=_PICTURES,
    help="As above, once for each camera.",
)
@base.option("--video_async", is_flag=True, section=_PICTURES, help="Show pictures at once; labels follow.")
@reading_options.max_width
@reading_options.max_height
@reading_options.read_timeout
@reading_options.reconnect_limit
@base.option(
    "--output",
    "outputs",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    section=_PICTURES,
    help="The annotated .mp4, once a source.",
)
@base.option("--no_window", is_flag=True, section=_PICTURES, help="Open no window.")
@wing_options.add_options
@enrol.add_options
@notify_options.add_options
@options.classifiers_dir
@options.model
@options.detector_dir
@options.background_dir
@options.device
def main(
    *,
    video_sources: tuple[str, ...],
    video_async: bool,
    video_max_width: int,
    video_max_height: int,
    read_timeout: float,
    reconnect_limit: int | None,
    outputs: tuple[Path, ...],
    no_window: bool,
    looking: wing_options.WingOptions,
    enrolment: enrol.Enrolment | None,
    notify: notify_options.NotifyOptions,
    classifiers_dir: Path,
    model: Path,
    detector_dir: Path,
    background_dir: Path | None,
    device: str,
) -> None:
    """Watch each --video_source and announce who or what is seen.

    SOURCE is a webcam's number, a film, a picture, a folder of pictures, a URL, or `realsense`;
    NAME=SOURCE names it. --enrol adds good pictures of a face to --input_dir, and trains; --aligned_dir and
    --enrol_timeout are for it, too. q or Esc closes windows, Ctrl-C or SIGTERM ends all, SIGHUP reads
    networks and rules again.
    """
    shutdown.PROCESS.guard()
    surroundings.prepare_opencv()
    from .watch import camera_options

    live = LiveSettings(read_timeout, RetrySettings(limit=reconnect_limit))
    windowed = not no_window and surroundings.has_display()
    video = VideoSettings(video_max_width, video_max_height, video_async, paced=video_async or windowed)
    notify_options.hide_secrets([*notify.secrets, *(source for source in video_sources if "@" in source)])
    cameras = camera_options.with_films(camera_options.open_cameras(video_sources, live), outputs, video)
    cameras = camera_options.with_windows(cameras) if windowed else cameras
    paths = Paths(
        classifiers_dir=classifiers_dir,
        embedding_dir=model,
        detection_dir=detector_dir,
        background_dir=background_dir,
    )
    if enrolment:
        enrol.enrol(enrolment, cameras[0], video, paths, device, notify.listener_port)
    else:
        opened = looking.open(paths, device, notify.strangers_dir)
        _watch(cameras, notify, opened, video, live)


def _watch(
    cameras: Sequence["CameraOptions"],
    notify: notify_options.NotifyOptions,
    opened: wing_options.OpenWings,
    video: VideoSettings,
    live: LiveSettings,
) -> None:
    from ..app import process

    with process.open_service(notify.events, notify.channels(), opened.wings, opened.rules) as service:
        setups = [camera.setup(notify) for camera in cameras]
        supervisor = process.build_cameras(setups, opened.wings, service, video, live.retry)
        _run(supervisor, cameras, notify, service, opened)


def _run(
    supervisor: "CameraSupervisor",
    cameras: Sequence["CameraOptions"],
    notify: notify_options.NotifyOptions,
    service: "EventService",
    opened: wing_options.OpenWings,
) -> None:
    from ..app.actions import Actions
    from ..media.windows import Screen
    from .watch import run

    actions = Actions(
        supervisor, opened.reload, opened.classifiers, service.status, opened.reload_rules
    ).by_name()
    with ExitStack() as stack:
        films = [camera.film for camera in cameras if camera.film is not None]
        for film in films:
            stack.callback(film.close)
        screen = stack.enter_context(closing(Screen([camera.window for camera in cameras if camera.window])))
        with notify.control({**actions, "stop": shutdown.ending(actions["stop"])}):
            ended_by = run.watch(supervisor, screen, opened.renewals)
        for film in films:
            film.close()
        _sum_up(supervisor, cameras, notify, service, "nobody" if opened.classifiers() else "nothing")
        supervisor.raise_error()
        run.leave(ended_by)
        if any(camera.source.still for camera in cameras):
            screen.hold()


def _sum_up(
    supervisor: "CameraSupervisor",
    cameras: Sequence["CameraOptions"],
    notify: notify_options.NotifyOptions,
    service: "EventService",
    none: str,
) -> None:
    from .watch import run

    notify.finish(service, hurried=supervisor.is_stopped)
    with notify.report():
        wordings = [camera.wording(notify.notification) for camera in cameras]
        run.report(supervisor.summaries, wordings, none)

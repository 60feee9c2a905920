"""Cameras: who is seen, as it happens."""

import math
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import cli
from ..settings import LiveSettings, NotificationSettings, RetrySettings, VideoSettings

if TYPE_CHECKING:
    from ..camera import Camera
    from ..cameras import Cameras
    from ..pipeline import Classifier
    from ..sharing import Recogniser
    from .posts import Post

FFMPEG_QUIET = "-8"  # AV_LOG_QUIET

_NOTIFICATION = NotificationSettings()
_VIDEO = VideoSettings()
_LIVE = LiveSettings()
_SIDE = click.IntRange(min=16)


def _finite(_context: click.Context, _option: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number that can be worked with")
    return value


@cli.command("video")
@cli.option(
    "--video_source",
    "video_sources",
    multiple=True,
    default=["0"],
    help="A webcam's number, a film, a picture, a folder of pictures, a URL, `realsense`; NAME=SOURCE names "
    "it; again for each further camera.",
)
@cli.option("--video_async", is_flag=True, help="Show pictures as they come; labels follow when they can.")
@cli.option("--video_max_width", type=_SIDE, default=_VIDEO.max_width, help="Wider pictures are scaled down.")
@cli.option(
    "--video_max_height", type=_SIDE, default=_VIDEO.max_height, help="Higher pictures are scaled down."
)
@cli.option(
    "--read_timeout",
    type=click.FloatRange(min=0.1, max=3600),
    callback=_finite,
    default=_LIVE.read_timeout,
    help="Seconds without a picture after which a camera or stream is connected anew.",
)
@cli.option(
    "--reconnect_limit",
    type=click.IntRange(min=0),
    help="Tries in a row after which a camera or stream is given up.  [default: never]",
)
@cli.option(
    "--output",
    "outputs",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Write the annotated film to this .mp4 file; once for each source, in their order.",
)
@cli.option("--no_window", is_flag=True, help="Open no window, as where there is no display.")
@cli.option(
    "--notify_face_detection_period",
    type=click.FloatRange(min=0.1),
    callback=_finite,
    default=_NOTIFICATION.period,
    help="Seconds over which somebody has to be seen.",
)
@cli.option(
    "--notify_face_detection_prob",
    type=click.FloatRange(min=0, max=1, max_open=True),
    callback=_finite,
    default=_NOTIFICATION.share,
    help="Share of their frames above which somebody is announced.",
)
@cli.classifiers_dir
@cli.model
@cli.detector_dir
@cli.device
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
    notify_face_detection_period: float,
    notify_face_detection_prob: float,
    classifiers_dir: Path,
    model: Path,
    detector_dir: Path,
    device: str,
) -> None:
    """Watch each --video_source and announce who is seen.

    q or Esc closes the windows, Ctrl-C or SIGTERM ends it all, SIGHUP reads the classifiers again.
    """
    _prepare_opencv()
    from .. import assembly
    from ..cameras import Cameras
    from . import posts

    live = LiveSettings(read_timeout, RetrySettings(limit=reconnect_limit))
    windowed = not no_window and _has_display()
    video = VideoSettings(video_max_width, video_max_height, video_async, paced=video_async or windowed)
    notification = NotificationSettings(notify_face_detection_period, notify_face_detection_prob)
    places = posts.with_films(posts.open_posts(video_sources, live), outputs, video)
    recogniser = assembly.build_recogniser(
        embedding_dir=model, detection_dir=detector_dir, classifiers_dir=classifiers_dir, device=device
    )
    places = posts.with_windows(places) if windowed else places
    cameras = Cameras(
        [_camera(post, recogniser, notification, video) for post in places],
        recogniser.classifier.replace,
        live.retry,
    )
    _run(cameras, places, notification, partial(assembly.load_classifier, model, classifiers_dir))


def _run(
    cameras: "Cameras",
    places: Sequence["Post"],
    notification: NotificationSettings,
    load_classifier: Callable[[], "Classifier"],
) -> None:
    from ..screen import Screen
    from . import watching

    with ExitStack() as stack:
        films = [post.film for post in places if post.film is not None]
        for film in films:
            stack.callback(film.close)
        screen = stack.enter_context(closing(Screen([post.window for post in places if post.window])))
        ended_by = watching.watch(cameras, screen, load_classifier)
        for film in films:
            film.close()
        watching.report(cameras.summaries, [post.wording(notification) for post in places])
        cameras.raise_error()
        watching.leave(ended_by)
        if any(post.source.still for post in places):
            screen.hold()


def _camera(
    post: "Post", recogniser: "Recogniser", notification: NotificationSettings, video: VideoSettings
) -> "Camera":
    from ..camera import Camera
    from ..notifiers.stdout import StdoutNotifier
    from ..stages.rules import PresenceRule

    rule = PresenceRule(notification, post.source.name, 1 / post.source.frames_per_second)
    notifier = StdoutNotifier(post.wording(notification))
    build = partial(recogniser.pipeline, still=post.source.still)
    return Camera(post.source, build, rule, [notifier], post.outputs, video)


def _prepare_opencv() -> None:
    """Set what OpenCV reads from the environment, unless the user has.

    Its own lines and FFmpeg's stay off stderr. Its locks go, which FFmpeg has not needed for years: with
    them, a stream that is slow to answer keeps all others, and films to be written, from being opened.
    """
    os.environ.setdefault("OPENCV_FFMPEG_IS_THREAD_SAFE", "1")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", FFMPEG_QUIET)
    if "OPENCV_LOG_LEVEL" not in os.environ:
        import cv2

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _has_display() -> bool:
    # OpenCV's own windows need an X server, which Wayland desktops also have.
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY"))

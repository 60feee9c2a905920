"""The camera: who is seen, as it happens."""

import math
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import cli
from ..errors import InputError
from ..notifiers.base import Wording, on_one_line
from ..settings import NotificationSettings, VideoSettings

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..camera import Camera, Summary
    from ..entities import Frame
    from ..outputs import FilmFile, Output, Window
    from ..pipeline import Pipeline
    from ..stages.sources import Source

FFMPEG_QUIET = "-8"  # AV_LOG_QUIET

_NOTIFICATION = NotificationSettings()
_VIDEO = VideoSettings()
_SIDE = click.IntRange(min=16)


def _finite(_context: click.Context, _option: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number that can be worked with")
    return value


@cli.command("video")
@cli.option(
    "--video_source", default="0", help="A webcam's number, a film, a picture, a folder of pictures, a URL."
)
@cli.option("--video_max_width", type=_SIDE, default=_VIDEO.max_width, help="Wider pictures are scaled down.")
@cli.option(
    "--video_max_height", type=_SIDE, default=_VIDEO.max_height, help="Higher pictures are scaled down."
)
@cli.option("--output", type=click.Path(path_type=Path), help="Write the annotated film to this .mp4 file.")
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
    video_source: str,
    video_max_width: int,
    video_max_height: int,
    output: Path | None,
    no_window: bool,
    notify_face_detection_period: float,
    notify_face_detection_prob: float,
    classifiers_dir: Path,
    model: Path,
    detector_dir: Path,
    device: str,
) -> None:
    """Watch --video_source and announce who is seen; q or Esc closes the window, Ctrl-C ends it all."""
    _quieten_opencv()
    from .. import assembly
    from ..stages.sources import open_source

    video = VideoSettings(video_max_width, video_max_height)
    source = open_source(video_source)
    films = _films(output, video_source, source, video)
    pipeline = assembly.build_pipeline(
        embedding_dir=model,
        detection_dir=detector_dir,
        classifiers_dir=classifiers_dir,
        device=device,
        still=source.still,
    )
    notification = NotificationSettings(notify_face_detection_period, notify_face_detection_prob)
    with ExitStack() as stack:
        windows = _windows(source, no_window=no_window)
        outputs: list[Output] = [*films, *windows]
        for opened in outputs:
            stack.callback(opened.close)
        camera = _camera(source, pipeline, notification, outputs, video)
        _run(camera, films, Wording(source.live, notification.period))
        for window in windows if source.still else ():
            window.hold()


def _quieten_opencv() -> None:
    """Keep OpenCV's and FFmpeg's own lines off stderr, unless the user has asked for them."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", FFMPEG_QUIET)
    if "OPENCV_LOG_LEVEL" not in os.environ:
        import cv2

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _films(
    output: Path | None, video_source: str, source: "Source", video: VideoSettings
) -> list["FilmFile"]:
    from ..outputs import FilmFile

    if output is None:
        return []
    if output.exists() and Path(video_source).exists() and output.samefile(video_source):
        raise InputError(f"{output}: is the film that is read; choose another --output")
    mixed = source.still and source.frame_count != 1  # photographs lie and stand: give both room
    size = (video.max_width, video.max_height) if mixed else None
    return [FilmFile(output, source.frames_per_second, size)]


def _windows(source: "Source", *, no_window: bool) -> list["Window"]:
    from ..outputs import Window

    # OpenCV's own windows need an X server, which Wayland desktops also have.
    if no_window or (sys.platform.startswith("linux") and not os.environ.get("DISPLAY")):
        return []
    return [Window(source.name, 0 if source.live else 1 / source.frames_per_second)]


def _camera(
    source: "Source",
    pipeline: "Pipeline",
    notification: NotificationSettings,
    outputs: Sequence["Output"],
    video: VideoSettings,
) -> "Camera":
    from ..camera import Camera
    from ..notifiers.stdout import StdoutNotifier
    from ..stages.rules import PresenceRule

    rule = PresenceRule(notification, source.name, 1 / source.frames_per_second)
    notifier = StdoutNotifier(Wording(source.live, notification.period))
    return Camera(_tracked(source), pipeline, rule, [notifier], outputs, video)


def _tracked(source: "Source") -> Generator["Frame", None, None]:
    """The frames of a source, with a progress bar where there is an end and a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if source.live or not console.is_terminal:
        return source.frames()
    # What is written meanwhile goes through the bar's console, but never from a pipe to the terminal.
    progress = Progress(console=console, transient=True, redirect_stdout=sys.stdout.isatty())
    return _with_bar(source, progress)


def _with_bar(source: "Source", progress: "Progress") -> Generator["Frame", None, None]:
    with progress, closing(source.frames()) as frames:
        yield from progress.track(frames, total=source.frame_count, description=source.name)


def _run(camera: "Camera", films: Sequence["FilmFile"], wording: Wording) -> None:
    with _stopped_by_signals(camera.stop) as signals:
        summary = camera.run()
        for film in films:
            film.close()
    _report(summary, wording)
    if signal.SIGINT in signals:
        raise KeyboardInterrupt
    if signals:
        raise SystemExit(0)


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[list[int]]:
    """Let the first SIGINT or SIGTERM stop the work in good order, and the second end it at once."""
    received: list[int] = []
    former: dict[int, Any] = {}

    def take(number: int, _frame: Any) -> None:
        received.append(number)
        signal.signal(number, former[number])
        stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        former[number] = signal.signal(number, take)
    try:
        yield received
    finally:
        for caught, handler in former.items():
            signal.signal(caught, handler)


def _report(summary: "Summary", wording: Wording) -> None:
    from ..notifiers.stdout import write_line

    frames = "1 frame" if summary.frames == 1 else f"{summary.frames} frames"
    write_line(f"{frames} in {summary.seconds:.1f} s, {summary.frames_per_second:.1f} frames a second")
    for visit in summary.visits:
        first, last = wording.time(visit.first), wording.time(visit.last)
        write_line(f"{first} - {last}  {on_one_line(visit.name)}")
    if not summary.visits:
        write_line("nobody was recognised for long enough to be announced")

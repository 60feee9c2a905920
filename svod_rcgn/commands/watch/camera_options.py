"""One camera of the command line: where its pictures come from, and where they go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ...app.process import CameraSetup
from ...errors import InputError
from ...events.settings import NotificationSettings
from ...media.output import Output
from ...media.settings import LiveSettings, VideoSettings
from ...media.sources import Source, open_source
from ...media.video_file import FilmFile
from ...media.windows import Window
from ...notify.wording import Wording
from .notify_options import NotifyOptions

_NAMED = re.compile(r"(?P<name>[^=:/\\]+)=(?P<address>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CameraOptions:
    """One camera: its source, and the film and the window that its pictures go to, where wanted."""

    address: str
    source: Source
    film: FilmFile | None = None
    window: Window | None = None

    @property
    def outputs(self) -> list[Output]:
        """Where annotated pictures go."""
        return [output for output in (self.film, self.window) if output is not None]

    def setup(self, notify: NotifyOptions) -> CameraSetup:
        """The camera as the process takes it; its events are told on standard output."""
        notifier = notify.notifier(self.wording(notify.notification))
        return CameraSetup(self.source, self.outputs, [notifier])

    def wording(self, notification: NotificationSettings) -> Wording:
        """How its events are told."""
        return Wording(self.source.live, notification.period)


def open_cameras(texts: Sequence[str], live: LiveSettings) -> list[CameraOptions]:
    """Open each --video_source, NAME=SOURCE or SOURCE.

    Raises:
        InputError: A source cannot be opened.
        click.UsageError: Two have the same name.
    """
    cameras = []
    for text in texts:
        name, address = _split(text)
        cameras.append(CameraOptions(address, open_source(address, live, name)))
    names = [camera.source.name for camera in cameras]
    for name in names:
        if names.count(name) > 1:
            raise click.UsageError(f"two sources are called {name}; name them: --video_source NAME=SOURCE")
    return cameras


def with_films(
    cameras: Sequence[CameraOptions], films: Sequence[Path], video: VideoSettings
) -> list[CameraOptions]:
    """Give each camera the film that --output names for it.

    Raises:
        InputError: A film cannot be written there.
        click.UsageError: There are not as many films as sources, or two are the same.
    """
    if not films:
        return list(cameras)
    if len(films) != len(cameras):
        raise click.UsageError(f"{len(cameras)} sources need as many --output, found {len(films)}")
    if len({film.resolve() for film in films}) < len(films):
        raise click.UsageError("two --output are the same file")
    _keep_sources(cameras, films)
    pairs = zip(cameras, films, strict=True)
    return [replace(camera, film=_film(path, camera.source, video)) for camera, path in pairs]


def with_windows(cameras: Sequence[CameraOptions]) -> list[CameraOptions]:
    """Give each camera a window."""
    return [replace(camera, window=Window(camera.source.name)) for camera in cameras]


def _split(text: str) -> tuple[str | None, str]:
    named = None if Path(text).exists() else _NAMED.fullmatch(text)
    return (named["name"].strip(), named["address"]) if named else (None, text)


def _keep_sources(cameras: Sequence[CameraOptions], films: Sequence[Path]) -> None:
    read = [Path(camera.address) for camera in cameras if Path(camera.address).exists()]
    for film in films:
        if film.exists() and any(film.samefile(path) for path in read):
            raise InputError(f"{film}: is the film that is read; choose another --output")


def _film(path: Path, source: Source, video: VideoSettings) -> FilmFile:
    mixed = source.still and source.frame_count != 1  # photographs lie and stand: give both room
    size = (video.max_width, video.max_height) if mixed else None
    return FilmFile(path, source.frames_per_second, size)

"""What one camera of the command line is: where its pictures come from, and where they go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ...errors import InputError
from ...events.presence import NotificationSettings
from ...media.output import Output
from ...media.settings import LiveSettings, VideoSettings
from ...media.sources import Source, open_source
from ...media.video_file import FilmFile
from ...media.windows import Window
from ...notify.wording import Wording

_NAMED = re.compile(r"(?P<name>[^=:/\\]+)=(?P<place>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CameraOptions:
    """One camera: its source, and the film and the window that its pictures go to, where wanted."""

    place: str
    source: Source
    film: FilmFile | None = None
    window: Window | None = None

    @property
    def outputs(self) -> list[Output]:
        """Where annotated pictures go."""
        return [output for output in (self.film, self.window) if output is not None]

    def wording(self, notification: NotificationSettings) -> Wording:
        """How its events are told."""
        return Wording(self.source.live, notification.period)


def open_cameras(texts: Sequence[str], live: LiveSettings) -> list[CameraOptions]:
    """Open each --video_source, NAME=SOURCE or SOURCE.

    Raises:
        InputError: A source cannot be opened.
        click.UsageError: Two have the same name.
    """
    posts = []
    for text in texts:
        name, place = _split(text)
        posts.append(CameraOptions(place, open_source(place, live, name)))
    names = [post.source.name for post in posts]
    for name in names:
        if names.count(name) > 1:
            raise click.UsageError(f"two sources are called {name}; name them: --video_source NAME=SOURCE")
    return posts


def with_films(
    posts: Sequence[CameraOptions], films: Sequence[Path], video: VideoSettings
) -> list[CameraOptions]:
    """Give each post the film that --output names for it.

    Raises:
        InputError: A film cannot be written there.
        click.UsageError: There are not as many films as sources, or two are the same.
    """
    if not films:
        return list(posts)
    if len(films) != len(posts):
        raise click.UsageError(f"{len(posts)} sources need as many --output, found {len(films)}")
    if len({film.resolve() for film in films}) < len(films):
        raise click.UsageError("two --output are the same file")
    _keep_sources(posts, films)
    return [
        replace(post, film=_film(path, post.source, video)) for post, path in zip(posts, films, strict=True)
    ]


def with_windows(posts: Sequence[CameraOptions]) -> list[CameraOptions]:
    """Give each post a window."""
    return [replace(post, window=Window(post.source.name)) for post in posts]


def _split(text: str) -> tuple[str | None, str]:
    named = None if Path(text).exists() else _NAMED.fullmatch(text)
    return (named["name"].strip(), named["place"]) if named else (None, text)


def _keep_sources(posts: Sequence[CameraOptions], films: Sequence[Path]) -> None:
    for film in films:
        if film.exists() and any(Path(post.place).exists() and film.samefile(post.place) for post in posts):
            raise InputError(f"{film}: is the film that is read; choose another --output")


def _film(path: Path, source: Source, video: VideoSettings) -> FilmFile:
    mixed = source.still and source.frame_count != 1  # photographs lie and stand: give both room
    size = (video.max_width, video.max_height) if mixed else None
    return FilmFile(path, source.frames_per_second, size)

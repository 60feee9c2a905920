"""Pictures, folders and films, looked at one batch after another."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from ..errors import InputError
from ..jobs.parallel import in_order
from ..media.sources import open_source
from ..records import Image
from ..storage import images
from ..storage.images import PictureFile
from .records import Identified
from .settings import ReadingSettings
from .stages.classify import Classifier

log = logging.getLogger(__name__)

_READERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that was read: its name, (height, width, 3) uint8 BGR, and the time of a film's frame."""

    name: str
    image: Image
    time: float | None = None


class Looker(Protocol):
    """Says what is on pictures."""

    def look(self, pictures: Sequence[Picture]) -> list[Identified]:
        """One answer a picture, in their order."""
        ...


class ClassLooker:
    """Gives the likeliest classes of a network."""

    def __init__(self, classifier: Classifier, version: str, top: int) -> None:
        self._classifier = classifier
        self._version = version
        self._top = top

    def look(self, pictures: Sequence[Picture]) -> list[Identified]:
        """See `Looker.look`."""
        asked = self._classifier
        found = asked.classify([picture.image for picture in pictures])
        return [
            Identified(
                picture=picture.name,
                network=asked.name,
                version=self._version,
                known=asked.knows(each),
                answers=asked.answers(each, self._top),
                time=picture.time,
            )
            for picture, each in zip(pictures, found, strict=True)
        ]


@dataclass(slots=True)
class Walk:
    """The pictures of files, folders and films; `left_out` counts those that could not be read."""

    inputs: Sequence[Path | PictureFile]
    settings: ReadingSettings
    left_out: int = 0

    def pictures(self) -> Iterator[Picture]:
        """Every picture, read ahead; what cannot be read is reported and left out.

        Raises:
            InputError: A path does not exist, or a folder holds no pictures.
        """
        with ThreadPoolExecutor(_READERS, "pictures") as readers:
            for each in self.inputs:
                if isinstance(each, Path) and _may_be_a_film(each):
                    yield from self._film(each)
                else:
                    yield from self._stills(_files_of(each), readers)

    def _stills(self, files: Iterable[Path | PictureFile], readers: ThreadPoolExecutor) -> Iterator[Picture]:
        def begin(file: Path | PictureFile) -> tuple[str, Future[Image]]:
            return _name_of(file), readers.submit(_read, file)

        for name, future in in_order(begin, lambda promise: promise, files, 2 * _READERS):
            try:
                yield Picture(name, future.result())
            except InputError as error:
                self._leave_out(error)

    def _film(self, path: Path) -> Iterator[Picture]:
        due = 0.0
        try:
            film = open_source(str(path))
            with closing(film.frames()) as frames:
                for frame in frames:
                    if frame.time >= due:
                        yield Picture(film.name, frame.image, frame.time)
                        due = frame.time + self.settings.every
        except InputError as error:
            self._leave_out(error)

    def _leave_out(self, error: InputError) -> None:
        log.warning("left out: %s", error)
        self.left_out += 1


def identify(walk: Walk, looker: Looker) -> Iterator[Identified]:
    """Look at every picture of a walk, in batches."""
    with closing(walk.pictures()) as pictures:  # type: ignore[type-var]
        while batch := list(islice(pictures, walk.settings.batch)):
            yield from looker.look(batch)


def _files_of(given: Path | PictureFile) -> Sequence[Path | PictureFile]:
    """A folder's pictures, those of its folders too; anything else is one itself."""
    if isinstance(given, PictureFile):
        return [given]
    if not given.is_dir():
        return [given]
    found = [
        path
        for path in sorted(given.rglob("*"))
        if not _is_hidden(path, given) and path.is_file() and images.is_picture(path)
    ]
    if not found:
        raise InputError(f"{given}: holds no pictures")
    return found


def _may_be_a_film(path: Path) -> bool:
    return path.is_file() and (images.is_animated_gif(path) or not images.is_picture(path))


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _name_of(file: Path | PictureFile) -> str:
    return str(file) if isinstance(file, Path) else file.name


def _read(file: Path | PictureFile) -> Image:
    return images.read_picture(file) if isinstance(file, Path) else images.decode(file)

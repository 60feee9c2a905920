"""Pictures, folders and films, read one picture after another."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..jobs.parallel import in_order
from ..records import Frame, Image
from ..storage import images
from ..storage.images import PictureFile
from ..text import shown
from .sources import Source, open_source

log = logging.getLogger(__name__)

_READERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that was read: its name, and (height, width, 3) uint8 BGR, upright.

    Of a film's picture, `frame` is the frame and `film` the film; both are None for any other. `root` is the
    folder that was given, of a picture found in one.
    """

    name: str
    image: Image
    frame: Frame | None = None
    film: Source | None = None
    root: Path | None = None

    @property
    def place(self) -> Path:
        """Where it lies below `root`, or its name alone; as `text.shown` shows it."""
        path = Path(self.name)
        return Path(*map(shown, path.relative_to(self.root).parts if self.root else [path.name]))

    @property
    def time(self) -> float | None:
        """Seconds from the beginning of the film; None for one that is no film's."""
        return self.frame.time if self.frame else None


@dataclass(slots=True)
class Walk:
    """The pictures of files, folders and films, of which one is taken every so many seconds.

    `left_out` counts what could not be read.
    """

    inputs: Sequence[Path | PictureFile]
    every: float = 0.0
    left_out: int = 0

    def pictures(self) -> Iterator[Picture]:
        """Every picture, read ahead; what cannot be read is reported and left out.

        Raises:
            InputError: A path does not exist, or a folder holds no pictures.
        """
        with ThreadPoolExecutor(_READERS, "pictures") as readers:
            for each in self.inputs:
                if isinstance(each, Path) and may_be_a_film(each):
                    yield from self._film(each)
                else:
                    yield from self._stills(each, readers)

    def _stills(self, given: Path | PictureFile, readers: ThreadPoolExecutor) -> Iterator[Picture]:
        def begin(file: Path | PictureFile) -> tuple[str, Future[Image]]:
            return _name_of(file), readers.submit(_read, file)

        root = given if isinstance(given, Path) and given.is_dir() else None
        for name, future in in_order(begin, lambda promise: promise, _files_of(given), 2 * _READERS):
            try:
                yield Picture(name, future.result(), root=root)
            except InputError as error:
                self._leave_out(error)

    def _film(self, path: Path) -> Iterator[Picture]:
        due = 0.0
        try:
            film = open_source(str(path))
            with closing(film.frames()) as frames:
                for frame in frames:
                    if frame.time >= due:
                        yield Picture(film.name, frame.image, frame, film)
                        due = frame.time + self.every
        except InputError as error:
            self._leave_out(error)

    def _leave_out(self, error: InputError) -> None:
        log.warning("left out: %s", error)
        self.left_out += 1


def _files_of(given: Path | PictureFile) -> Sequence[Path | PictureFile]:
    """A folder's pictures, those of its folders too; anything else is one itself.

    Raises:
        InputError: It is a folder without pictures.
    """
    if isinstance(given, PictureFile) or not given.is_dir():
        return [given]
    found = images.pictures_under(given)
    if not found:
        raise InputError(f"{given}: holds no pictures")
    return found


def may_be_a_film(path: Path) -> bool:
    """Whether a file is looked at as a film."""
    return path.is_file() and (images.is_animated_gif(path) or not images.is_picture(path))


def _name_of(file: Path | PictureFile) -> str:
    return str(file) if isinstance(file, Path) else file.name


def _read(file: Path | PictureFile) -> Image:
    return images.read_picture(file) if isinstance(file, Path) else images.decode(file)

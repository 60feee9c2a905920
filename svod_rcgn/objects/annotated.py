"""Pictures and films with the boxes drawn on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import InputError
from ..media import drawing
from ..media.sources import Source
from ..media.video_file import FILM_SUFFIX, FilmFile
from ..media.walk import Picture
from ..records import Image
from ..storage import files, images
from .analyzer import observation_of
from .records import DetectedPicture

PICTURE_SUFFIXES = (".jpeg", ".jpg", ".png")


class AnnotatedOutput:
    """Writes what was looked at, with what was found: one picture, one film, or all into a folder.

    It takes the place of nothing that was there. It is left as a context: a film that broke off then leaves
    nothing.
    """

    def __init__(self, target: Path, *, single: bool, film: bool = False) -> None:
        """Check that there is room.

        Args:
            target: A name that ends in .png, .jpg or .mp4, or a folder that is new or empty.
            single: Whether one picture or film alone will come.
            film: Whether that is a film.

        Raises:
            InputError: Something is there already, or the name is not that of what will come.
        """
        suffix = target.suffix.lower()
        self._folder = suffix not in (*PICTURE_SUFFIXES, FILM_SUFFIX)
        self._target = target
        self._film: tuple[Source, FilmFile] | None = None
        if self._folder and suffix and not target.exists():
            known = ", ".join((*PICTURE_SUFFIXES, FILM_SUFFIX))
            raise InputError(
                f"{target}: give --output a name that ends in {known}, or a folder without a dot"
            )
        check_room(target, folder=self._folder)
        if not self._folder and not single:
            raise InputError(f"{target}: there are several pictures; give --output a folder")
        if not self._folder and film != (suffix == FILM_SUFFIX):
            what = f"a film, {FILM_SUFFIX}" if film else f"a picture, {' or '.join(PICTURE_SUFFIXES)}"
            raise InputError(f"{target}: what is looked at is {what}; give --output such a name or a folder")

    def write(self, picture: Picture, found: DetectedPicture) -> None:
        """Draw and write one.

        Raises:
            InputError: It cannot be written.
        """
        seen = [observation_of(each, each.label, each.track, found.network) for each in found.objects]
        image = drawing.annotated(picture.image, seen)
        if picture.film is None or picture.frame is None:
            self._write_picture(self._place(picture, ".png"), image)
            return
        if self._film is None or self._film[0] is not picture.film:
            if self._film:
                self._film[1].close()
            path = self._place(picture, FILM_SUFFIX)
            self._film = picture.film, FilmFile(path, picture.film.frames_per_second)
        self._film[1].write(image, picture.frame.time)

    def __enter__(self) -> "AnnotatedOutput":
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        """Finish the film at hand, or leave nothing of it.

        Raises:
            InputError: It is not whole.
        """
        if failure and self._film:
            self._film[1].discard()
        elif self._film:
            self._film[1].close()

    def _place(self, picture: Picture, suffix: str) -> Path:
        if not self._folder:
            return self._target
        path = self._target / picture.place.with_suffix(suffix)
        with failure_told(path, "--output"):
            path.parent.mkdir(parents=True, exist_ok=True)
        return files.free(path)

    @staticmethod
    def _write_picture(path: Path, image: Image) -> None:
        encode = images.encode_png if path.suffix.lower() == ".png" else images.encode_jpeg
        with failure_told(path, "--output"):
            files.write_bytes(path, encode(image))


def check_room(target: Path, *, folder: bool) -> None:
    """Make sure that nothing would be written over.

    Raises:
        InputError: There is a file, or a folder with something in it.
    """
    if folder and target.is_dir() and not any(target.iterdir()):
        return
    if target.exists() or target.is_symlink():
        what = "a folder that is new or empty" if folder else "another name"
        raise InputError(f"{target}: is there already, and is not written over; give {what}")


@contextmanager
def failure_told(path: Path, option: str) -> Iterator[None]:
    """Say which file cannot be written, and which option names another place.

    Raises:
        InputError: It cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}; choose another {option}") from error

"""What all formats read and write, and the suspicion with which their files are read."""

import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from ...errors import InputError
from ...storage import images, signatures
from ...storage.images import PictureFile
from ...text import counted
from ..class_names import folder_of, name_of, readable
from ..records import NewPicture, Picture

TEXTS = frozenset({".csv", ".json", ".names", ".txt", ".xml", ".yaml", ".yml"})
_NAMED = 3
_LONGEST_NAME = 150  # bytes of a file's name in an export, its suffix not counted
_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Imported:
    """What a format gives: pictures, read one after another, and classes that may be without any.

    `notes` are lines on what the format cannot say or the files did not.
    """

    pictures: Sequence[NewPicture]
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """What is written: pictures and all classes; the hashes in `left_out` are for validation."""

    name: str
    pictures: Sequence[Picture]
    classes: tuple[str, ...]
    left_out: frozenset[str] = field(default=frozenset())


Reader = Callable[[Path], Imported]
Writer = Callable[[Export, Path], Sequence[str]]
"""Fills an empty folder, and gives lines on what the format has no place for."""


class PictureIndex:
    """The pictures under a folder by the names that a file of annotations gives them.

    Such a name is only looked up and never used as a path. It need not name folders that it does not
    know of: the last part is enough where it names one picture only.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.paths = pictures_under(root)
        self._whole = {_plain(path.relative_to(root).as_posix()): path for path in self.paths}
        self._last: dict[str, list[Path]] = {}
        self._stems: dict[str, list[Path]] = {}
        for path in self.paths:
            self._last.setdefault(_plain(path.name), []).append(path)
            self._stems.setdefault(_plain(path.stem), []).append(path)

    def find(self, name: str) -> Path | None:
        """The picture of that name, if there is one.

        Raises:
            InputError: Several pictures are called so.
        """
        wanted = _plain(str(PurePosixPath(name.replace("\\", "/"))))
        if wanted in self._whole:
            return self._whole[wanted]
        return self._only(self._last.get(wanted.rpartition("/")[2], []))

    def with_stem(self, stem: str) -> Path | None:
        """The picture whose name is this without its ending, if there is one.

        Raises:
            InputError: There are several.
        """
        return self._only(self._stems.get(_plain(stem), []))

    def _only(self, found: Sequence[Path]) -> Path | None:
        if len(found) > 1:
            told = f"{counted(len(found), 'picture')} are called {readable(found[0].name)}"
            raise InputError(f"{self._root}: {told}; name them apart")
        return found[0] if found else None

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)


def pictures_under(root: Path) -> list[Path]:
    """All pictures under a folder; files of annotations are not looked into."""
    return images.pictures_under(root, but=TEXTS)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def reader_of(path: Path) -> Callable[[], PictureFile]:
    """What reads a picture's file."""
    return partial(images.read_file, path)


def name_in(path: Path) -> str:
    """What a picture was called before an export made its name safe."""
    return name_of(readable(path.name))


def read_bytes(path: Path, limit: int) -> bytes:
    """A file of annotations.

    Raises:
        InputError: It is missing, or larger than the limit in bytes.
    """
    try:
        if path.stat().st_size > limit:
            raise InputError(f"{path}: over {limit / 1_000_000:g} megabytes; is this a file of annotations?")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error


def read_text(path: Path, limit: int) -> str:
    """A file of annotations in UTF-8.

    Raises:
        InputError: It is missing, too large, or no text.
    """
    try:
        return read_bytes(path, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is no text in UTF-8; save it so") from error


def lacking(names: Sequence[str], what: str = "not there") -> tuple[str, ...]:
    """A note on pictures that are named and not there; none where all are."""
    if not names:
        return ()
    shown = ", ".join(map(readable, names[:_NAMED])) + (" and others" if len(names) > _NAMED else "")
    return (f"{counted(len(names), 'picture')} {what}: {shown}",)


def file_names(pictures: Sequence[Picture]) -> dict[str, str]:
    """A name for each picture's file, by hash: as it came where that is safe and not taken.

    No two have the same name without the suffix, whatever the case of their letters.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for each in pictures:
        stem = _safe_stem(each.name)
        if not stem or stem.casefold() in taken:
            stem = "-".join(filter(None, (stem, each.hash[:_HASH_DIGITS])))
        taken.add(stem.casefold())
        names[each.hash] = stem + each.path.suffix
    return names


def _safe_stem(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/")).name
    stem = path.rpartition(".")[0] if signatures.has_picture_ending(path) else path
    return folder_of(stem) if len(stem.encode()) * 3 <= _LONGEST_NAME else ""


def copy_pictures(pictures: Sequence[Picture], names: dict[str, str], folder: Path) -> None:
    """Copy pictures' files; an export may be changed, and the dataset's own files must not."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in pictures:
        shutil.copyfile(each.path, folder / names[each.hash])


def without_tags(export: Export) -> list[str]:
    """A note on what is lost where a format has boxes only."""
    tags = sum(len(each.yes) + len(each.no) for each in export.pictures)
    return [f"{counted(tags, 'tag')} left out: this format has boxes only"] if tags else []


def without_boxes(export: Export) -> list[str]:
    """A note on what is lost where a format has tags only."""
    boxes = sum(len(each.boxes or ()) for each in export.pictures)
    lines = [f"{boxes:,} box{'es' * (boxes > 1)} left out: this format has tags only"] if boxes else []
    denied = sum(len(each.no) for each in export.pictures)
    if denied:
        lines.append(f"{counted(denied, 'tag')} of no left out: this format says yes only")
    return lines


def without_classes(export: Export, written: Iterable[str]) -> list[str]:
    """A note on classes that are lost where a format names those only of which it has something."""
    lost = set(export.classes) - set(written)
    return [f"classes of which there is nothing to write left out: {', '.join(sorted(lost))}"] if lost else []


def boxed(export: Export) -> Iterator[str]:
    """The class of each box."""
    return (box.label for each in export.pictures for box in each.boxes or ())


def tagged(export: Export) -> Iterator[str]:
    """The classes that the pictures are said to show."""
    return (label for each in export.pictures for label in each.yes)

"""Embeddings put together with the persons that they teach."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...records import FloatArray, Image
from ...storage import files, images
from .. import strip
from ..gallery.store import Person
from ..names import shown_name
from .embeddings import Embeddings
from .index import AlignedIndex, AlignedPicture, input_folder

META_FILE = "meta.json"
_LARGEST_META = 1_000_000
_DEEPEST = 20


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Embeddings with their persons; the order of the rows is that of `crops`.

    `embeddings` is (n, length) float32 with rows of unit length; `labels` is (n,), each an index into
    `persons`; `crops` are relative to the aligned folder.
    """

    persons: list[Person]
    embeddings: FloatArray
    labels: np.ndarray[Any, np.dtype[np.int64]]
    crops: list[str]

    def only(self, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> "Gallery":
        """Some of the pictures, (n,) True for each that stays; nobody may lose all."""
        labels = self.labels[rows]
        counts = np.bincount(labels, minlength=len(self.persons)).tolist()
        persons = [
            replace(person, pictures=count) for person, count in zip(self.persons, counts, strict=True)
        ]
        crops = [crop for crop, stays in zip(self.crops, rows, strict=True) if stays]
        return Gallery(persons, self.embeddings[rows], labels, crops)


def assemble(index: AlignedIndex, embeddings: Embeddings) -> Gallery:
    """Put together all pictures that have an embedding.

    Raises:
        InputError: None has.
    """
    rows = [picture for picture in index.used if picture.crop_sha256 in embeddings.rows]
    if not rows:
        inputs = ", ".join(sorted({picture.input for picture in index.pictures}))
        raise InputError(f"{inputs}: no picture shows exactly one face that can be read; add better pictures")
    counts = Counter(picture.person for picture in rows)
    labels = {name: label for label, name in enumerate(sorted(counts))}
    return Gallery(
        persons=[_person(name, counts[name], index.fields.get(name, {})) for name in labels],
        embeddings=np.stack([embeddings.rows[str(picture.crop_sha256)] for picture in rows]),
        labels=np.array([labels[picture.person] for picture in rows], np.int64),
        crops=[str(picture.crop) for picture in rows],
    )


def with_fields(index: AlignedIndex, aligned_dir: Path) -> AlignedIndex:
    """Take what is said of each person from meta.json in its input folders.

    Where a person's folders are gone, what the last run knew stays.

    Raises:
        InputError: A meta.json is damaged or too large.
    """
    inputs = sorted({input_folder(picture.input, aligned_dir) for picture in index.pictures})
    persons = sorted({picture.person for picture in index.pictures})
    found = {person: _fields([folder / person for folder in inputs]) for person in persons}
    fields = {name: index.fields.get(name, {}) if said is None else said for name, said in found.items()}
    return replace(index, fields=fields)


def previews(index: AlignedIndex, aligned_dir: Path) -> dict[str, Image]:
    """The crop of each person's surest detection, as people are shown it, by the person's folder."""
    surest: dict[str, AlignedPicture] = {}
    for picture in sorted(index.used, key=lambda picture: picture.score or 0.0):
        surest[picture.person] = picture
    return {
        person: strip.shown(images.read_picture(aligned_dir / str(picture.crop)))
        for person, picture in surest.items()
    }


def _person(folder: str, count: int, fields: dict[str, Any]) -> Person:
    return Person(folder, shown_name(folder), count, fields)


def _fields(folders: Sequence[Path]) -> dict[str, Any] | None:
    """What the files of all folders say together; None where no folder is there any more."""
    there = [folder for folder in folders if folder.is_dir()]
    if not there:
        return None
    together: dict[str, Any] = {}
    for folder in there:
        together |= _read_fields(folder / META_FILE)
    return together


def _read_fields(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    if path.stat().st_size > _LARGEST_META:
        raise InputError(f"{path}: larger than {_LARGEST_META:,} bytes; what is said of a person is short")
    fields = files.read_record(path, dict[str, Any])
    if _is_deeper(fields, _DEEPEST):
        raise InputError(f"{path}: nested more than {_DEEPEST} deep; what is said of a person is short")
    return fields


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(each, levels - 1) for each in inner)

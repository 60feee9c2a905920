"""Pictures of none of the classes, which look like them and are to be called unknown all the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...datasets.shootings import Shooting, group
from ...errors import InputError
from ...geometry import unit_rows
from ...storage import files, images
from .examples import Example, Tagged
from .views import Halves

_NEARLY_SAME = 0.97  # cosine of two embeddings; of what looks so much alike one must not judge the other
_TOGETHER = 1000


@dataclass(frozen=True, slots=True)
class Negatives:
    """Examples of none of the classes, in words where they are from, and whether the dataset groups them."""

    examples: tuple[Example, ...]
    source: str
    grouped: bool


def find(source: str, tagged: Tagged) -> tuple[Tagged, Negatives]:
    """What the dataset says without the negatives, and these: a class of it, or a folder of pictures.

    Raises:
        InputError: It is neither, or there are no pictures.
    """
    if source in tagged.classes:
        return _of_class(source, tagged)
    folder = Path(source)
    if not folder.is_dir():
        there = ", ".join(tagged.classes)
        raise InputError(f"{source}: neither a folder nor a class of the dataset, which has {there}")
    return tagged, Negatives(_in_folder(folder, tagged), f"folder {folder.name}", grouped=False)


def _of_class(label: str, tagged: Tagged) -> tuple[Tagged, Negatives]:
    found = tuple(each for each in tagged.examples if each.shows == (label,))
    if not found:
        raise InputError(f"no picture shows {label} and nothing else; tag some, or leave --none out")
    rest = tuple(
        replace(each, shows=tuple(one for one in each.shows if one != label))
        for each in tagged.examples
        if each.shows != (label,)
    )
    classes = tuple(each for each in tagged.classes if each != label)
    bare = tuple(replace(each, shows=()) for each in found)
    return replace(tagged, examples=rest, classes=classes), Negatives(bare, f"class {label}", grouped=True)


def _in_folder(folder: Path, tagged: Tagged) -> tuple[Example, ...]:
    """The pictures of a folder and its folders, without those of the dataset."""
    taken = {each.picture for each in tagged.examples}
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and images.is_picture(path)]
    found = {files.sha256_of(path): path for path in paths}
    if not found:
        raise InputError(f"{folder}: holds no pictures; give a folder of what is none of the classes")
    return tuple(
        Example(digest, str(path.relative_to(folder)), path.parent, path.name, ())
        for digest, path in found.items()
        if digest not in taken
    )


def grouped(examples: Sequence[Example], plain: Halves) -> list[Shooting]:
    """Put those together that look nearly the same.

    Args:
        examples: The pictures.
        plain: (n, length) features of them.
    """
    unit = unit_rows(plain.astype(np.float32))
    alike = [
        (examples[one + begin].picture, examples[other].picture)
        for begin in range(0, len(unit), _TOGETHER)
        for one, other in np.argwhere(unit[begin : begin + _TOGETHER] @ unit.T > _NEARLY_SAME).tolist()
        if one + begin < other
    ]
    return group({each.picture: "" for each in examples}, alike)

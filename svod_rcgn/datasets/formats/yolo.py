"""YOLO's layout: images/, labels/ with a text file a picture, and data.yaml with the names of the classes.

A line of a label file is a class's number and the box's middle, width and height as shares of the
picture's; a polygon in its place counts as the box round it.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...records import Box
from ...text import counted
from ..class_names import checked
from ..records import NewBox, NewPicture, Picture
from .exchange import (
    Export,
    Imported,
    copy_pictures,
    file_names,
    lacking,
    name_in,
    pictures_under,
    read_text,
    reader_of,
    without_tags,
)

FILE = "data.yaml"
_LISTS = ("obj.names", "classes.txt")  # a name a line
_LARGEST = 1_000_000
_LARGEST_LABELS = 20_000_000
_DEEPEST = 20
_BOX = 5  # numbers of a line


def read(path: Path) -> Imported:
    """Read a folder with data.yaml, or with a list of names as Label Studio and CVAT write it, or its path.

    Raises:
        InputError: A file is damaged, two classes have one name, a class has no name, or there are no
            pictures.
    """
    file = _file(path)
    classes = _classes(file)
    paths = pictures_under(file.parent)
    if not paths:
        raise InputError(f"{file.parent}: no pictures; expected them in images/")
    pictures = [_picture(each, file.parent, classes) for each in paths]
    bare = [each.name for each in pictures if each.boxes is None]
    notes = lacking(bare, "without a label file, which may have forgotten objects or none")
    return Imported(pictures, tuple(classes.values()), notes)


def names_in(folder: Path) -> Path | None:
    """The file that names the classes, if there is one."""
    candidates = [
        folder / FILE,
        folder / "data.yml",
        *sorted(folder.glob("*.yaml")),
        *sorted(folder.glob("*.yml")),
    ]
    if any(each.name not in _LISTS for each in folder.rglob("*.txt")):  # or it lists something else
        candidates += [folder / name for name in _LISTS]
    return next((each for each in candidates if each.is_file()), None)


def _file(path: Path) -> Path:
    found = names_in(path) if path.is_dir() else path
    if found is None:
        raise InputError(f"{path}: no {FILE}, which names the classes, nor {' or '.join(_LISTS)}")
    return found


def _classes(file: Path) -> dict[int, str]:
    names = _listed(file) if file.name in _LISTS else _parsed(file)
    if isinstance(names, list):
        names = dict(enumerate(names))
    if not isinstance(names, dict) or not all(type(number) is int for number in names):
        raise InputError(f"{file}: names is neither a list nor numbers with names; mend it")
    classes = {number: checked(str(name)) for number, name in names.items()}
    for name, count in Counter(classes.values()).most_common(1):
        if count > 1:
            raise InputError(f"{file}: {count} classes are called {name!r}; rename or join them there")
    return classes


def _listed(file: Path) -> list[str]:
    return read_text(file, _LARGEST).strip().splitlines()


def _parsed(file: Path) -> Any:
    """What data.yaml says of names."""
    import yaml

    text = read_text(file, _LARGEST)
    try:
        _check_shape(text, file)
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        told = " ".join(str(error).split())
        raise InputError(f"{file}: cannot be read as YAML ({told})") from error
    return found.get("names") if isinstance(found, dict) else None


def _check_shape(text: str, file: Path) -> None:
    """Refuse aliases, by which a small file becomes a huge one, and nesting, by which it takes minutes."""
    import yaml

    depth = 0
    for token in yaml.scan(text):
        if isinstance(token, yaml.AliasToken):
            raise InputError(f"{file}: has aliases, which are not read; write the names out")
        depth += type(token).__name__.endswith("StartToken") - type(token).__name__.endswith("EndToken")
        if depth > _DEEPEST:
            raise InputError(f"{file}: is nested over {_DEEPEST} levels deep; expected names of classes")


def _picture(path: Path, root: Path, classes: dict[int, str]) -> NewPicture:
    file = _labels_of(path, root)
    boxes = _boxes(file, classes) if file else None
    return NewPicture(name_in(path), reader_of(path), boxes=boxes)


def _labels_of(path: Path, root: Path) -> Path | None:
    """The label file of a picture: in labels/ where that is in images/, else beside it."""
    parts = list(path.relative_to(root).with_suffix(".txt").parts)
    places = [root.joinpath(*parts)]
    for place in range(len(parts) - 2, -1, -1):
        if parts[place] == "images":
            places.append(root.joinpath(*parts[:place], "labels", *parts[place + 1 :]))
            break
    places.append(root.joinpath("labels", parts[-1]))
    return next((each for each in reversed(places) if each.is_file()), None)


def _boxes(file: Path, classes: dict[int, str]) -> tuple[NewBox, ...]:
    lines = read_text(file, _LARGEST_LABELS).splitlines()
    return tuple(
        _box(line.split(), classes, f"{file}: line {number}")
        for number, line in enumerate(lines, 1)
        if line.strip()
    )


def _box(words: Sequence[str], classes: dict[int, str], place: str) -> NewBox:
    try:
        number, *numbers = int(words[0]), *map(float, words[1:])
    except ValueError as error:
        raise InputError(f"{place}: is not made of numbers") from error
    if number not in classes:
        raise InputError(f"{place}: class {number} has no name; there are {counted(len(classes), 'name')}")
    if len(words) == _BOX:
        x, y, width, height = numbers
        box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    elif len(words) > _BOX and len(numbers) % 2 == 0:
        box = Box(min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2]))
    else:
        raise InputError(f"{place}: {len(words)} numbers; expected a class and a box, or a polygon")
    return NewBox(classes[number], box, relative=True)


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write images/, labels/, and data.yaml with lists of what is for training and for validation."""
    import yaml

    names = file_names(export.pictures)
    copy_pictures(export.pictures, names, folder / "images")
    numbers = {label: number for number, label in enumerate(export.classes)}
    (folder / "labels").mkdir()
    for each in export.pictures:
        if each.boxes is not None:
            labels = folder / "labels" / Path(names[each.hash]).with_suffix(".txt").name
            labels.write_text(_lines(each, numbers), "utf-8")
    sides = _write_sides(export, names, folder)
    classes = {number: label for label, number in numbers.items()}
    text = yaml.safe_dump({**sides, "names": classes}, allow_unicode=True, sort_keys=False)
    (folder / FILE).write_text(text, "utf-8")
    return without_tags(export)


def _lines(picture: Picture, numbers: dict[str, int]) -> str:
    lines = []
    for each in picture.boxes or ():
        (x, y), box = each.box.centre, each.box
        shares = (
            x / picture.width,
            y / picture.height,
            box.width / picture.width,
            box.height / picture.height,
        )
        lines.append(f"{numbers[each.label]} {' '.join(f'{share:.12g}' for share in shares)}\n")
    return "".join(lines)


def _write_sides(export: Export, names: dict[str, str], folder: Path) -> dict[str, str]:
    for side, is_left_out in (("train", False), ("val", True)):
        lines = [
            f"./images/{names[each.hash]}\n"
            for each in export.pictures
            if (each.hash in export.left_out) == is_left_out
        ]
        (folder / f"{side}.txt").write_text("".join(lines), "utf-8")
    return {"path": ".", "train": "train.txt", "val": "val.txt"}

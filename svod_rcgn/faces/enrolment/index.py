"""index.json: what the aligned folder says of itself."""

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...storage import files, folders, images
from ...text import escaped, unescaped
from ..names import leads_within
from ..settings import TrainingSettings

log = logging.getLogger(__name__)

INDEX_FILE = "index.json"
_UNREADABLE = (images.UNREADABLE, "not a jpg, png, webp or bmp")  # the second was said up to 0.1.0
_LONGEST_STEM = 40


@dataclass(frozen=True, slots=True)
class AlignedPicture:
    """What became of one picture: either the crop it gave, or the reason why it gave none.

    `input` is the input folder relative to the folder above the aligned one, `source` the picture
    relative to that, and `crop` the crop relative to the aligned folder, with forward slashes.
    `sha256` and `crop_sha256` are of the files' contents, and `recipe` names how the crop was made.
    `box` is (left, top, right, bottom) in pixels of the picture as a person sees it; it and `score`
    are missing where no face was looked for.
    """

    person: str
    input: str
    source: str
    sha256: str
    recipe: str
    reason: str | None = None
    crop: str | None = None
    crop_sha256: str | None = None
    box: tuple[float, float, float, float] | None = None
    score: float | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Where the picture lies."""
        return self.input, self.source

    @property
    def content(self) -> tuple[str, str]:
        """What the picture is: its bytes, and how they are made a crop."""
        return self.sha256, self.recipe

    @property
    def is_uncut(self) -> bool:
        """Whether its crop was for another network, and another has to be made."""
        return not self.recipe

    @property
    def is_unreadable(self) -> bool:
        """Whether it could not be read, which another version or another package may mend."""
        return not self.crop and (self.reason or "").startswith(_UNREADABLE)

    def uncut(self) -> "AlignedPicture":
        """The same picture before anything became of it."""
        return AlignedPicture(self.person, self.input, self.source, self.sha256, recipe="")

    @property
    def crop_name(self) -> str:
        """The name of the crop that this picture gives; no two contents share one."""
        digest = hashlib.sha256("\n".join(self.content).encode()).hexdigest()
        return f"{self.person}/{Path(self.source).stem[:_LONGEST_STEM]}-{digest[:12]}.png"


@dataclass(frozen=True, slots=True)
class AlignedIndex:
    """All pictures, ordered by where they lie, and what is said of each person.

    `crop_size` is the width of the crops in pixels and `alignment` names how a face lies in them;
    `fields` maps a person's folder to what its meta.json said; `training` is how the last run trained,
    and `background` what removed the background when the last run aligned, as in Recipe.
    """

    crop_size: int
    pictures: list[AlignedPicture] = field(default_factory=list)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    alignment: str = ""
    background: str = ""

    @property
    def used(self) -> list[AlignedPicture]:
        """The pictures that teach: those that gave a crop, each content once a person."""
        unique = {(picture.person, picture.crop_sha256): picture for picture in self.pictures if picture.crop}
        return list(unique.values())


def read_index(aligned_dir: Path) -> AlignedIndex:
    """Read what the last run left; empty where there is nothing.

    A picture whose crop is gone is left out, so that it is made again.

    Raises:
        InputError: The index is damaged. To go on would forget people whose pictures are gone.
    """
    folder = folders.current_of(aligned_dir)
    if not (folder / INDEX_FILE).exists():
        return AlignedIndex(0)
    try:
        index = _with_names(files.read_record(folder / INDEX_FILE, AlignedIndex), unescaped)
        _check_names(index, folder / INDEX_FILE)
    except InputError as error:
        raise InputError(f"{error}; `python prepare.py` aligns all pictures anew") from error
    whole = [picture for picture in index.pictures if not picture.crop or (folder / picture.crop).is_file()]
    return replace(index, pictures=whole)


def read_index_or_begin_anew(aligned_dir: Path) -> AlignedIndex:
    """Read what the last run left; where that cannot be read, keep it beside the folder and begin anew."""
    try:
        return read_index(aligned_dir)
    except InputError as error:
        told = str(error).partition(";")[0]
        log.warning(
            "%s; all pictures are aligned anew, and what was aligned before is kept in %s",
            told,
            folders.set_aside(aligned_dir),
        )
        return AlignedIndex(0)


def cut_for(index: AlignedIndex, crop_size: int, alignment: str) -> AlignedIndex:
    """The index for a network that wants its faces so; without the crops, if it wants other ones.

    An index that does not name its alignment is of the time when there was one only. Crops with another
    background stay: the network can use them, and those whose pictures are gone could not be cut again.
    """
    same = index.crop_size in (0, crop_size) and index.alignment in ("", alignment)
    pictures = index.pictures if same else [picture.uncut() for picture in index.pictures]
    return replace(index, crop_size=crop_size, alignment=alignment, pictures=pictures)


def with_reasons(index: AlignedIndex, reasons: Mapping[str, str]) -> AlignedIndex:
    """Say of aligned pictures why they were not trained on; `reasons` go by the name of the crop."""
    told = [
        replace(picture, reason=reasons.get(picture.crop or "", picture.reason)) for picture in index.pictures
    ]
    return replace(index, pictures=told)


def look_again(index: AlignedIndex, folder: Path) -> AlignedIndex:
    """Take the contents of the crops from the files, where someone may have changed one by hand."""
    looked = [
        replace(picture, crop_sha256=files.sha256_of(folder / picture.crop)) if picture.crop else picture
        for picture in index.pictures
    ]
    return replace(index, pictures=looked)


def write_index(folder: Path, index: AlignedIndex) -> None:
    """Write the index into an aligned folder."""
    files.write_record(folder / INDEX_FILE, _with_names(index, escaped))


def _with_names(index: AlignedIndex, changed: Callable[[str], str]) -> AlignedIndex:
    """The index with the names of folders and files changed, where the change makes a difference."""
    pictures = [_with_picture_names(picture, changed) for picture in index.pictures]
    fields = {changed(person): said for person, said in index.fields.items()}
    return replace(index, pictures=pictures, fields=fields)


def _with_picture_names(picture: AlignedPicture, changed: Callable[[str], str]) -> AlignedPicture:
    before = picture.person, picture.input, picture.source, picture.crop or ""
    person, folder, source, crop = after = tuple(map(changed, before))
    if after == before:
        return picture
    return replace(picture, person=person, input=folder, source=source, crop=crop or None)


def _check_names(index: AlignedIndex, path: Path) -> None:
    """Let no index, whoever wrote it, lead anywhere else than to pictures."""
    for each in index.pictures:
        names = each.person, each.source, each.crop or each.person
        if "/" in each.person or "\0" in each.input or not all(map(leads_within, names)):
            raise InputError(f"{path}: {each.source}: names what can be no picture of a person")


def input_name(input_dir: Path, aligned_dir: Path) -> str:
    """How the index calls an input folder: it stays true when both are moved together."""
    whole = input_dir.resolve()
    try:
        return Path(os.path.relpath(whole, aligned_dir.resolve().parent)).as_posix()
    except ValueError:  # on another drive
        return whole.as_posix()


def input_folder(name: str, aligned_dir: Path) -> Path:
    """The input folder that the index calls so."""
    return aligned_dir.resolve().parent / name

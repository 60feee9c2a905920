"""One run over the photographs: what is known is kept, what is new is cut, what is gone is dropped.

Pictures are known by their content, so one that was looked at before, with the same recipe, is not
looked at again wherever it lies now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...reporter import Progress
from ...storage import images
from ...storage.files import copy, sha256_of
from ...storage.folders import current_of
from ...storage.images import PictureFile
from ..strangers import folder
from .index import AlignedIndex, AlignedPicture, input_folder, input_name
from .workers import Cutting, Executor

_GONE = "the picture is gone, and its crop was for another network"


@dataclass(frozen=True, slots=True)
class AlignRequest:
    """What to align.

    `input_dir` holds PERSON/pictures, and nothing in it is changed; `aligned_dir` holds the last
    run's crops. `complementary` keeps pictures that are gone from the input folder; `limit` is how
    many pictures that are not known yet may be cut.
    """

    input_dir: Path
    aligned_dir: Path
    complementary: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """What is aligned now, and how many pictures wait for another run because of the limit."""

    index: AlignedIndex
    remaining: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do with each picture.

    `known` pairs a picture with an entry of the same content; `new` ones are cut and `waiting` ones
    would be but for the limit; `kept` are entries that stay as they are. What could not be read is tried
    again each time, beyond the limit, since it fails soon and shall not take the turn of others.
    """

    known: list[tuple[AlignedPicture, AlignedPicture]]
    new: list[AlignedPicture]
    waiting: list[AlignedPicture]
    kept: list[AlignedPicture]


def align(
    request: AlignRequest, before: AlignedIndex, fresh: Path, executor: Executor, track: Progress[Any]
) -> Alignment:
    """Fill a fresh folder with the crops of all pictures.

    Args:
        request: What to align.
        before: What the last run left.
        fresh: An empty folder, which takes the place of the last run's.
        executor: Does the work on the pictures that are not known.
        track: Shows the progress.

    Raises:
        InputError: The input folder has no pictures of persons.
    """
    found = _survey(request, executor.recipe.cut, track)
    found += _survey_again(found, before.pictures, request, executor.recipe.cut)
    plan = make_plan(found, before.pictures, request)
    old = current_of(request.aligned_dir)
    done = [_reused(now, known, old, fresh) for now, known in plan.known]
    done += [_reused(picture, picture, old, fresh) for picture in plan.kept]
    done += _cut(plan.new, request.aligned_dir, fresh, executor, track)
    index = replace(before, pictures=sorted(done, key=lambda picture: picture.place))
    return Alignment(index, len(plan.waiting))


def carry(index: AlignedIndex, aligned_dir: Path, fresh: Path) -> AlignedIndex:
    """Fill a fresh folder with the crops that are aligned already, under the names of this index.

    Args:
        index: Entries of the last run; a person or source may be another one now.
        aligned_dir: Holds the last run's crops.
        fresh: An empty folder, which takes the place of the last run's.
    """
    old = current_of(aligned_dir)
    return replace(index, pictures=[_reused(picture, picture, old, fresh) for picture in index.pictures])


def make_plan(
    found: Sequence[AlignedPicture], before: Sequence[AlignedPicture], request: AlignRequest
) -> Plan:
    """Decide what to do with the pictures found, and with those that are there from earlier runs."""
    known = {picture.content: picture for picture in before if not picture.is_unreadable}
    again = {picture.content for picture in before if picture.is_unreadable}
    readable = [picture for picture in found if not picture.reason]
    retried = [picture for picture in readable if picture.content in again]
    unknown = [picture for picture in readable if picture.content not in known.keys() | again]
    limit = len(unknown) if request.limit is None else request.limit
    waiting = unknown[limit:]
    return Plan(
        known=[(picture, known[picture.content]) for picture in readable if picture.content in known],
        new=unknown[:limit] + retried,
        waiting=waiting,
        kept=[picture for picture in found if picture.reason] + list(_kept(found, waiting, before, request)),
    )


def _kept(
    found: Sequence[AlignedPicture],
    waiting: Sequence[AlignedPicture],
    before: Sequence[AlignedPicture],
    request: AlignRequest,
) -> Iterator[AlignedPicture]:
    """Those of other input folders, those whose turn has not come, and, if asked, those that are gone."""
    own = input_name(request.input_dir, request.aligned_dir)
    there = {picture.place for picture in found}
    patient = {picture.place for picture in waiting}
    alive = {picture.sha256 for picture in found}
    for picture in before:
        if picture.is_uncut and picture.place in there - patient:
            continue
        gone = picture.crop and picture.place not in there and picture.sha256 not in alive
        if picture.input != own or picture.place in patient or (request.complementary and gone):
            yield picture


def _survey(request: AlignRequest, recipe: str, track: Progress[Any]) -> list[AlignedPicture]:
    """An entry for every picture there; the outcome is still open unless the file cannot be read."""
    name = input_name(request.input_dir, request.aligned_dir)
    found = []
    for path in track(_sources(request.input_dir), "Reading"):
        source = path.relative_to(request.input_dir).as_posix()
        sha256, reason = _content(path)
        found.append(AlignedPicture(path.parent.name, name, source, sha256, recipe, reason))
    return found


def _survey_again(
    found: Sequence[AlignedPicture], before: Sequence[AlignedPicture], request: AlignRequest, recipe: str
) -> list[AlignedPicture]:
    """Entries for what other runs cut for another network: it is cut again from the pictures."""
    own = input_name(request.input_dir, request.aligned_dir)
    there = {picture.place for picture in found}
    wanted = [picture for picture in before if picture.is_uncut and picture.place not in there]
    return [
        _looked_up(picture, recipe, request.aligned_dir)
        for picture in wanted
        if picture.input != own or request.complementary
    ]


def _looked_up(picture: AlignedPicture, recipe: str, aligned_dir: Path) -> AlignedPicture:
    path = input_folder(picture.input, aligned_dir) / picture.source
    if not path.is_file():
        return replace(picture, reason=_GONE)
    sha256, reason = _content(path)
    return replace(picture, sha256=sha256, recipe=recipe, reason=reason)


def _content(path: Path) -> tuple[str, str | None]:
    """The sha256 of a file, or the reason why there is none."""
    try:
        images.check_size(path)
        return sha256_of(path), None
    except InputError as error:
        return "", str(error).removeprefix(f"{path}: ")
    except OSError as error:
        return "", f"cannot be read: {error.strerror}"


def _sources(input_dir: Path) -> list[Path]:
    if not input_dir.is_dir():
        raise InputError(f"{input_dir}: no such folder; put pictures into {input_dir}/PERSON/")
    found = [
        path
        for path in sorted(input_dir.glob("*/*"))
        if images.is_picture(path)
        and not path.parent.name.startswith(".")
        and not folder.is_visitor(path.parent.name)  # nobody has said yet who it is
    ]
    if not found:
        raise InputError(f"{input_dir}: no pictures of persons; put them into {input_dir}/PERSON/")
    return found


def _reused(now: AlignedPicture, known: AlignedPicture, old: Path, fresh: Path) -> AlignedPicture:
    """What is known of a content, for the place where it lies now."""
    picture = replace(known, person=now.person, input=now.input, source=now.source)
    if not known.crop:
        return picture
    copy(old / known.crop, fresh / picture.crop_name)
    return replace(picture, crop=picture.crop_name)


def _cut(
    entries: Sequence[AlignedPicture],
    aligned_dir: Path,
    fresh: Path,
    executor: Executor,
    track: Progress[Any],
) -> list[AlignedPicture]:
    files = (
        _read(input_folder(entry.input, aligned_dir) / entry.source) for entry in track(entries, "Aligning")
    )
    return [_stored(entry, cut, fresh) for entry, cut in zip(entries, executor.cut(files), strict=True)]


def _read(path: Path) -> PictureFile:
    try:
        return images.read_file(path)
    except InputError:  # it went away since it was looked up
        return PictureFile(str(path), b"")


def _stored(entry: AlignedPicture, cut: Cutting, fresh: Path) -> AlignedPicture:
    if cut.crop is None:
        return replace(entry, reason=cut.reason)
    path = fresh / entry.crop_name
    images.write_png(path, cut.crop)
    return replace(entry, crop=entry.crop_name, crop_sha256=sha256_of(path), box=cut.box, score=cut.score)

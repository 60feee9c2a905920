"""Collections of pictures with tags and boxes: make them, fill them, mend them, bring them in and out."""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from functools import wraps
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import terminal
from ..text import counted, shown
from . import base
from .tables import print_table

if TYPE_CHECKING:
    from ..datasets.checks import Finding
    from ..datasets.collection import Dataset
    from ..datasets.formats.exchange import Imported
    from ..datasets.news import News
    from ..datasets.records import Added, NewPicture, Picture

DATASETS_DIR = Path("data/datasets")
_HASH_DIGITS = 12
_SHOWN = 100
_SIDES = 4
_FORMATS = ("class_folders", "tags_json", "csv", "coco", "yolo", "voc", "cvat", "label_studio", "idx")
_ONE_BY_ONE = "each"

datasets_folder = base.folder_option(
    "--datasets_dir", default=DATASETS_DIR, section=base.FOLDERS, help="Where the datasets lie."
)
_who = base.option("--who", section=base.RUN, show_default="your login", help="Who acts, for the journal.")
_style = base.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    section=base.RUN,
    help="For people or for programs.",
)
_at = base.option(
    "--at",
    type=click.IntRange(min=0),
    metavar="N",
    section=base.RUN,
    help="As it was after act N of the log.",
)
_dataset_name = click.argument("name", metavar="DATASET")
_picture_names = click.argument("pictures", metavar="PICTURE...", nargs=-1, required=True)


def _with_dataset(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its dataset, open."""

    @wraps(function)
    def with_dataset(*, name: str, datasets_dir: Path, who: str | None, **others: Any) -> None:
        from ..datasets.collection import open_dataset

        with closing(open_dataset(datasets_dir, name, who or _login())) as dataset:
            function(dataset, **others)

    for option in (_who, datasets_folder):
        with_dataset = option(with_dataset)
    return with_dataset


def _command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A command whose first argument is its dataset."""
    return lambda function: base.command(name)(_dataset_name(_with_dataset(function)))


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may have no names for its users
        return "somebody"


@base.group("datasets")
def main() -> None:
    """Keep collections of pictures with tags and boxes. Whatever is done can be undone.

    A PICTURE is named by its file's name or by the first digits of its hash; `show --pictures` lists both.
    """


@base.command("create")
@_dataset_name
@datasets_folder
@_who
def create(name: str, *, datasets_dir: Path, who: str | None) -> None:
    """Make an empty dataset."""
    from ..datasets.collection import create_dataset

    create_dataset(datasets_dir, name, who or _login()).close()
    given = shown(shlex.join(["--", name] if name.startswith("-") else [name]))
    base.say(f"{shown(name)} is made; `python -m svod_rcgn.datasets add --tag CLASS {given} PATH` fills it")


@base.command("list")
@datasets_folder
@_style
def list_datasets(*, datasets_dir: Path, style: str) -> None:
    """Show which datasets there are."""
    from ..datasets.collection import dataset_names

    rows = [_summary(datasets_dir, name) for name in dataset_names(datasets_dir)]
    if style == "json":
        return _print_json(rows)
    if not rows:
        return base.say("no datasets; `python -m svod_rcgn.datasets create NAME` makes one")
    return print_table(list(rows[0]), [tuple(map(str, row.values())) for row in rows])


def _summary(datasets_dir: Path, name: str) -> dict[str, Any]:
    from ..datasets.collection import open_dataset

    with closing(open_dataset(datasets_dir, name, _login())) as dataset:
        with dataset.reading() as contents:
            pictures, known = contents.pictures(), contents.labels.known
        boxes = sum(len(each.boxes or ()) for each in pictures)
        return {
            "name": name,
            "pictures": len(pictures),
            "classes": len(known),
            "boxes": boxes,
            "acts": dataset.state,
        }


@_command("show")
@base.option("--pictures", "wants_pictures", is_flag=True, section=base.RUN, help="Each picture.")
@base.option("--tagged", metavar="CLASS", section=base.RUN, help="Only pictures of this class.")
@base.option("--hidden", is_flag=True, section=base.RUN, help="Deleted pictures instead.")
@_at
@_style
def show(
    dataset: Dataset, *, wants_pictures: bool, tagged: str | None, hidden: bool, at: int | None, style: str
) -> None:
    """Show the classes of a dataset, or its pictures."""
    if wants_pictures or hidden or tagged:
        pictures = dataset.pictures(at=at, hidden=hidden)
        if tagged:
            pictures = [each for each in pictures if tagged in _labels(each)]
        return _show_pictures(pictures, style)
    return _show_classes(dataset, at, style)


def _labels(picture: Picture) -> set[str]:
    return {*picture.yes, *(box.label for box in picture.boxes or ())}


def _show_classes(dataset: Dataset, at: int | None, style: str) -> None:
    classes = dataset.classes(at)
    pictures = dataset.pictures(at=at)
    if style == "json":
        return _print_json(
            {"name": dataset.name, "act": dataset.state if at is None else at,
             "pictures": len(pictures), "classes": classes}
        )  # fmt: skip
    if classes:
        titles = ("class", "pictures", "not it", "boxes", "shootings")
        rows = [(each.label, each.yes, each.no, each.boxes, each.shootings) for each in classes]
        print_table(titles, [tuple(map(str, row)) for row in rows])
    return base.say(f"{counted(len(pictures), 'picture')}, {counted(len(classes), 'class')}")


def _record(picture: Picture) -> dict[str, Any]:
    """A picture as JSON, its file as a path."""
    names = [each.name for each in fields(picture) if each.name not in ("folder", "suffix")]
    return {"path": picture.path, **{name: getattr(picture, name) for name in names}}


def _show_pictures(pictures: Sequence[Picture], style: str) -> None:
    if style == "json":
        return _print_json([_record(each) for each in pictures])
    titles = ("hash", "name", "size", "tags", "boxes")
    rows = [
        (
            each.hash[:_HASH_DIGITS],
            each.name,
            f"{each.width}x{each.height}",
            ", ".join([*each.yes, *(f"not {label}" for label in each.no)]),
            _boxes_told(each),
        )
        for each in pictures[:_SHOWN]
    ]
    if rows:
        print_table(titles, rows)
    if len(pictures) > _SHOWN:
        return base.say(f"the first {_SHOWN} of {counted(len(pictures), 'picture')}; --format json has all")
    return base.say(counted(len(pictures), "picture"))


def _boxes_told(picture: Picture) -> str:
    if picture.boxes is None:
        return ""
    told = [
        f"{each.number} {each.label} " + ",".join(f"{side:g}" for side in (
            each.box.left, each.box.top, each.box.right, each.box.bottom,
        ))
        for each in picture.boxes
    ]  # fmt: skip
    return "; ".join(told) or "none"


@_command("add")
@click.argument("sources", metavar="PATH...", nargs=-1, required=True)
@base.option("--tag", "tags", multiple=True, metavar="CLASS", section=base.RUN, help="What they show.")
@base.option(
    "--no", "denied", multiple=True, metavar="CLASS", section=base.RUN, help="What they do not show."
)
@base.option(
    "--shooting",
    type=click.Choice(["together", _ONE_BY_ONE]),
    default="together",
    section=base.RUN,
    help="Pictures taken in one go, or one by one.",
)
@base.option(
    "--seconds",
    type=base.Range(min=0.1),
    metavar="SEC",
    section=base.RUN,
    help="So long of a film or camera.",
)
def add(
    dataset: Dataset,
    *,
    sources: Sequence[str],
    tags: Sequence[str],
    denied: Sequence[str],
    shooting: str,
    seconds: float | None,
) -> None:
    """Add pictures, folders, films or a camera, each as one shooting.

    Pictures of one shooting are never on both sides of a split, so of a class with one shooting nothing can
    be left out to say how well it is told: add photos that were taken one by one with --shooting each. Of a
    film or camera only news is kept: no frame that is blurred, and none that looks like one already kept.
    """
    from dataclasses import replace

    for group in _groups(sources):
        found = [_pictures_of(source, seconds) for source in group]
        news, alone = found[0][0], shooting == _ONE_BY_ONE and not found[0][0]
        tokens = ["" if alone else _token(source) for source in group]
        said = (
            replace(each, yes=tuple(tags), no=tuple(denied), shooting=token)
            for token, (_, pictures) in zip(tokens, found, strict=True)
            for each in pictures
        )
        one = len(group) == 1
        source = group[0] if one else f"{group[0]} and {len(group) - 1:,} more"
        told = " as one shooting" if one else ", each as one shooting"
        _report(dataset.adding(said, source), news, "" if alone else told)


def _groups(sources: Sequence[str]) -> Iterator[list[str]]:
    """What is added and told of at once: one source, or files with one picture each that follow another."""
    for plain, group in groupby(sources, lambda source: _is_picture_file(Path(source))):
        together = list(group)
        yield from [together] if plain else ([each] for each in together)


def _is_picture_file(path: Path) -> bool:
    from ..storage import images

    return path.is_file() and images.is_picture(path)


def _token(source: str) -> str:
    """What this shooting is called: its source and when it was added."""
    return f"{shown(source)} {datetime.now().astimezone().isoformat(timespec='microseconds')}"


def _pictures_of(text: str, seconds: float | None) -> tuple[News | None, Iterable[NewPicture]]:
    """What a source gives, and what counts its frames where it moves."""
    from ..app.film_frames import news_of
    from ..datasets.formats.exchange import pictures_under, reader_of
    from ..datasets.news import News
    from ..datasets.records import NewPicture
    from ..errors import InputError
    from ..media.sources import open_source

    path = Path(text)
    if path.is_dir() or _is_picture_file(path):
        paths = pictures_under(path) if path.is_dir() else [path]
        if not paths:
            raise InputError(f"{path}: no pictures")
        return None, [NewPicture(each.name, reader_of(each)) for each in paths]
    news = News()
    return news, news_of(open_source(text), news, seconds)


def _report(parts: Iterable[Added], news: News | None = None, shooting: str = "") -> None:
    """Say part by part what is done for good."""
    added = known = refused = 0
    for part in parts:
        for line in part.refused:
            base.say(f"warning: {line}", err=True)
        added, known = added + len(part.added), known + len(part.known)
        refused += len(part.refused)
        if part.added or part.known:
            base.say(f"{counted(added, 'picture')} added so far", err=True)
    told = [f"{counted(added, 'picture')} added{shooting}"]
    told += [f"{known:,} already there"] if known else []
    told += [f"{refused:,} refused"] if refused else []
    base.say("; ".join([*([str(news)] if news else []), ", ".join(told)]))


@_command("tag")
@_picture_names
@base.option("--tag", "tags", multiple=True, metavar="CLASS", section=base.RUN, help="What they show.")
@base.option(
    "--no", "denied", multiple=True, metavar="CLASS", section=base.RUN, help="What they do not show."
)
def tag(dataset: Dataset, *, pictures: Sequence[str], tags: Sequence[str], denied: Sequence[str]) -> None:
    """Say what pictures show (--tag) and what they do not (--no); several each."""
    if not tags and not denied:
        raise click.UsageError("say what they show with --tag, or what they do not with --no")
    hashes = [each.hash for each in dataset.find(pictures)]
    for names, said in ((tags, True), (denied, False)):
        if names:
            dataset.tag(hashes, names, said)
    base.say(f"{counted(len(hashes), 'picture')} tagged")


@_command("untag")
@_picture_names
@base.option(
    "--tag", "tags", multiple=True, required=True, metavar="CLASS", section=base.RUN, help="What they show."
)
def untag(dataset: Dataset, *, pictures: Sequence[str], tags: Sequence[str]) -> None:
    """Take back what was said of classes, be it yes or no."""
    hashes = [each.hash for each in dataset.find(pictures)]
    dataset.tag(hashes, tags, said=None)
    base.say(f"{counted(len(hashes), 'picture')} untagged")


def _corners(_context: click.Context, _option: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    try:
        numbers = tuple(float(part) for part in value.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != _SIDES:
        raise click.BadParameter(f"{value!r} is not LEFT,TOP,RIGHT,BOTTOM in pixels")
    return numbers


@_command("box")
@click.argument("picture", metavar="PICTURE")
@base.option("--tag", "label", metavar="CLASS", section=base.RUN, help="What is in the box.")
@base.option(
    "--at", "corners", metavar="L,T,R,B", callback=_corners, section=base.RUN, help="Its sides in pixels."
)
@base.option("--move", type=int, metavar="N", section=base.RUN, help="Put it in the place of box N.")
@base.option("--remove", type=int, metavar="N", section=base.RUN, help="Remove box N.")
@base.option(
    "--none", "is_empty", is_flag=True, section=base.RUN, help="There is nothing more in the picture."
)
def box(
    dataset: Dataset,
    *,
    picture: str,
    label: str | None,
    corners: tuple[float, float, float, float] | None,
    move: int | None,
    remove: int | None,
    is_empty: bool,
) -> None:
    """Say where things are in a PICTURE: add, move or remove a box.

    Boxes are pixels from the upper left corner of the picture as it is seen, turned as its EXIF says.
    """
    from ..datasets.records import NewBox
    from ..records import Box

    (found,) = dataset.find([picture])[:1]
    if remove is not None and label is None:
        dataset.move_box(found.hash, remove, None)
        return base.say(f"box {remove} removed")
    if is_empty and label is None:
        dataset.add_boxes(found.hash, [])
        return base.say(f"{found.name}: {counted(len(found.boxes or ()), 'thing')} and nothing more")
    if label is None or corners is None or is_empty or remove is not None:
        raise click.UsageError("give --tag and --at, with --move or not; or --remove; or --none")
    new = NewBox(label, Box(*corners))
    if move is not None:
        dataset.move_box(found.hash, move, new)
        return base.say(f"box {move} moved")
    (number,) = dataset.add_boxes(found.hash, [new])
    return base.say(f"box {number} added")


@_command("rename")
@click.argument("old", metavar="CLASS")
@click.argument("new", metavar="NEW")
def rename(dataset: Dataset, *, old: str, new: str) -> None:
    """Call a CLASS by a NEW name."""
    dataset.rename(old, new)
    base.say(f"{old} is called {new} now")


@_command("merge")
@click.argument("old", metavar="CLASS")
@click.argument("into", metavar="INTO")
def merge(dataset: Dataset, *, old: str, into: str) -> None:
    """Make one class of two. Where both were tagged, what was said last holds."""
    dataset.merge(old, into)
    base.say(f"{old} is {into} now")


@_command("delete")
@click.argument("pictures", metavar="[PICTURE...]", nargs=-1)
@base.option("--class", "unsaid", metavar="CLASS", section=base.RUN, help="All that is said of this class.")
def delete(dataset: Dataset, *, pictures: Sequence[str], unsaid: str | None) -> None:
    """Hide pictures, or take back all that is said of a class. Nothing is lost before `purge`."""
    if bool(pictures) == bool(unsaid):
        raise click.UsageError("name pictures, or a class with --class")
    if unsaid:
        dataset.delete_class(unsaid)
        return base.say(f"{unsaid} is deleted; its pictures stay")
    hashes = [each.hash for each in dataset.find(pictures)]
    dataset.delete(hashes)
    return base.say(f"{counted(len(hashes), 'picture')} hidden; `undo` brings back, `purge` removes")


@_command("undo")
@click.argument("numbers", metavar="[ACT...]", nargs=-1, type=int)
def undo(dataset: Dataset, *, numbers: Sequence[int]) -> None:
    """Undo the last act that can be, or acts by their numbers; undoing an undo does it again."""
    for number in numbers or (None,):
        act = dataset.undo(number)
        base.say(f"{act.undoes} undone by {act.number}: {act.summary}")


@_command("purge")
@click.argument("pictures", metavar="[PICTURE...]", nargs=-1)
def purge(dataset: Dataset, *, pictures: Sequence[str]) -> None:
    """Remove deleted pictures for good, all or some, with all that is said of them."""
    hashes = [each.hash for each in dataset.find(pictures, hidden=True)] if pictures else None
    base.say(f"{counted(dataset.purge(hashes), 'picture')} removed for good")


@_command("log")
@base.option("--limit", "last", type=click.IntRange(min=1), section=base.RUN, help="So many of the last.")
@_style
def log(dataset: Dataset, *, last: int | None, style: str) -> None:
    """List what was done, by whom and when."""
    acts = dataset.log(last)
    if style == "json":
        return _print_json(acts)
    rows = [
        (
            str(each.number),
            datetime.fromtimestamp(each.time).astimezone().isoformat(" ", "seconds"),
            each.who,
            f"{each.kind} {each.undoes}" if each.undoes else each.kind,
            each.summary,
            "undone" if each.undone else "",
        )
        for each in acts
    ]
    return print_table(("act", "time", "who", "what", "of", ""), rows, fold=True)


@_command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@base.option(
    "--from",
    "layout",
    type=click.Choice(_FORMATS),
    metavar="FORMAT",
    section=base.RUN,
    show_default="found out",
    help=f"One of {', '.join(_FORMATS)}.",
)
@base.option(
    "--shooting",
    "taken",
    type=click.Choice([_ONE_BY_ONE, "together"]),
    default=_ONE_BY_ONE,
    section=base.RUN,
    help="Pictures taken in one go, or one by one.",
)
def import_(dataset: Dataset, *, paths: Sequence[Path], layout: str | None, taken: str) -> None:
    """Bring pictures, tags and boxes from a folder, a file of annotations or an archive.

    Two PATHs are the pictures and the labels of IDX, the format of MNIST. Each picture counts as a
    shooting of its own, near-doubles apart; say --shooting together where all were taken in one go,
    so that no number is a lie.
    """
    from ..datasets import transfer

    source = paths[0].name or str(paths[0])
    with transfer.imported(paths, layout) as found:
        token = _token(source) if taken != _ONE_BY_ONE else ""
        _report(transfer.import_into(dataset, found, source, token))
        _notes(found)


def _notes(found: Imported) -> None:
    for line in found.notes:
        base.say(f"note: {line}", err=True)


@_command("export")
@click.argument("target", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@base.option(
    "--to",
    "written",
    type=click.Choice(_FORMATS),
    default="coco",
    metavar="FORMAT",
    section=base.RUN,
    help=f"One of {', '.join(_FORMATS)}.",
)
@base.option(
    "--left_out",
    type=base.Range(min=0, max=0.9),
    default=0.2,
    metavar="SHARE",
    section=base.RUN,
    help="For validation, in yolo and voc.",
)
@_at
def export(dataset: Dataset, *, target: Path, written: str, left_out: float, at: int | None) -> None:
    """Write a dataset to a new FOLDER for other programs; the pictures are copied."""
    from ..datasets import transfer

    for line in transfer.export(dataset, target, written, left_out, at=at):
        base.say(f"note: {line}", err=True)
    base.say(f"{target} is written as {written}")


@_command("check")
@_style
def check(dataset: Dataset, *, style: str) -> None:
    """List what may be wrong, each with the way out."""
    from ..datasets import checks

    findings = checks.check(dataset)
    if style == "json":
        return _print_json(findings)
    for finding in findings:
        base.say(f"{finding.kind}: {finding.what} -> {finding.way_out}{_examples(finding)}")
    return base.say(f"{counted(len(findings), 'finding')}")


def _examples(finding: Finding) -> str:
    """The first pictures, where the line names none itself."""
    if len(finding.pictures) < 2 or finding.kind == "near double":  # noqa: PLR2004
        return ""
    shown = ", ".join(each[:_HASH_DIGITS] for each in finding.pictures[:3])
    return f" ({shown}{' ...' if len(finding.pictures) > 3 else ''})"  # noqa: PLR2004


@_command("split")
@base.option(
    "--left_out",
    "share",
    type=base.Range(min=0.01, max=0.9),
    default=0.2,
    metavar="SHARE",
    section=base.RUN,
    help="Of each class.",
)
@base.option(
    "--folds", type=click.IntRange(min=2), metavar="N", section=base.RUN, help="Each once, in N parts."
)
@base.option("--seed", type=int, default=0, section=base.RUN, help="Another one leaves others out.")
@_style
def split(dataset: Dataset, *, share: float, folds: int | None, seed: int, style: str) -> None:
    """Say which pictures to train with and which to leave out; no shooting is torn apart."""
    parts = dataset.folds(folds, seed) if folds else [dataset.split(share, seed)]
    if style == "json":
        return _print_json(parts if folds else parts[0])
    titles = ("", "train", "left out")
    rows = [
        (str(number), str(len(each.train)), str(len(each.left_out))) for number, each in enumerate(parts, 1)
    ]
    print_table(titles, rows)
    return base.say(f"{counted(len(dataset.shootings()), 'shooting')}; --format json lists the pictures")


def _print_json(record: Any) -> None:
    """One document in UTF-8, whatever the terminal's encoding."""
    import msgspec

    data = msgspec.json.encode(record, enc_hook=str)
    terminal.write_data(msgspec.json.format(data, indent=1) + b"\n")


for _command in (
    create, list_datasets, show, add, tag, untag, box, rename, merge, delete, undo, purge, log, import_,
    export, check, split,
):  # fmt: skip
    main.add_command(_command)

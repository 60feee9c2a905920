"""Take what is known of people from a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..text import counted, shown
from . import base

if TYPE_CHECKING:
    from ..faces.people.fields import Annotation, Annotations

_OPTION = "--column_data"
_LONGEST_NUMBER = 9  # digits


class _PairsCommand(base.Command):
    """Takes any number of FIELD=COLUMN after the one option, which click alone does not."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _repeated(args))


def _repeated(args: Sequence[str]) -> list[str]:
    """The arguments with the option set before each pair that follows it."""
    told: list[str] = []
    follows = False
    for arg in args:
        option, _, rest = arg.partition("=")
        if option.replace("-", "_") == _OPTION.replace("-", "_"):
            follows = True
            told += [_OPTION, rest] if rest else []
            continue
        follows = follows and "=" in arg and not arg.startswith("-")
        told += [_OPTION, arg] if follows else [arg]
    return told


def _columns(_context: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for pair in pairs:
        field, _, column = pair.rpartition("=")
        if not field or not column.isdecimal() or len(column) > _LONGEST_NUMBER:
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN, such as position=1")
        field = shown(field)
        if field in columns:
            raise click.BadParameter(f"{field} is given twice")
        columns[field] = int(column)
    if "name" not in columns:
        raise click.BadParameter("one of the fields must be name=COLUMN, which says who a row is about")
    return columns


@base.command("fill_meta", _PairsCommand)
@click.argument("dataset", type=click.Path(file_okay=False, path_type=Path))
@click.argument("csv", type=click.Path(dir_okay=False, path_type=Path))
@base.option(
    _OPTION,
    "columns",
    multiple=True,
    required=True,
    callback=_columns,
    metavar="FIELD=COLUMN ...",
    section=base.RUN,
    help="Fields and columns.",
)
@base.option("--dry_run", is_flag=True, section=base.RUN, help="Only show what would be written.")
def main(*, dataset: Path, csv: Path, columns: dict[str, int], dry_run: bool) -> None:
    """Fill the meta.json of the persons in the folder DATASET from the table CSV.

    A row's name finds the person's folder whatever the case, accents, underscores and order of the
    words. What meta.json says already stays, unless the row has a value for the same field. The next
    `python prepare.py` takes the fields along, and they are announced with the person. Columns are
    counted from 0; name=COLUMN says who a row is about.
    """
    from ..faces.people import fields

    annotations = fields.plan(dataset, csv, columns)
    if not dry_run:
        fields.write(annotations)
    _report(annotations, dry_run=dry_run)


def _report(annotations: "Annotations", *, dry_run: bool) -> None:
    if annotations.header:
        base.say(f"the first row holds headings: {', '.join(annotations.header)}")
    for each in annotations.people:
        base.say(f"{each.folder.name}: {_changes(each)}")
    _list("persons without a row", annotations.without_row)
    _list("rows without a person", annotations.without_person)
    _list("not written, because several rows or folders fit", annotations.ambiguous)
    changed = sum(bool(each.changes) for each in annotations.people)
    base.say(f"{counted(changed, 'person')} {'would change' if dry_run else 'changed'}")


def _changes(annotation: "Annotation") -> str:
    before = annotation.before
    told = [
        f"{field}: {before[field]!r} becomes {value!r}" if field in before else f"{field}: {value!r}"
        for field, value in annotation.changes.items()
    ]
    return "; ".join(told) or "nothing new"


def _list(title: str, names: Sequence[str]) -> None:
    if names:
        base.say(f"{title}: {', '.join(names)}")

"""Who was there: the visits that the cameras have recorded."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from .. import terminal
from ..text import shown
from . import base, options, times
from .tables import print_table

_ONLY = "Only visits"


@base.command("events")
@base.option("--person", metavar="NAME", section=_ONLY, help="Of this person.")
@base.option("--camera", metavar="NAME", section=_ONLY, help="To this camera.")
@base.option(
    "--since",
    metavar="TIME",
    callback=times.moment,
    section=_ONLY,
    help="Since then: 2026-01-31, 2026-01-31T18:30, 12h, 7d.",
)
@base.option("--unknown", is_flag=True, section=_ONLY, help="Of strangers.")
@base.option("--limit", type=click.IntRange(min=1), section=_ONLY, help="So many of the last.")
@base.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    section=base.RUN,
    help="For people or for programs.",
)
@options.history_dir
@options.classifiers_dir
def main(
    *,
    person: str | None,
    camera: str | None,
    since: float | None,
    unknown: bool,
    limit: int | None,
    style: str,
    history_dir: Path,
    classifiers_dir: Path,
) -> None:
    """List the visits that cameras have recorded, the oldest first."""
    from ..faces.gallery import corrections
    from ..history import export, visits

    query = visits.VisitQuery(_recorded(person), _recorded(camera), since, unknown, limit)
    entries = visits.visits(history_dir, query)
    corrected = corrections.by_visit(corrections.read(classifiers_dir))
    printers: dict[str, Any] = {"csv": export.csv_of, "json": export.json_of}
    if style in printers:
        terminal.write_data(printers[style](entries, corrected).encode("utf-8", "backslashreplace"))
        return

    print_visits([export.short_row(entry, corrected) for entry in entries])


def _recorded(name: str | None) -> str | None:
    """A name of the command line as it is recorded."""
    return None if name is None else shown(name)


def print_visits(rows: Sequence[Mapping[str, str]]) -> None:
    """Show visits, given as texts by column."""
    if rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    else:
        base.say("no visits")

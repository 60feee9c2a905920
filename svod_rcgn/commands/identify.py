"""What is on whole pictures: classes with probabilities, or the number that is written there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import terminal
from ..classification import settings
from ..text import escaped, on_one_line
from . import base, options, picture_inputs
from .tables import print_table

if TYPE_CHECKING:
    from ..classification.look import Looker
    from ..classification.records import Identified

_ASKED, _WRITTEN = "What is asked", "How it is written"
_COLUMNS = (
    "picture",
    "time",
    "network",
    "version",
    "known",
    "number",
    "rank",
    "class",
    "label",
    "probability",
)


@base.command("identify")
@click.argument("pictures", metavar=picture_inputs.METAVAR, nargs=-1, required=True)
@base.option(
    "--network",
    metavar="NAME",
    default=settings.IMAGENET,
    section=_ASKED,
    help="imagenet, digits, or one of your own.",
)
@base.option(
    "--top", type=click.IntRange(min=1), default=5, section=_ASKED, help="So many likeliest classes."
)
@base.option(
    "--every",
    type=base.Range(min=0),
    default=1.0,
    metavar="SEC",
    section=_ASKED,
    help="Of a film, one frame in so long.",
)
@base.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    section=_WRITTEN,
    help="For people or for programs.",
)
@options.models_dir
@options.device
def main(
    *,
    pictures: tuple[str, ...],
    network: str,
    top: int,
    every: float,
    form: str,
    models_dir: Path,
    device: str,
) -> None:
    """Say what is on whole pictures: the likeliest classes, or "nothing I know".

    A folder stands for all pictures in it, - for one on standard input; of a film a frame a second is
    looked at. With --top 1 each picture is one line. Pictures that cannot be read are reported and left
    out; the exit code is 1 then.

    With --network digits, the digits of a picture are read from left to right as a number; "empty" is a
    picture without ink, and "no digit" one whose ink is none.
    """
    from ..classification.look import identify
    from ..media.walk import Walk

    walk = Walk(picture_inputs.inputs_of(pictures), every)
    found = identify(walk, _looker(network, models_dir, device, top))
    written = _write_lines(found) if form == "table" and top == 1 else _write(list(found), form)
    picture_inputs.check_all_read(walk, written)


def _looker(network: str, models_dir: Path, device: str, top: int) -> Looker:
    from ..classification import build

    return build.load_looker(network, models_dir, device, top)


def _write_lines(found: Iterable[Identified]) -> int:
    """A line a picture, as soon as it was looked at; how many they were."""
    written = 0
    for each in found:
        what = " ".join(" ".join(line).strip() for line in _lines(each))
        terminal.write_line(f"{on_one_line(_name(each))}: {what}")
        written += 1
    return written


def _write(found: Sequence[Identified], form: str) -> int:
    """All at once; how many they were."""
    from ..storage import files, spreadsheets

    if form == "json":
        terminal.write_data(files.encoded([_told_to_programs(each) for each in found]))
    elif form == "csv":
        rows = (row for each in found for row in _rows(each))
        terminal.write_data(spreadsheets.csv_of([_COLUMNS, *rows]).encode("utf-8", "backslashreplace"))
    elif found:
        print_table(("picture", "what is on it", "probability"), _table(found), fold=True)
    return len(found)


def _told_to_programs(found: Identified) -> dict[str, object]:
    """An answer as DESIGN has it: of whole pictures without what only digits and films have."""
    told: dict[str, object] = {
        "picture": escaped(found.picture),
        "network": found.network,
        "version": found.version,
        "known": found.known,
        "answers": [_answer(each.index, each.label, each.probability) for each in found.answers],
    }
    if found.time is not None:
        told["time"] = round(found.time, 3)
    if found.number is not None or found.problem is not None:
        told |= {
            "number": found.number,
            "problem": found.problem,
            "digits": [
                {
                    "box": [each.box.left, each.box.top, each.box.right, each.box.bottom],
                    "known": each.known,
                    "answers": [_answer(one.index, one.label, one.probability) for one in each.answers],
                }
                for each in found.digits
            ],
        }
    return told


def _answer(index: int, label: str, probability: float) -> dict[str, object]:
    return {"class": index, "label": label, "probability": round(probability, 6)}


def _rows(found: Identified) -> Iterable[tuple[object, ...]]:
    time = "" if found.time is None else f"{found.time:.3f}"
    known = str(found.known).lower()
    start = escaped(found.picture), time, found.network, found.version, known, found.number or ""
    if not found.answers:
        yield (*start, "", "", "", "")
    for rank, each in enumerate(found.answers, 1):
        yield (*start, rank, each.index, each.label, f"{each.probability:.6f}")


def _table(found: Sequence[Identified]) -> Iterable[tuple[str, str, str]]:
    for each in found:
        first, *others = _lines(each)
        yield (_name(each), *first)
        yield from (("", *other) for other in others)


def _name(found: Identified) -> str:
    return found.picture if found.time is None else f"{found.picture} at {found.time:.1f} s"


def _lines(found: Identified) -> list[tuple[str, str]]:
    """What is on a picture, and how likely that is."""
    if found.number is not None:
        return [(found.number, _surety(found))]
    if found.problem is not None:
        return [(found.problem, "")]
    answers = [(each.label, f"{100 * each.probability:.1f} %") for each in found.answers]
    return answers if found.known else [("nothing I know; the likeliest:", ""), *answers]


def _surety(found: Identified) -> str:
    from math import prod

    return f"{100 * prod(each.answers[0].probability for each in found.digits):.1f} %"

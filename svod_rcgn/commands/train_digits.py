"""Learn handwritten digits again, with drawings that were corrected."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import terminal
from ..classification import settings
from ..text import counted, on_one_line
from . import base, options, progress
from .datasets import DATASETS_DIR

if TYPE_CHECKING:
    from ..classification.training.digit_records import Compared, DigitRecord

_DEFAULT = settings.DIGITS


@base.command("digits")
@click.argument("dataset", metavar="[DATASET]", default=_DEFAULT)
@base.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    section=base.RUN,
    help="For people or for programs.",
)
@base.folder_option(
    "--datasets_dir", default=DATASETS_DIR, section=base.FOLDERS, help="Where the datasets lie."
)
@options.models_dir
def digits(*, dataset: str, style: str, datasets_dir: Path, models_dir: Path) -> None:
    """Teach the digits' network your way of writing, from the drawings of DATASET.

    That is "digits" where nothing else is said, in which the page keeps what was corrected on it; any dataset
    will do whose pictures show one digit each, and are tagged 0 to 9. They are learned beside the digits
    that download_models.py --digits brought. How good it is is measured on digits that are never learned
    from, and on drawings, each asked of a network that had not learned from its sitting.

    It is what reads digits then, unless it reads worse beyond chance: that is an error, and the version is
    there without being in use. `models roll_back digits` goes back.
    """
    from ..classification.training.digits_again import learn_again
    from ..datasets.collection import open_dataset

    told = style == "table"
    with (
        closing(open_dataset(datasets_dir, dataset, "svod train")) as opened,
        progress.reporter(err=not told) as reporter,
    ):
        record = learn_again(opened, models_dir, reporter)
    if told:
        _tell(record)
    else:
        terminal.write_data(_as_json(record))


def _tell(record: DigitRecord) -> None:
    size = f"{counted(record.count, 'drawing')} of {counted(record.sittings, 'sitting')}"
    base.say(f"{_DEFAULT}, version {record.version}: {size} in {record.seconds:.1f} s")
    base.say(f"digits held out: {_compared(record.held_out, 'digit')}")
    if record.left_out.now:
        base.say(f"drawings left out with their sittings: {_compared(record.left_out, 'drawing')}")
    for line in record.notes:
        base.say(on_one_line(line))
    base.say(f"it is in use; `python -m svod_rcgn.models roll_back {_DEFAULT}` goes back")


def _compared(found: Compared, noun: str) -> str:
    from ..reports.proportions import in_words

    assert found.now is not None
    before = f", {100 * found.before.share:.1f} % before" if found.before else ""
    return f"{in_words(found.now, noun)} read rightly{before}"


def _as_json(record: DigitRecord) -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(_summary(record)), indent=2) + b"\n"


def _summary(record: DigitRecord) -> dict[str, Any]:
    """What programs are told; all of it is in digits.json beside the network."""
    return {
        "name": _DEFAULT,
        "version": str(record.version),
        "left_out": _shares(record.left_out, "drawings"),
        "held_out": _shares(record.held_out, "digits"),
        "seconds": record.seconds,
        "state": record.state,
        "drawings": dict(zip("0123456789", record.drawings, strict=True)),
        "sittings": record.sittings,
        "notes": list(record.notes),
    }


def _shares(found: Compared, noun: str) -> dict[str, Any]:
    now, before = found.now, found.before
    return {
        "accuracy": now and now.share,
        "interval": now and [now.low, now.high],
        noun: now.trials if now else 0,
        "before": before and before.share,
    }

"""What a training came to, shown on the terminal; a running camera is told."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..control.probe import is_listened_to
from ..control.settings import ControlSettings
from ..errors import ControlError
from ..faces.enrolment import AlignedIndex, AlignedPicture
from ..faces.names import spelt_out, written_alike
from ..faces.training.report.comparison import Comparison, comparison_lines
from ..faces.training.report.measures import Report
from ..faces.training.report.summary import summary
from ..text import counted
from . import base
from .tables import Cell, print_table

if TYPE_CHECKING:
    from ..faces.prepare import PrepareResult

MOST_LISTED = 200  # persons, of whom somebody may still read a table


def summarise(result: "PrepareResult", classifiers_dir: Path, listener_port: int) -> None:
    """Show what was learned, and have a camera that runs use it."""
    print_persons(result.index)
    print_written_alike(result.index)
    if result.again:
        made = counted(result.again, "embedding", ("was", "were"))
        base.say(f"{made} of another network, or of this one fed otherwise, and made again from the crops")
    if result.report:
        print_report(result.report, result.comparison)
    if result.remaining:
        base.say(
            counted(result.remaining, "picture", ("remains", "remain")) + " to be aligned; run again to go on"
        )
    if not result.persons:
        base.say(counted(len(result.index.used), "picture", ("is", "are")) + " aligned; training was skipped")
        return
    learned = counted(len(result.persons), "person")
    base.say(f"{learned} learned; classifiers and report.html are in {classifiers_dir}")
    use_new_classifiers(listener_port)


def print_persons(index: AlignedIndex) -> None:
    """Show, for each person, how many pictures came, were used, and were refused for what reason.

    Of more than `MOST_LISTED` persons, those are left out of whom no picture was refused.
    """
    people: dict[str, list[AlignedPicture]] = {}
    for picture in index.pictures:
        people.setdefault(picture.person, []).append(picture)
    listed = [name for name, own in people.items() if len(people) <= MOST_LISTED or _refusals(own)]
    if listed:
        titles = ("person", "pictures", "used", "refused and why")
        print_table(titles, [_row(name, people[name]) for name in sorted(listed)])
    if left_out := len(people) - len(listed):
        base.say(f"{left_out} persons of whom every picture was used are not listed")


def print_written_alike(index: AlignedIndex) -> None:
    """Name the folders that look the same and are not, such as with é as one letter and as two."""
    for group in written_alike({picture.person for picture in index.pictures}):
        told = ", ".join(map(spelt_out, group))
        base.say(f"written alike, and known as {len(group)} persons: {told}; if they are one, merge them by")
        base.say("  `python -m svod_rcgn.people merge PERSON INTO`, with the names written so")


def _row(person: str, own: Sequence[AlignedPicture]) -> tuple[Cell, ...]:
    refusals = _refusals(own)
    return person, str(len(own)), str(len(own) - len(refusals)), refusals


def _refusals(own: Sequence[AlignedPicture]) -> list[str]:
    return [f"{picture.source.partition('/')[2]}: {picture.reason}" for picture in own if picture.reason]


def print_report(report: Report, comparison: Comparison | None) -> None:
    """Say what the training is worth, and what changed since the last one."""
    for line in (*summary(report), *comparison_lines(comparison)):
        base.say(line)


def use_new_classifiers(port: int) -> None:
    """Have a camera that runs use what was trained, and say whether it does; silent where none runs."""
    settings = ControlSettings(port=port)
    if not port or not is_listened_to(settings):
        return
    from ..control.client import SVODClient

    try:
        with SVODClient(settings.host, settings.port, timeout=5) as camera:
            told = camera.call("reload_classifiers")
    except ControlError as error:
        base.say(f"warning: the running camera keeps the classifiers it had: {error}", err=True)
    else:
        base.say(f"the camera that runs uses the classifiers of {told['version']} now")

"""What is said of a training, and to whom."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..text import counted
from . import running

if TYPE_CHECKING:
    from ..faces.prepare import Lesson


def tell(lesson: "Lesson", classifiers_dir: Path, listener_port: int) -> None:
    """Show what was learned, and have a camera that runs use it."""
    from . import tables

    tables.print_lesson(lesson.index)
    if lesson.report:
        tables.print_report(lesson.report, lesson.comparison)
    if lesson.remaining:
        click.echo(
            counted(lesson.remaining, "picture", ("remains", "remain")) + " to be aligned; run again to go on"
        )
    if not lesson.persons:
        click.echo(
            counted(len(lesson.index.used), "picture", ("is", "are")) + " aligned; training was skipped"
        )
        return
    learned = counted(len(lesson.persons), "person")
    click.echo(f"{learned} learned; classifiers and report.html are in {classifiers_dir}")
    running.use_new_classifiers(listener_port)

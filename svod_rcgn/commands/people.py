"""Who is known: list, rename, merge, remove, correct."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..faces.settings import Paths
from . import base, correct, options
from .tables import print_table

if TYPE_CHECKING:
    from ..faces.people import PersonStore, PersonSummary, StoreHits

_FOLDERS = (
    options.input_dir,
    options.aligned_dir,
    options.classifiers_dir,
    options.clarify_dir,
    options.history_dir,
)
_dry_run = base.option(
    "--dry_run", is_flag=True, section=base.RUN, help="Only show what is there of the person."
)


def _with_paths(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the folders, and itself their paths."""

    @wraps(function)
    def with_paths(
        *,
        input_dir: Path,
        aligned_dir: Path,
        classifiers_dir: Path,
        clarify_dir: Path,
        history_dir: Path,
        **others: Any,
    ) -> None:
        paths = Paths(
            input_dir=input_dir,
            aligned_dir=aligned_dir,
            classifiers_dir=classifiers_dir,
            clarify_dir=clarify_dir,
            history_dir=history_dir,
        )
        function(paths, **others)

    for option in reversed(_FOLDERS):
        with_paths = option(with_paths)
    return with_paths


@base.group("people")
def main() -> None:
    """List, rename, merge, forget or correct who is known. People are called by their folder or name."""


@base.command("list")
@_with_paths
def list_people(paths: Paths) -> None:
    """Show who is known, and with how many pictures."""
    from ..faces import people as roster

    people = roster.known(paths, roster.all_stores(paths))
    if not people:
        return base.say(
            f"nobody is known; put pictures into {paths.input_dir}/PERSON and run `python prepare.py`"
        )
    return print_people(people)


@base.command("rename")
@click.argument("person")
@click.argument("name")
@_with_paths
@_dry_run
@options.wait
def rename(paths: Paths, *, person: str, name: str, dry_run: bool, wait: float) -> None:
    """Call PERSON by another NAME, wherever that is kept."""
    from ..faces import people as roster

    _become(paths, person, lambda _: roster.new_folder(name), roster.rename, dry_run, wait)


@base.command("merge")
@click.argument("person")
@click.argument("into")
@_with_paths
@_dry_run
@options.wait
def merge(paths: Paths, *, person: str, into: str, dry_run: bool, wait: float) -> None:
    """Give all of PERSON to INTO, for the two are one. The fields of INTO win."""
    from ..faces import people as roster

    _become(paths, person, lambda places: roster.folder_of(places, into), roster.merge, dry_run, wait)


def _become(
    paths: Paths,
    person: str,
    target: Callable[[Sequence[PersonStore]], str],
    change: Callable[[Sequence[PersonStore], str, str], None],
    dry_run: bool,
    wait: float,
) -> None:
    from ..faces import people as roster
    from ..faces import prepare

    with prepare.locked(paths, wait):
        places = roster.all_stores(paths)
        old, new = roster.folder_of(places, person), target(places)
        if dry_run:
            return _show(roster.find(places, roster.traces_of(paths, old)))
        change(places, old, new)
    return base.say(f"{old} is {new} now; a running camera knows it when it reads the classifiers again")


@base.command("remove")
@click.argument("person")
@_with_paths
@_dry_run
@options.wait
def remove(paths: Paths, *, person: str, dry_run: bool, wait: float) -> None:
    """Forget PERSON, and prove it by a search.

    All pictures are deleted, and all that was learned from them. The classifiers are trained again on
    what is left. The copies that earlier runs kept of the aligned faces and of the classifiers are
    deleted as a whole.
    """
    from ..faces import people as roster
    from ..faces import prepare

    with prepare.locked(paths, wait):
        places = roster.all_stores(paths)
        folder = roster.folder_of(places, person, forgotten=True)
        signs = roster.traces_of(paths, folder)
        if dry_run:
            return _show(roster.find(places, signs))
        roster.remove(places, folder, signs)
    searched = ", ".join(place.title for place in places)
    return base.say(f"{folder} is forgotten; a search of {searched} found nothing more")


def _show(everywhere: Sequence[StoreHits]) -> None:
    for found in everywhere:
        traces: dict[Path, list[str]] = {trace.path: [] for trace in found.traces}
        for trace in found.traces:
            traces[trace.path].append(trace.what)
        base.say(f"{found.title}: {len(traces) or 'nothing'}")
        for path, whats in traces.items():
            base.say(f"  {path}: {', '.join(whats)}")


for _command in (list_people, rename, merge, remove, correct.main):
    main.add_command(_command)


def print_people(people: Sequence[PersonSummary]) -> None:
    """Show who is known, and with how many pictures."""
    titles = ("person", "name shown", "pictures", "faces aligned", "faces learned")
    rows = [(each.folder, each.name, each.pictures, each.aligned, each.learned) for each in people]
    print_table(titles, [tuple(map(str, row)) for row in rows])

"""Where something of a person may lie, and how each place lets go of it.

A new place is one class and one line in `all_places`.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from ...history.database import FILE, Database
from ...history.visits import SNAPSHOTS, Journal
from ...storage import files
from ...storage.folders import current_of, discard, discard_previous, previous_of
from ...text import shown
from .. import enrolment, prepare
from ..enrolment import META_FILE, AlignedIndex
from ..gallery import corrections
from ..names import shown_name
from ..settings import Paths
from ..strangers.folder import is_visitor
from .search import PersonTraces, Trace, search


class PersonStore(Protocol):
    """One place; `title` is what the user calls it. Persons are called by their folder's name."""

    title: str

    def people(self) -> set[str]:
        """Who is there, as far as the place can tell."""
        ...

    def search(self, sought: PersonTraces) -> list[Trace]:
        """Find all that is there of somebody."""
        ...

    def forget(self, person: str, sought: PersonTraces) -> None:
        """Delete all that is there of a person, whose traces look as sought."""
        ...

    def hand_over(self, person: str, to: str) -> None:
        """Give all that is there of a person to another, who may be there already."""
        ...


def all_stores(paths: Paths) -> tuple[PersonStore, ...]:
    """Every place, in the order in which they let go: what is learned from last."""
    return (
        Photographs(paths),
        Learned(paths),
        KeptCopies(paths),
        VisitStore(paths),
        Corrections(paths),
    )


class Photographs:
    """The input folders: the one of the command line, and all that something was aligned from."""

    title = "pictures"

    def __init__(self, paths: Paths) -> None:
        self._folders = input_folders(paths)

    def people(self) -> set[str]:
        """See `PersonStore.people`."""
        return {
            path.name
            for folder in self._folders
            for path in folder.glob("*")
            if path.is_dir() and not path.name.startswith(".") and not is_visitor(path.name)
        }

    def search(self, sought: PersonTraces) -> list[Trace]:
        """See `PersonStore.search`."""
        return search(self._folders, sought)

    def forget(self, person: str, sought: PersonTraces) -> None:  # noqa: ARG002
        """See `PersonStore.forget`."""
        for folder in self._folders:
            discard(folder / person)

    def hand_over(self, person: str, to: str) -> None:
        """See `PersonStore.hand_over`; pictures whose name is taken get another, and known fields stay."""
        for folder in self._folders:
            if not (folder / person).is_dir():
                continue
            if (folder / to).exists():
                _pour(folder / person, folder / to)
            else:
                (folder / person).rename(folder / to)


class Learned:
    """The aligned faces with their embeddings, and the classifiers with their previews."""

    title = "aligned faces, embeddings and classifiers"

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def people(self) -> set[str]:
        """See `PersonStore.people`."""
        return {picture.person for picture in enrolment.read_index(self._paths.aligned_dir).pictures}

    def search(self, sought: PersonTraces) -> list[Trace]:
        """See `PersonStore.search`."""
        folders = (self._paths.aligned_dir, self._paths.classifiers_dir)
        return search([current_of(folder) for folder in folders], sought)

    def forget(self, person: str, sought: PersonTraces) -> None:  # noqa: ARG002
        """See `PersonStore.forget`; the classifiers are trained again on what stays."""
        prepare.relearn(self._paths, lambda index: _without(index, person))

    def hand_over(self, person: str, to: str) -> None:
        """See `PersonStore.hand_over`; the classifiers are trained again."""
        prepare.relearn(self._paths, lambda index: _handed_over(index, person, to))


class KeptCopies:
    """What was kept when the folders were replaced: the copies of the pictures, faces and classifiers."""

    title = "kept previous copies"

    def __init__(self, paths: Paths) -> None:
        self._photographs = [previous_of(folder) for folder in input_folders(paths)]
        self._made = (paths.aligned_dir, paths.classifiers_dir)

    def people(self) -> set[str]:
        """Nobody: what is kept does not make a person known."""
        return set()

    def search(self, sought: PersonTraces) -> list[Trace]:
        """See `PersonStore.search`."""
        return search([*self._photographs, *map(previous_of, self._made)], sought)

    def forget(self, person: str, sought: PersonTraces) -> None:
        """See `PersonStore.forget`; kept classifiers cannot be unlearned, so they go as a whole."""
        for folder in self._photographs:
            if (folder / person).is_dir():
                shutil.rmtree(folder / person)
        for trace in search(self._photographs, sought):  # kept under another name
            trace.path.unlink(missing_ok=True)
        for folder in self._made:
            discard_previous(folder)

    def hand_over(self, person: str, to: str) -> None:
        """Nothing: a copy stays what it was."""


def input_folders(paths: Paths) -> list[Path]:
    """Where pictures lie: the two usual folders, and those that the aligned pictures came from."""
    index = enrolment.read_index(paths.aligned_dir)
    inputs = {enrolment.input_folder(picture.input, paths.aligned_dir) for picture in index.pictures}
    return sorted({folder.resolve() for folder in (*inputs, paths.input_dir, paths.clarify_dir)})


def _without(index: AlignedIndex, person: str) -> AlignedIndex:
    return replace(index, pictures=[picture for picture in index.pictures if picture.person != person])


def _handed_over(index: AlignedIndex, person: str, to: str) -> AlignedIndex:
    fields = {**index.fields, to: index.fields.get(person, {}) | index.fields.get(to, {})}
    given = [
        replace(picture, person=to, source=f"{to}/{Path(picture.source).name}")
        if picture.person == person
        else picture
        for picture in index.pictures
    ]
    return replace(index, pictures=given, fields=fields)


def _told(sought: PersonTraces) -> list[str]:
    """The names as a database can hold them."""
    return sorted({shown(name) for name in sought.names})


def _pour(source: Path, target: Path) -> None:
    """Move all files of one person's folder into another's, and say of the one what was said of the other."""
    for path in sorted(source.iterdir()):
        if path.name == META_FILE and (target / META_FILE).exists():
            _merge_fields(path, target / META_FILE)
        else:
            path.rename(files.free(target / path.name))
    source.rmdir()


def _merge_fields(source: Path, target: Path) -> None:
    fields = files.read_record(source, dict[str, Any]) | files.read_record(target, dict[str, Any])
    files.write_record(target, fields)
    source.unlink()


class VisitStore:
    """Visits with their pictures, and the announcements that wait to be sent."""

    title = "visits, their pictures and announcements"

    def __init__(self, paths: Paths) -> None:
        self._folder = paths.history_dir

    def people(self) -> set[str]:
        """Nobody: a visit does not make a person known."""
        return set()

    def search(self, sought: PersonTraces) -> list[Trace]:
        """See `PersonStore.search`."""
        path = self._folder / FILE
        with self._journal() as journal:
            if journal is None:
                return []
            names = _told(sought)
            counts = [(f"{count} visits of {name}") for name, count in journal.count(names)]
            seen = [f"{name} in {count} blocks of what was seen" for name, count in journal.seen.count(names)]
            return [Trace(path, what) for what in [*counts, *seen]]

    def forget(self, person: str, sought: PersonTraces) -> None:  # noqa: ARG002
        """See `PersonStore.forget`."""
        with self._journal() as journal:
            if journal is not None:
                for name in _told(sought):
                    journal.forget(name)
                    journal.seen.forget(name)

    def hand_over(self, person: str, to: str) -> None:
        """See `PersonStore.hand_over`; visits bear the name that is shown."""
        with self._journal() as journal:
            if journal is not None:
                journal.rename(shown_name(person), shown_name(to))
                journal.seen.rename(shown_name(person), shown_name(to))

    @contextmanager
    def _journal(self) -> Iterator[Journal | None]:
        path: Path = self._folder / FILE
        if not path.is_file():
            yield None
            return
        with closing(Database(path)) as database:
            yield Journal(database, self._folder / SNAPSHOTS, queue=0)


class Corrections:
    """What was said of faces that bore a wrong name."""

    title = "corrections"

    def __init__(self, paths: Paths) -> None:
        self._folder = paths.classifiers_dir

    def people(self) -> set[str]:
        """Nobody: a correction does not make a person known."""
        return set()

    def search(self, sought: PersonTraces) -> list[Trace]:
        """See `PersonStore.search`."""
        names = set(_told(sought))
        count = sum(1 for each in corrections.read(self._folder) if names & {each.was, each.person})
        return [Trace(corrections.path_of(self._folder), f"{count} corrections")] if count else []

    def forget(self, person: str, sought: PersonTraces) -> None:  # noqa: ARG002
        """See `PersonStore.forget`."""
        names = set(_told(sought))
        if corrections.path_of(self._folder).exists():
            with corrections.changing(self._folder) as known:
                known[:] = [each for each in known if not names & {each.was, each.person}]

    def hand_over(self, person: str, to: str) -> None:
        """See `PersonStore.hand_over`; of two persons who are one now, nothing is said any more."""
        if corrections.path_of(self._folder).exists():
            with corrections.changing(self._folder) as known:
                renamed = [_renamed(each, person, to) for each in known]
                known[:] = [each for each in renamed if each.was is None or each.was != each.person]


def _renamed(each: corrections.Correction, person: str, to: str) -> corrections.Correction:
    names = {shown_name(person): shown_name(to)}
    was, name = (each and names.get(each, each) for each in (each.was, each.person))
    picture = each.picture
    if picture and picture.startswith(f"{person}/"):
        picture = f"{to}/{picture.removeprefix(f'{person}/')}"
    return replace(each, was=was, person=name, picture=picture)

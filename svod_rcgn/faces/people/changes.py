"""What can be done with a person: find, rename, merge, remove."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError, TraceError
from ...storage.files import sha256_of
from ...storage.folders import current_of
from ...text import escaped
from .. import enrolment
from ..gallery import store
from ..names import folders_called, portable_folder, shown_name, spelt_out
from ..settings import Paths
from ..strangers.folder import is_visitor
from .search import PersonTraces, Trace
from .stores import PersonStore, input_folders

_EMPTY_FILE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """A person: how many pictures there are, how many gave a face, and how many were learned."""

    folder: str
    name: str
    pictures: int
    aligned: int
    learned: int


@dataclass(frozen=True, slots=True)
class StoreHits:
    """What one place holds of a person."""

    title: str
    traces: Sequence[Trace]


def known(paths: Paths, places: Sequence[PersonStore]) -> list[PersonSummary]:
    """Everybody who is known anywhere, by name.

    Raises:
        InputError: The index of the aligned faces or meta.json of the classifiers is damaged.
    """
    index = enrolment.read_index(paths.aligned_dir)
    pictures = Counter(picture.person for picture in index.pictures)
    aligned = Counter(picture.person for picture in index.used)
    learned = _learned(paths.classifiers_dir)
    everybody = set(learned).union(*(place.people() for place in places))
    return [
        PersonSummary(folder, shown_name(folder), pictures[folder], aligned[folder], learned.get(folder, 0))
        for folder in sorted(everybody)
    ]


def folder_of(places: Sequence[PersonStore], name: str, *, forgotten: bool = False) -> str:
    """The folder of the person who is called so, by the folder's name or by the name shown.

    Args:
        places: Where to look.
        name: One of the two.
        forgotten: The person may be gone, and the name left somewhere, as when a removal was killed.

    Raises:
        InputError: Nobody is, or several are written so.
    """
    found = folders_called(name, set().union(*(place.people() for place in places)))
    if len(found) > 1:
        raise InputError(f"{name}: could be {' or '.join(map(spelt_out, found))}; give one folder's name so")
    if found:
        return found[0]
    for folder in (name, name.replace(" ", "_")) if forgotten else ():
        if any(found.traces for found in find(places, _by_name(folder))):
            return folder
    raise InputError(f"{name}: nobody has this name; `python -m svod_rcgn.people list` shows who is known")


def new_folder(name: str) -> str:
    """The folder for a new name.

    Raises:
        InputError: No folder can be called so.
    """
    folder = portable_folder(name)
    if is_visitor(folder):
        raise InputError(f"{name}: strangers are called so; take another name")
    return folder


def find(places: Sequence[PersonStore], sought: PersonTraces) -> list[StoreHits]:
    """All traces, by the place where they are."""
    return [StoreHits(place.title, place.search(sought)) for place in places]


def traces_of(paths: Paths, person: str) -> PersonTraces:
    """What gives a person away: both names, each picture and crop, each embedding."""
    index = enrolment.read_index(paths.aligned_dir)
    own = [picture for picture in index.pictures if picture.person == person]
    files = [path for folder in input_folders(paths) for path in (folder / person).rglob("*")]
    contents = {sha256_of(path) for path in files if path.is_file()}
    contents |= {sha256 for picture in own for sha256 in (picture.sha256, picture.crop_sha256) if sha256}
    stored = enrolment.read_embeddings(current_of(paths.aligned_dir))
    rows = stored.only([picture for picture in own if picture.crop]).rows.values()
    return PersonTraces(
        names=frozenset({person, person.replace("_", " "), escaped(person), shown_name(person)}),
        contents=frozenset(contents - {_EMPTY_FILE}),
        embeddings=frozenset(row.tobytes() for row in rows),
    )


def _by_name(folder: str) -> PersonTraces:
    return PersonTraces(frozenset({folder}), frozenset(), frozenset())


def remove(places: Sequence[PersonStore], person: str, sought: PersonTraces) -> None:
    """Take a person out of all places, and prove it by searching them all again.

    Raises:
        TraceError: Something is left.
    """
    for place in places:
        place.forget(person, sought)
    left = [trace for found in find(places, sought) for trace in found.traces]
    if left:
        raise TraceError(
            f"{len(left)} traces of {person} are left, the first in {left[0].path} ({left[0].what}); "
            "delete or change what is named there, and run again"
        )


def rename(places: Sequence[PersonStore], person: str, to: str) -> None:
    """Give a person a new name.

    Raises:
        InputError: Somebody has it.
    """
    if any(to in place.people() for place in places):
        raise InputError(f"{to} is known already; to put the two together use merge")
    _hand_over(places, person, to)


def merge(places: Sequence[PersonStore], person: str, to: str) -> None:
    """Make two persons one, who keeps the name and the fields of the second.

    Raises:
        InputError: They are one already.
    """
    if person == to:
        raise InputError(f"{person} and {to} are the same person; name two")
    _hand_over(places, person, to)


def _hand_over(places: Sequence[PersonStore], person: str, to: str) -> None:
    for place in places:
        place.hand_over(person, to)


def _learned(classifiers_dir: Path) -> dict[str, int]:
    folder = current_of(classifiers_dir)
    if not (folder / store.META_FILE).exists():
        return {}
    return {person.folder: person.pictures for person in store.read_persons(folder)}

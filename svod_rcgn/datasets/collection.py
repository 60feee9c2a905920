"""One dataset: its pictures, what is said of them, and the acts by which that came about."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import add
from pathlib import Path

from ..errors import ChangedError, DatasetError
from ..storage.sqlite import Connection, Database, Row
from ..text import counted, on_one_line
from . import features
from .class_names import checked, folder_of, name_of, path_of, readable
from .contents import Contents
from .features import FeatureKey, Features
from .incoming import Incoming, batches, corners, in_pixels
from .journal import NOW, PURGE, Fact, Journal
from .labels import Labels
from .pictures import LookIndex, PictureFolder
from .records import Act, Added, ClassCount, LabelledBox, NewBox, NewPicture, Picture, Split
from .schema import STEPS
from .shootings import Shooting, folds, split
from .standing import PictureIndex, Standing, said_labels

FILE = "dataset.db"
PICTURES = "pictures"
_BUSY_SECONDS = 60.0
_SHORTEST_HASH = 4
_IDS_THERE = """
SELECT p.hash, p.id FROM pictures p WHERE p.hash IN (SELECT value FROM json_each(?))
AND EXISTS (SELECT 1 FROM state s WHERE s.picture = p.id AND s.thing = 'picture' AND s.value IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM state h WHERE h.picture = p.id AND h.thing = 'hidden' AND h.value)
"""
_IDS_EVER = "SELECT id FROM pictures WHERE hash IN (SELECT value FROM json_each(?))"
_SAID_OF_CLASSES = """
SELECT thing, picture, item FROM state WHERE value IS NOT NULL AND (
    thing = 'tag' AND item IN (SELECT value FROM json_each(?1))
    OR thing = 'box' AND json_extract(value, '$[0]') IN (SELECT value FROM json_each(?1))
)
"""
_NAMED = 3  # classes that a summary names
_MANY = 2  # where more than one picture in so many was touched, reading all is quicker


class Dataset:
    """A dataset that is open. Threads may share it, and processes open it at the same time."""

    def __init__(self, folder: Path, who: str) -> None:
        """Open a dataset that is there, as `open_dataset` does, or a new one, as `create_dataset`."""
        self.folder = folder
        self.name = name_of(folder.name)
        self._database = Database(folder / FILE, STEPS, DatasetError, _BUSY_SECONDS)
        self._journal = Journal(self._database, on_one_line(who))
        self._pictures = PictureFolder(folder / PICTURES)
        self._looks = LookIndex(self._database)
        self._index = PictureIndex()
        self._standing: Standing | None = None

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    # What is there

    @contextmanager
    def reading(self, at: int | None = None) -> Iterator[Contents]:
        """What is there now, or was after the act of a number; it stays the same within the block.

        Raises:
            DatasetError: There is no such act.
        """
        with self._database.snapshot():
            table = NOW if at is None else self._journal.look_at(at)
            yield Contents(self._database, self._pictures, table)

    @contextmanager
    def unchanged_since(self, state: int) -> Iterator[None]:
        """Act only if nothing has happened since a state was looked at; all acts of the block or none.

        Raises:
            ChangedError: Something has; it says what.
        """
        with self._whole_or_not():
            _refuse(self._journal.since(state))
            yield

    @contextmanager
    def untouched_since(self, state: int, hashes: Iterable[str]) -> Iterator[None]:
        """Act only if nothing has happened to pictures, or to what classes are called, since a state.

        Raises:
            ChangedError: Something has; it says what.
        """
        with self._whole_or_not():
            rows = self._database.rows(_IDS_EVER, (json.dumps(list(hashes)),))
            _refuse(self._journal.touching(state, [row[0] for row in rows]))
            yield

    def standing(self) -> Standing:
        """All that is there now; what came since it was asked last is read alone."""
        with self.reading() as contents:
            state = self.state
            if self._database.is_writing:  # what may be taken back is not kept
                return PictureIndex().after(state, contents, None)
            if self._standing is None or self._standing.state != state:
                self._standing = self._brought_up(self._standing, state, contents)
            return self._standing

    @property
    def is_read(self) -> bool:
        """Whether it was asked how it stands, so that all is at hand but what came since."""
        return self._standing is not None

    def _brought_up(self, last: Standing | None, state: int, contents: Contents) -> Standing:
        touched = None if last is None else self._journal.touched(last.state)
        if last is None or touched is None or _MANY * len(touched) > len(last.numbered):
            self._index, touched = PictureIndex(), None
        try:
            return self._index.after(state, contents, touched)
        except BaseException:  # what was half taken in would be told from now on
            self._index, self._standing = PictureIndex(), None
            raise

    def pictures(
        self, hashes: Iterable[str] | None = None, *, at: int | None = None, hidden: bool = False
    ) -> list[Picture]:
        """The pictures, or some of them, in the order in which they came; see `Contents.pictures`."""
        with self.reading(at) as contents:
            return contents.pictures(hashes, hidden=hidden)

    def hashes(self) -> list[str]:
        """The hashes of all pictures, in the order in which they came: to read them by windows."""
        return [each.hash for each in self.standing().pictures]

    def file(self, digest: str) -> Path | None:
        """Where the picture of a hash lies, also one that was deleted or whose coming was undone.

        Returns:
            None where there never was one, or where it was purged.
        """
        rows = self._database.rows("SELECT suffix FROM pictures WHERE hash = ?", (digest,))
        return self._pictures.path(digest, rows[0]["suffix"]) if rows else None

    def find(self, names: Iterable[str], *, hidden: bool = False) -> list[Picture]:
        """Pictures by their hashes, the beginnings of those, or the names of their files.

        Raises:
            DatasetError: No picture is called so, or several begin so.
        """
        pictures = self.pictures(hidden=hidden)
        return [each for name in names for each in _called(pictures, name)]

    def tags(self) -> dict[str, tuple[str, ...]]:
        """The classes that each picture is said to show, by hash; those without any are left out."""
        return {each.hash: each.yes for each in self.pictures() if each.yes}

    def classes(self, at: int | None = None) -> list[ClassCount]:
        """How much there is of each class, by name; a class may be without pictures."""
        if at is None:
            return list(self.standing().classes)
        with self.reading(at) as contents:
            return list(PictureIndex().after(at, contents, None).classes)

    def near_doubles(self) -> list[tuple[str, str]]:
        """Pairs of hashes of pictures that look nearly the same."""
        rows = self._database.rows(
            "SELECT one.hash, other.hash FROM alike JOIN pictures one ON one.id = alike.one "
            "JOIN pictures other ON other.id = alike.other ORDER BY alike.other, alike.one"
        )
        return [(row[0], row[1]) for row in rows]

    def shootings(self) -> list[Shooting]:
        """The hashes of each shooting's pictures."""
        return self.standing().shootings

    def split(self, share: float, seed: int = 0) -> Split:
        """Leave a share of each class out, by whole shootings; see `shootings.split`."""
        standing = self.standing()
        return split(standing.shootings, _labels_of(standing.pictures), share, seed)

    def folds(self, count: int, seed: int = 0) -> list[Split]:
        """Leave each shooting out once; see `shootings.folds`."""
        standing = self.standing()
        return folds(standing.shootings, _labels_of(standing.pictures), count, seed)

    def features(self, key: FeatureKey) -> Features:
        """What a backbone makes of the pictures."""
        return Features(self.folder / features.FOLDER, key)

    # The journal

    @property
    def state(self) -> int:
        """The number of the last act: as long as it stays the same, nothing has changed."""
        return self._journal.head

    def log(self, last: int | None = None) -> list[Act]:
        """All acts or the last ones, in their order."""
        return self._journal.acts(last)

    def since(self, state: int) -> list[Act]:
        """The acts after one, in their order."""
        return self._journal.since(state)

    def undo(self, number: int | None = None) -> Act:
        """Undo an act, or the last one that can be; undoing an undoing does it again.

        Raises:
            DatasetError: There is no such act, it is undone already, or it cannot be.
        """
        return self._journal.undo(number)

    def rebuild(self) -> None:
        """Make the state again from the journal alone."""
        self._journal.rebuild()

    # Acts

    def add(self, pictures: Iterable[NewPicture], source: str) -> Added:
        """Add pictures; see `adding`."""
        return reduce(add, self.adding(pictures, source), Added())

    def adding(self, pictures: Iterable[NewPicture], source: str) -> Iterator[Added]:
        """Add pictures, some at a time, and say after each time what is done for good.

        A picture that is there already gets what is said of it here besides; one that was deleted is
        there again. Files are copied; what cannot be read is refused, and the rest goes on.

        Args:
            pictures: Read one after another.
            source: Where they come from, for the journal.

        Raises:
            DatasetError: A class cannot be called so, a box is absurd, or nothing can be written.
        """
        for batch, refused in batches(pictures):
            done = self._add(batch, on_one_line(readable(source))) if batch else Added()
            yield done + Added(refused=tuple(refused))

    def create_classes(self, names: Sequence[str]) -> None:
        """Name classes before there are pictures of them.

        Raises:
            DatasetError: One cannot be called so.
        """
        with self._database.transaction() as connection:
            labels = self._labels()
            facts = [Fact("class", 1, item=labels.number_for(connection, name)) for name in names]
            self._journal.append(connection, "class", _some(map(checked, names)), facts)

    def tag(self, hashes: Sequence[str], names: Sequence[str], said: bool | None = True) -> None:
        """Say that pictures show classes (True), do not (False), or take back what was said (None).

        Raises:
            DatasetError: There is no such picture, a class cannot be called so, or nothing can be taken
                back of a class that is not there.
        """
        kind = {True: "tag", False: "tag as not", None: "untag"}[said]
        value = None if said is None else int(said)
        with self._database.transaction() as connection:
            labels, ids = self._labels(), self._ids(hashes)
            if said is None:
                numbers = [labels.roots(name)[0] for name in names]
            else:
                numbers = [labels.number_for(connection, name) for name in names]
            facts = [Fact("tag", value, each, number) for each in ids for number in numbers]
            facts += [Fact("class", 1, item=number) for number in numbers]
            summary = f"{counted(len(ids), 'picture')}: {_some(map(checked, names))}"
            self._journal.append(connection, kind, summary, facts)

    def relabel(self, hashes: Sequence[str], old: str, new: str) -> None:
        """Say that pictures show a class in place of another; those that do not show the old one are left.

        Raises:
            DatasetError: There is no such picture or class, none shows the old one, or the new one cannot be
                called so.
        """
        with self._database.transaction() as connection:
            labels, ids = self._labels(), dict(zip(dict.fromkeys(hashes), self._ids(hashes), strict=True))
            roots = labels.roots(old)
            showing = [each for each in self.pictures(hashes) if checked(old) in each.shows]
            if not showing:
                raise DatasetError(f"none of these pictures shows {checked(old)!r}; look again")
            number = labels.number_for(connection, new)
            facts = [Fact("class", 1, item=number)]
            for each in showing:
                # A box says as much as a tag, and stays: the tag has to deny it.
                value = 0 if old in {box.label for box in each.boxes or ()} else None
                facts += [Fact("tag", value, ids[each.hash], root) for root in roots]
                facts.append(Fact("tag", 1, ids[each.hash], number))
            summary = f"{counted(len(showing), 'picture')}: {checked(old)} to {checked(new)}"
            self._journal.append(connection, "relabel", summary, facts)

    def confirm(self, digest: str, names: Sequence[str]) -> None:
        """Say that what is said of classes of a picture was looked at and is right, until it is said anew.

        Raises:
            DatasetError: There is no such picture or class.
        """
        with self._database.transaction() as connection:
            (identity,), labels = self._ids([digest]), self._labels()
            numbers = [labels.roots(name)[0] for name in names]
            facts = [Fact("confirmed", 1, identity, number) for number in numbers]
            self._journal.append(connection, "confirm", f"{digest[:12]}: {_some(map(checked, names))}", facts)

    def add_boxes(self, digest: str, boxes: Sequence[NewBox]) -> tuple[int, ...]:
        """Say where things are in a picture, or by no boxes that there is nothing more; their numbers.

        Raises:
            DatasetError: There is no such picture, a class cannot be called so, or a box is absurd.
        """
        with self._database.transaction() as connection:
            identity, picture = self._one(digest)
            wanted = [in_pixels(each, picture.width, picture.height) for each in boxes]
            facts = _box_facts(connection, self._labels(), identity, wanted)
            what = _some(each.label for each in wanted) or "nothing more"
            self._journal.append(connection, "box", f"{digest[:12]}: {what}", facts)
            return tuple(fact.item for fact in facts if fact.thing == "box")

    def move_box(self, digest: str, number: int, to: NewBox | None) -> None:
        """Put another box in the place of one, or none to remove it.

        Raises:
            DatasetError: The picture has no such box, or the new one is absurd.
        """
        with self._database.transaction() as connection:
            identity, picture = self._one(digest)
            if number not in {each.number for each in picture.boxes or ()}:
                raise DatasetError(f"{digest[:12]} has no box {number}; `show` lists what it has")
            facts = [Fact("box", None, identity, number)]
            if to is not None:
                wanted = in_pixels(to, picture.width, picture.height)
                facts = _box_facts(connection, self._labels(), identity, [wanted], [number])
            kind = "remove box" if to is None else "move box"
            self._journal.append(connection, kind, f"{number} of {digest[:12]}", facts)

    def set_boxes(
        self, digest: str, boxes: Sequence[tuple[int | None, NewBox]], seen: Sequence[LabelledBox] | None
    ) -> None:
        """Say all that is in a picture, in place of what was said of it until now, as one act.

        Args:
            digest: The picture.
            boxes: What is where; those that were there already bear their numbers, new ones none.
            seen: The boxes of the picture as they were looked at, None where nothing had been said.

        Raises:
            ChangedError: Somebody has changed them meanwhile.
            DatasetError: There is no such picture or box, a class cannot be called so, or a box is absurd.
        """
        with self._database.transaction() as connection:
            identity, picture = self._one(digest)
            if picture.boxes != (None if seen is None else tuple(seen)):
                about = [act for act in self.log() if digest[:12] in act.summary] or self.log(1)
                raise ChangedError(f"the boxes were changed meanwhile ({_said(about[-1:])}); look again")
            there = {each.number for each in picture.boxes or ()}
            numbers = [number for number, _ in boxes if number is not None]
            if len(set(numbers)) < len(numbers) or not there.issuperset(numbers):
                raise DatasetError(f"{digest[:12]} has no such boxes; give each new one without a number")
            facts = _whole_box_facts(connection, self._labels(), identity, picture, boxes)
            what = _some(each.label for _, each in boxes) or "nothing is here"
            self._journal.append(connection, "boxes", f"{digest[:12]}: {what}", facts)

    def rename(self, old: str, new: str) -> None:
        """Call a class by another name.

        Raises:
            DatasetError: There is no such class, or another one is called so.
        """
        with self._database.transaction() as connection:
            labels, name = self._labels(), checked(new)
            if name in labels.known:
                raise DatasetError(f"there is a class {name!r} already; `merge` makes one of the two")
            facts = [Fact("name", name, item=number) for number in labels.roots(old)]
            self._journal.append(connection, "rename", f"{checked(old)} to {name}", facts)

    def merge(self, old: str, into: str) -> None:
        """Make one class of two; where both were tagged, what was said last holds.

        Raises:
            DatasetError: There is no such class, or the two are one.
        """
        with self._database.transaction() as connection:
            labels = self._labels()
            roots, target = labels.roots(old), labels.roots(into)[0]
            if target in roots:
                raise DatasetError(f"{checked(old)!r} is one class; name two to be merged")
            facts = [Fact("into", target, item=number) for number in roots]
            facts.append(Fact("class", 1, item=target))
            self._journal.append(connection, "merge", f"{checked(old)} into {checked(into)}", facts)

    def delete(self, hashes: Sequence[str]) -> None:
        """Hide pictures; their files stay until they are purged.

        Raises:
            DatasetError: There is no such picture.
        """
        with self._database.transaction() as connection:
            facts = [Fact("hidden", 1, each) for each in self._ids(hashes)]
            self._journal.append(connection, "delete", counted(len(facts), "picture"), facts)

    def delete_class(self, name: str) -> None:
        """Take back all that was said of a class; its pictures stay.

        Raises:
            DatasetError: There is no such class.
        """
        with self._database.transaction() as connection:
            numbers = json.dumps(list(self._labels().numbers(name)))
            facts = [Fact("class", None, item=number) for number in json.loads(numbers)]
            facts += [
                Fact(row["thing"], None, row["picture"], row["item"])
                for row in self._database.rows(_SAID_OF_CLASSES, (numbers,))
            ]
            self._journal.append(connection, "delete class", checked(name), facts)

    def purge(self, hashes: Iterable[str] | None = None) -> int:
        """Remove deleted pictures for good, all or some: files, features, and all that was said of them.

        Pictures whose adding was undone go too where none are named. This alone cannot be undone.

        Returns:
            How many pictures were removed.

        Raises:
            DatasetError: One of those named is not deleted.
        """
        with self._database.transaction() as connection:
            rows = self._purgeable(hashes)
            features.forget_everywhere(self.folder / features.FOLDER, [row["hash"] for row in rows])
            for row in rows:
                self._pictures.remove(row["hash"], row["suffix"])
            for question in (
                "DELETE FROM facts WHERE picture = ?",
                "DELETE FROM state WHERE picture = ?",
                "DELETE FROM pictures WHERE id = ?",
            ):
                connection.executemany(question, [(row["id"],) for row in rows])
            if rows:
                self._journal.append(connection, PURGE, counted(len(rows), "picture"), [])
        self._database.shrink()
        return len(rows)

    # How acts are written

    def _labels(self) -> Labels:
        return Labels(self._database.rows, NOW)

    def _one(self, digest: str) -> tuple[int, Picture]:
        (identity,) = self._ids([digest])
        (picture,) = self.pictures([digest])
        return identity, picture

    def _ids(self, hashes: Sequence[str]) -> list[int]:
        """The ids of pictures that are there and not deleted."""
        rows = self._database.rows(_IDS_THERE, (json.dumps(list(hashes)),))
        ids = {row["hash"]: row["id"] for row in rows}
        for each in hashes:
            if each not in ids:
                raise DatasetError(f"{self.name}: there is no picture {each[:12]}; `show` lists them")
        return [ids[each] for each in dict.fromkeys(hashes)]

    def _purgeable(self, hashes: Iterable[str] | None) -> list[Row]:
        hidden = {each.hash for each in self.pictures(hidden=True)}
        rows = self._database.rows("SELECT id, hash, suffix FROM pictures")
        if hashes is None:
            there = {each.hash for each in self.pictures()}
            return [row for row in rows if row["hash"] not in there]
        wanted = set(hashes)
        for each in wanted - hidden:
            raise DatasetError(f"{each[:12]} is not deleted; `delete` it first")
        return [row for row in rows if row["hash"] in wanted]

    def _add(self, batch: Sequence[Incoming], source: str) -> Added:
        for each in batch:
            self._pictures.keep(each.stored)
        with self._whole_or_not() as connection:
            there = {each.hash: each for each in self.pictures([each.hash for each in batch])}
            labels = self._labels()
            facts: list[Fact] = []
            boxes = {digest: _box_set(each) for digest, each in there.items()}
            for each in batch:
                self._pictures.keep(each.stored)  # should somebody have purged it meanwhile
                facts += self._facts(connection, labels, each, boxes.setdefault(each.hash, set()))
            fresh = tuple(digest for digest in boxes if digest not in there)
            summary = f"{counted(len(fresh), 'picture')} from {source}"
            self._journal.append(connection, "add", summary, facts)
        return Added(fresh, tuple(there))

    @contextmanager
    def _whole_or_not(self) -> Iterator[Connection]:
        """A transaction; if it fails, the looks of pictures that it did not add are forgotten."""
        try:
            with self._database.transaction() as connection:
                yield connection
        except BaseException:
            self._looks = LookIndex(self._database)
            raise

    def _facts(
        self, connection: Connection, labels: Labels, each: Incoming, had: set[NewBox]
    ) -> Iterator[Fact]:
        """What adding a picture says; boxes that it `had` are not added again."""
        row = connection.execute("SELECT id FROM pictures WHERE hash = ?", (each.hash,)).fetchone()
        picture = row["id"] if row else self._looks.insert(connection, each.stored)
        yield Fact("picture", on_one_line(readable(each.new.name)) or "picture", picture)
        yield Fact("hidden", None, picture)
        if each.new.shooting:
            yield Fact("shooting", each.new.shooting, picture)
        for names, value in ((each.new.no, 0), (each.new.yes, 1)):
            for number in [labels.number_for(connection, name) for name in names]:
                yield Fact("tag", value, picture, number)
                yield Fact("class", 1, item=number)
        if each.boxes is not None:
            yield from _box_facts(connection, labels, picture, [box for box in each.boxes if box not in had])
            had.update(each.boxes)


def open_dataset(root: Path, name: str, who: str) -> Dataset:
    """Open a dataset that is there.

    Args:
        root: The folder of all datasets.
        name: What it is called.
        who: Acts, for the journal.

    Raises:
        DatasetError: There is none, or it cannot be opened.
    """
    folder = path_of(checked(name, "dataset"), root)
    if not (folder / FILE).is_file():
        raise DatasetError(
            f"there is no dataset {name!r} in {root}; `python -m svod_rcgn.datasets create NAME` makes one"
        )
    return Dataset(folder, who)


def create_dataset(root: Path, name: str, who: str) -> Dataset:
    """Make a new dataset and open it.

    Raises:
        DatasetError: There is one already, it cannot be called so, or it cannot be written.
    """
    folder = path_of(checked(name, "dataset"), root)
    if (folder / FILE).exists():
        raise DatasetError(f"there is a dataset {name!r} in {root} already; choose another name")
    return Dataset(folder, who)


def dataset_names(root: Path) -> list[str]:
    """What the datasets in a folder are called; a folder that no name leads to is none."""
    found = ((path.parent.name, name_of(path.parent.name)) for path in root.glob(f"*/{FILE}"))
    return sorted(name for folder, name in found if folder_of(name) == folder)


def _box_facts(
    connection: Connection,
    labels: Labels,
    picture: int,
    boxes: Sequence[NewBox],
    numbers: Sequence[int] | None = None,
) -> list[Fact]:
    """What boxes say, under these numbers or new ones."""
    facts = [Fact("annotated", 1, picture)]
    for each, number in zip(boxes, numbers or _box_numbers(connection, len(boxes)), strict=True):
        label = labels.number_for(connection, each.label)
        facts.append(Fact("box", json.dumps([label, *corners(each.box)]), picture, number))
        facts.append(Fact("class", 1, item=label))
    return facts


def _whole_box_facts(
    connection: Connection,
    labels: Labels,
    identity: int,
    picture: Picture,
    boxes: Sequence[tuple[int | None, NewBox]],
) -> list[Fact]:
    """What says that a picture has these boxes and no others."""
    kept = [(number, box) for number, box in boxes if number is not None]
    gone = {each.number for each in picture.boxes or ()} - {number for number, _ in kept}
    pixels = [in_pixels(each, picture.width, picture.height) for _, each in kept]
    fresh = [in_pixels(each, picture.width, picture.height) for number, each in boxes if number is None]
    return [
        *(Fact("box", None, identity, number) for number in sorted(gone)),
        *(_box_facts(connection, labels, identity, pixels, [number for number, _ in kept]) if kept else ()),
        *_box_facts(connection, labels, identity, fresh),
    ]


def _refuse(later: Sequence[Act]) -> None:
    if later:
        raise ChangedError(f"{counted(len(later), 'act')} came first ({_said(later)}); look again")


def _said(acts: Sequence[Act]) -> str:
    return "; ".join(f"{act.who}: {act.kind} {act.summary}" for act in acts[-_NAMED:])


def _box_numbers(connection: Connection, count: int) -> list[int]:
    insert = "INSERT INTO boxes DEFAULT VALUES"
    return [int(connection.execute(insert).lastrowid or 0) for _ in range(count)]


def _box_set(picture: Picture) -> set[NewBox]:
    return {NewBox(each.label, each.box) for each in picture.boxes or ()}


def _labels_of(pictures: Iterable[Picture]) -> dict[str, tuple[str, ...]]:
    """The classes of each picture, by tags and boxes."""
    return {each.hash: said_labels(each) for each in pictures}


def _called(pictures: Sequence[Picture], name: str) -> list[Picture]:
    found = [each for each in pictures if each.name == name]
    if not found and len(name) >= _SHORTEST_HASH:
        found = [each for each in pictures if each.hash.startswith(name)]
        if len(found) > 1:
            raise DatasetError(f"{counted(len(found), 'picture')} begin with {name}; give more of the hash")
    if not found:
        raise DatasetError(f"there is no picture {readable(name)}; `show` lists names and hashes")
    return found


def _some(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:_NAMED]) + (f" and {len(every) - _NAMED} more" if len(every) > _NAMED else "")

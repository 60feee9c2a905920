"""What `download_models.py` brings, each piece knowing whether it is there and how to come.

The modules that fetch and convert import heavy libraries, and are imported only when there is work:
a run that finds all in place answers at once.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ..errors import DownloadError, InputError, ModelError
from ..reporter import Reporter
from ..storage.files import read_record, sha256_of, write_bytes, write_record
from ..storage.folders import current_of, locked, replacing_folder
from .card import CARD, ModelCard, embedders_of, read_card, write_card
from .entries import Item, ModelEntry, Parcel


class Installation(Protocol):
    """One thing that can be missing, and be brought."""

    def missing(self) -> list[Path]:
        """The files or folders that are absent, damaged, or not those of the catalogue."""
        ...

    def amend(self, reporter: Reporter, /) -> bool:
        """Make what is there what is wanted, where nothing has to be fetched for that; say whether it was."""
        ...

    def run(self, reporter: Reporter) -> None:
        """Bring it, in place of what is there; what fails leaves all as it was."""
        ...


def check_free(directory: Path) -> None:
    """Make sure that a directory holds a network or nothing.

    Raises:
        ModelError: It holds something else.
    """
    if not directory.exists() or (directory / CARD).exists():
        return
    if not directory.is_dir() or any(directory.iterdir()):
        raise ModelError(f"{directory}: holds something other than a network; give another directory")


def check_ours(directory: Path, *cards: ModelCard) -> None:
    """Make sure that a directory holds no other network than these, whole or damaged.

    Raises:
        ModelError: It does.
    """
    path = current_of(directory) / CARD
    try:
        card = read_record(path, ModelCard)
    except InputError:  # no card, or none that says whose it is
        return
    if _weights(card) not in {_weights(each) for each in cards}:
        raise ModelError(f"{directory}: holds {card.name}, a network of your own; give another directory")


def _weights(card: ModelCard) -> tuple[str, ...]:
    return tuple(each.source_sha256 for each in embedders_of(card))


def convert_entry(entry: ModelEntry, scratch: Path, fresh: Path) -> None:
    """Convert the files that were fetched, and write the card.

    Args:
        entry: What is wanted.
        scratch: Holds the files of its parcel.
        fresh: The folder to fill.

    Raises:
        ModelError: A file is another network than expected.
    """
    from .convert.any_format import convert

    names = entry.card.file, *entry.card.further
    shapes = entry.shape, *entry.further_shapes
    for item, name, shape in zip(entry.parcel.items, names, shapes, strict=True):
        convert(scratch / item.path, fresh / name, shape, entry.batch_reshapes)
    write_card(fresh, entry.card)


@dataclass(frozen=True, slots=True)
class ModelInstallation:
    """A network in a directory of its own.

    `way_out` ends the error when no source has it. `known` are the catalogue's other networks, any of
    which it may take the place of. `make` fills the folder from what was fetched, as `convert_entry` does,
    and `doing` is what that is called. `further` are files that it leaves besides those of the card's.
    """

    entry: ModelEntry
    directory: Path
    way_out: str
    known: Sequence[ModelEntry] = ()
    make: Callable[[ModelEntry, Path, Path], None] = convert_entry
    doing: str = "converting"
    further: Sequence[str] = ()

    def missing(self) -> list[Path]:
        """The directory, unless the network in it is whole and the catalogue's."""
        card = whole_card(self.directory)
        return [] if card and self._is_told(card) else [self.directory]

    def amend(self, reporter: Reporter) -> bool:
        """Change what is taken off the answers of a network that is there; its weights stay."""
        if self._amended() is None:
            return False
        with locked(self.directory):
            amended = self._amended()
            if amended is None:
                return False
            write_record(current_of(self.directory) / CARD, amended)
        reporter.say(f"{self.directory}: {amended.name}; the weights are the same, train again")
        return True

    def run(self, reporter: Reporter) -> None:
        """Fetch and convert the network, and write its card.

        Raises:
            DownloadError: No source has it.
            ModelError: The directory holds something other than a network, or one that somebody brought.
            BusyError: Another run works here.
        """
        check_free(self.directory)
        check_ours(self.directory, *(each.card for each in (self.entry, *self.known)))
        with (
            locked(self.directory),
            replacing_folder(self.directory) as fresh,
            tempfile.TemporaryDirectory(prefix="svod-") as scratch,
        ):
            for parcel in (self.entry.parcel, *self.entry.besides):
                _fetch(parcel, Path(scratch), reporter, self.way_out)
            reporter.say(f"{self.doing} {self.entry.card.name}")
            self.make(self.entry, Path(scratch), fresh)
        reporter.say(f"{self.directory}: {self.entry.card.name}, licence {self.entry.card.licence}")

    def _is_told(self, card: ModelCard) -> bool:
        """Whether a card says what the catalogue does, but for what depends on how the network was made."""
        full = self.entry.card
        told = replace(card, files={}, file=full.file, precision=full.precision)
        if full.least_nearness is None:  # it is measured where the network is made, if at all
            told = replace(told, least_nearness=None)
        return told == full and {full.file, *self.further} <= set(card.files)

    def _amended(self) -> ModelCard | None:
        """The card that makes what is there what is wanted; None where no card does, or it has it already."""
        card, full = whole_card(self.directory), self.entry.card
        if card is None:
            return None
        amended = replace(card, name=full.name, generic_face=full.generic_face, usual=full.usual)
        return amended if amended != card and self._is_told(amended) else None


def whole_card(directory: Path) -> ModelCard | None:
    """The card of the network in a directory; None where it is not whole."""
    try:
        return read_card(directory)
    except ModelError:
        return None


@dataclass(frozen=True, slots=True)
class FirstInstallation:
    """One of several networks for the same directory: the first that is there, or that can be had."""

    choices: Sequence[ModelInstallation]

    def missing(self) -> list[Path]:
        """See `Installation.missing`: nothing where any of them is whole."""
        return [] if any(not each.missing() for each in self.choices) else self.choices[0].missing()

    def amend(self, reporter: Reporter) -> bool:
        """See `Installation.amend`."""
        return any(each.amend(reporter) for each in self.choices)

    def run(self, reporter: Reporter) -> None:
        """Bring the first that can be had.

        Raises:
            DownloadError: None can be; the message gives each one's reason.
            ModelError: As `ModelInstallation.run`.
            BusyError: Another run works here.
        """
        reasons: list[str] = []
        for each in self.choices:
            if reasons:
                reporter.say(reasons[-1])
            try:
                return each.run(reporter)
            except DownloadError as error:
                reasons.append(str(error))
        raise DownloadError("; ".join(reasons))


@dataclass(frozen=True, slots=True)
class PictureInstallation:
    """Pictures under a directory that may hold other things too."""

    parcel: Parcel
    directory: Path
    way_out: str

    def missing(self) -> list[Path]:
        """The pictures that are absent, or not the catalogue's."""
        return [self.directory / item.path for item in self.parcel.items if not self._has(item)]

    def amend(self, _reporter: Reporter) -> bool:
        """See `Installation.amend`; a picture is as it is."""
        return False

    def run(self, reporter: Reporter) -> None:
        """Fetch the pictures.

        Raises:
            DownloadError: No source has them.
            BusyError: Another run works here.
        """
        with locked(self.directory), tempfile.TemporaryDirectory(prefix="svod-") as scratch:
            _fetch(self.parcel, Path(scratch), reporter, self.way_out)
            for item in self.parcel.items:
                write_bytes(self.directory / item.path, (Path(scratch) / item.path).read_bytes())
                reporter.say(f"{self.directory / item.path}")

    def _has(self, item: Item) -> bool:
        path = self.directory / item.path
        return path.is_file() and sha256_of(path) == item.sha256


def _fetch(parcel: Parcel, folder: Path, reporter: Reporter, way_out: str) -> None:
    from .download import fetch

    try:
        fetch(parcel, folder, reporter)
    except DownloadError as error:
        raise DownloadError(f"{error}; {way_out}") from error

"""Two networks put together in a directory of their own, which needs neither of their folders any more."""

from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import ModelError
from ..reporter import Reporter
from ..storage.files import copy
from ..storage.folders import current_of, locked, replacing_folder
from .card import ModelCard, full_card, write_card
from .install import check_free, check_ours, whole_card


@dataclass(frozen=True, slots=True)
class Part:
    """One of two networks that are put together: the card that it has alone, and the folder that it is in."""

    card: ModelCard
    directory: Path

    @property
    def is_there(self) -> bool:
        """Whether its weights are, with this mean or another, and in full."""
        found = whole_card(self.directory)
        if found is None or found.source_sha256 != self.card.source_sha256:
            return False
        return self.card.file in found.files

    def copy(self, fresh: Path) -> None:
        """Copy its files into a folder."""
        for name in (self.card.file, str(Path(self.card.file).with_suffix(".bin"))):
            copy(current_of(self.directory) / name, fresh / name)


@dataclass(frozen=True, slots=True)
class PairInstallation:
    """Two networks in one directory, made of both where each is alone; `way_out` ends the error without."""

    card: ModelCard
    directory: Path
    parts: tuple[Part, Part]
    way_out: str

    def missing(self) -> list[Path]:
        """The directory, unless both are in it, whole and as the catalogue says."""
        found = whole_card(self.directory)
        told = found and replace(full_card(found), files={})
        return [] if told == replace(self.card, files={}) else [self.directory]

    def amend(self, reporter: Reporter) -> bool:
        """Put both together where they are there: that needs no connection."""
        if not self.missing() or not all(part.is_there for part in self.parts):
            return False
        self.run(reporter)
        return True

    def run(self, reporter: Reporter) -> None:
        """Put both together.

        Raises:
            ModelError: One is not there, or the directory holds something else.
            BusyError: Another run works here.
        """
        check_free(self.directory)
        check_ours(self.directory, self.card)
        for part in self.parts:
            if not part.is_there:
                raise ModelError(f"{part.directory}: {part.card.name} is not there; {self.way_out}")
        with locked(self.directory), replacing_folder(self.directory) as fresh:
            for part in self.parts:
                part.copy(fresh)
            write_card(fresh, self.card)
        licences = " and ".join(dict.fromkeys(part.card.licence for part in self.parts))
        reporter.say(f"{self.directory}: {self.card.name}, licence {licences}")

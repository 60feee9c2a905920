"""The versions of one recogniser: which is in use, what each was worth, and how one comes to answer again."""

import shutil
from pathlib import Path

from ..classification.training import head_file, records
from ..classification.training.records import TrainingRecord
from ..errors import InputError, ModelError
from ..networks import versions
from ..networks.card import CLASSIFICATION, read_card
from ..networks.class_labels import read_labels
from ..storage import folders
from .live_head import LiveHead
from .records import VersionState

MOST = 20  # versions that are kept; each takes as much room as its whole network
_WAIT = 60.0


class VersionShelf:
    """Versions in the folder of a network."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._record = self._read(versions.in_use(directory))

    @property
    def in_use(self) -> int | None:
        """The number of the version in use; None before the first."""
        return versions.in_use(self._directory)

    @property
    def record(self) -> TrainingRecord | None:
        """What is known of the version in use; None where it is not known."""
        return self._record

    @property
    def newest(self) -> TrainingRecord | None:
        """What is known of the newest version."""
        there = versions.numbers(self._directory)
        return self._read(there[-1]) if there else None

    def all(self) -> list[VersionState]:
        """Those that can answer, the newest first."""
        used = self.in_use
        found = [self._read(number) for number in reversed(versions.numbers(self._directory))]
        return [_told(each, used) for each in found if each is not None]

    def current(self) -> tuple[LiveHead, TrainingRecord]:
        """What the version in use answers by.

        Raises:
            ModelError: There is none, or it cannot answer.
        """
        number = self.in_use
        if number is None:
            raise ModelError(f"{self._directory}: there is no version yet")
        return self._opened(number)

    def use(self, number: int) -> tuple[LiveHead, TrainingRecord]:
        """Put a version in use.

        Raises:
            ModelError: There is no such version, or it cannot answer.
        """
        found = self._opened(number)
        versions.use(self._directory, number)
        self._record = found[1]
        return found

    def written(self, record: TrainingRecord) -> None:
        """Take note of a new version; the oldest go where there are too many."""
        self._record = record
        with folders.locked(self._directory, wait=_WAIT):
            there = [each for each in versions.numbers(self._directory) if each != self.in_use]
            for number in there[: max(0, len(there) + 1 - MOST)]:
                shutil.rmtree(self._directory / str(number))

    def _opened(self, number: int) -> tuple[LiveHead, TrainingRecord]:
        folder = versions.folder_of(self._directory, number)
        card = read_card(folder)
        if card.task != CLASSIFICATION:
            raise ModelError(f"{folder}: is no network for whole pictures")
        try:
            head, record = head_file.read(folder), records.read(folder)
        except InputError as error:
            raise ModelError(f"{error}; train again") from error
        labels = read_labels(folder, card)
        if len(labels) != head.classes:
            raise ModelError(f"{folder}: {len(labels)} labels for {head.classes} classes; train again")
        return LiveHead(head, labels, card.least_nearness), record

    def _read(self, number: int | None) -> TrainingRecord | None:
        try:
            record = records.read(self._directory / str(number))
        except InputError:
            return None
        return record if record.format_version == records.FORMAT_VERSION else None


def _told(record: TrainingRecord, used: int | None) -> VersionState:
    number = int(record.version)
    return VersionState(
        number, record.created, record.pictures, record.labels, record.accuracy, number == used
    )

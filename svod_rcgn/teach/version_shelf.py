"""The versions of one recogniser: which is in use, what each was worth, and how one comes to answer again."""

import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from ..classification.training import head_file, records
from ..classification.training.records import TrainingRecord, TrainingSummary
from ..errors import InputError, ModelError
from ..networks import versions
from ..networks.card import CLASSIFICATION, read_card
from ..networks.class_labels import read_labels
from ..storage import folders
from .live_head import LiveHead
from .records import VersionState

MOST = 20  # versions that are kept; each takes as much room as its whole network
_WAIT = 60.0

Known = TypeVar("Known", TrainingRecord, TrainingSummary)


class VersionShelf:
    """Versions in the folder of a network; any thread may ask."""

    def __init__(self, directory: Path) -> None:
        """Take where they lie; nothing is read yet, for a record of very many pictures takes long."""
        self._directory = directory
        self._lock = Lock()
        self._record: TrainingRecord | None = None
        self._is_read = False

    @property
    def in_use(self) -> int | None:
        """The number of the version in use; None before the first."""
        return versions.in_use(self._directory)

    @property
    def record(self) -> TrainingRecord | None:
        """What is known of the version in use; None where it is not known."""
        with self._lock:
            if not self._is_read:
                self._record, self._is_read = self._read(self.in_use, records.read), True
            return self._record

    @property
    def newest(self) -> TrainingSummary | None:
        """What is known of the newest version."""
        there = versions.numbers(self._directory)
        return self._read(there[-1], records.read_summary) if there else None

    def all(self) -> list[VersionState]:
        """Those that can answer, the newest first."""
        used = self.in_use
        found = [
            self._read(number, records.read_summary) for number in reversed(versions.numbers(self._directory))
        ]
        return [_told(each, used) for each in found if each is not None]

    def current(self) -> tuple[LiveHead, TrainingRecord]:
        """What the version in use answers by.

        Raises:
            ModelError: There is none, or it cannot answer.
        """
        number, record = self.in_use, self.record
        if number is None or record is None:
            raise ModelError(
                f"{self._directory}: there is no version yet, or its record is damaged; train again"
            )
        return self._head(number), record

    def use(self, number: int) -> tuple[LiveHead, TrainingRecord]:
        """Put a version in use.

        Raises:
            ModelError: There is no such version, or it cannot answer.
        """
        head, record = self._head(number), self._read(number, records.read)
        if record is None:
            raise ModelError(f"{self._directory / str(number)}: its record is damaged; train again")
        versions.use(self._directory, number)
        self._keep(record)
        return head, record

    def written(self, record: TrainingRecord) -> None:
        """Take note of a new version; the oldest go where there are too many."""
        self._keep(record)
        with folders.locked(self._directory, wait=_WAIT):
            there = [each for each in versions.numbers(self._directory) if each != self.in_use]
            for number in there[: max(0, len(there) + 1 - MOST)]:
                shutil.rmtree(self._directory / str(number))

    def _head(self, number: int) -> LiveHead:
        folder = versions.folder_of(self._directory, number)
        card = read_card(folder)
        if card.task != CLASSIFICATION:
            raise ModelError(f"{folder}: is no network for whole pictures")
        try:
            head = head_file.read(folder)
        except InputError as error:
            raise ModelError(f"{error}; train again") from error
        labels = read_labels(folder, card)
        if len(labels) != head.classes:
            raise ModelError(f"{folder}: {len(labels)} labels for {head.classes} classes; train again")
        return LiveHead(head, labels, card.least_nearness)

    def _keep(self, record: TrainingRecord) -> None:
        with self._lock:
            self._record, self._is_read = record, True

    def _read(self, number: int | None, read: Callable[[Path], Known]) -> Known | None:
        try:
            known = read(self._directory / str(number))
        except InputError:
            return None
        return known if known.format_version == records.FORMAT_VERSION else None


def _told(summary: TrainingSummary, used: int | None) -> VersionState:
    number = int(summary.version)
    return VersionState(
        number, summary.created, summary.pictures, summary.labels, summary.accuracy, number == used
    )

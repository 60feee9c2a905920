"""Faces that the camera could not name, one folder a stranger, for the user to name.

A folder is called visitor-NNN until the user gives it a person's name; from then on it is the user's
and is never touched again.
"""

import io
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np

from ...records import FloatArray, Image
from ...storage import files, images
from ..settings import StrangerSettings

EMBEDDINGS = ".embeddings.npy"
_VISITOR = re.compile(r"visitor-(\d{3,})")
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class StrangerPicture:
    """A crop as the aligner cuts it, uint8 BGR, its embedding and its worth, 0..1."""

    crop: Image
    embedding: FloatArray
    worth: float


@dataclass(slots=True)
class Selection:
    """The best faces of one stranger that differ from each other."""

    settings: StrangerSettings
    chosen: list[StrangerPicture] = field(default_factory=list)

    def wants(self, embedding: FloatArray, worth: float) -> bool:
        """Whether a face would be chosen; spares cutting out those that are not."""
        if worth < self.settings.min_worth:
            return False
        rivals = self._rivals(embedding)
        return all(worth > rival.worth for rival in rivals)

    def add(self, candidate: StrangerPicture) -> None:
        """Choose a face that is wanted, in the place of those that it outdoes."""
        rivals = self._rivals(candidate.embedding)
        self.chosen = [kept for kept in self.chosen if all(kept is not rival for rival in rivals)]
        self.chosen.append(candidate)

    def _rivals(self, embedding: FloatArray) -> list[StrangerPicture]:
        """The faces that are too much like this one; where there is no room left, also the worst."""
        alike = [kept for kept in self.chosen if float(kept.embedding @ embedding) >= self.settings.distinct]
        if alike or len(self.chosen) < self.settings.pictures:
            return alike
        return [min(self.chosen, key=lambda kept: kept.worth)]


def is_visitor(name: str) -> bool:
    """Whether a folder's name is that of a stranger whom the user has not named yet."""
    return _VISITOR.fullmatch(name) is not None


class StrangerFolder:
    """Keeps the faces of strangers, bounded in the number of strangers and of faces each.

    The cameras of a process share one.
    """

    def __init__(self, folder: Path, settings: StrangerSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._lock = Lock()

    def store(self, candidates: Sequence[StrangerPicture]) -> Path | None:
        """Put faces of one stranger into the folder of that stranger, a new one where there is none.

        Returns:
            The folder, or None where there is nothing to store.
        """
        if not candidates:
            return None
        with self._lock:
            return self._store(candidates)

    def forget_before(self, time: float) -> int:
        """Delete the strangers last seen before a time, in seconds since the epoch; returns how many."""
        with self._lock:
            old = [folder for folder in self._visitors() if last_seen(folder) < time]
            for folder in old:
                shutil.rmtree(folder, ignore_errors=True)
        return len(old)

    def _store(self, candidates: Sequence[StrangerPicture]) -> Path:
        embeddings = np.stack([candidate.embedding for candidate in candidates])
        folder = self._folder_of(embeddings) or self._new_folder()
        known = _embeddings(folder)
        for candidate in candidates:
            known = self._add(folder, known, candidate)
        _write_embeddings(folder, known)
        self._make_room(keep=folder)
        return folder

    def _folder_of(self, embeddings: FloatArray) -> Path | None:
        likeness = [(_likeness(_embeddings(folder), embeddings), folder) for folder in self._visitors()]
        best, folder = max(likeness, default=(-1.0, self._folder))
        return folder if best >= self._settings.likeness else None

    def _new_folder(self) -> Path:
        numbers = [int(folder.name.partition("-")[2]) for folder in self._visitors()]
        folder = self._folder / f"visitor-{max(numbers, default=0) + 1:03}"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(mode=0o700)
        return folder

    def _add(self, folder: Path, known: FloatArray, candidate: StrangerPicture) -> FloatArray:
        count = sum(1 for path in folder.iterdir() if path.suffix == ".png")
        likeness = _likeness(known, candidate.embedding[None])
        if count >= self._settings.pictures or likeness >= self._settings.distinct:
            return known
        names = [int(path.stem) for path in folder.glob("*.png") if path.stem.isdigit()]
        target = folder / f"{max(names, default=0) + 1:03}.png"
        images.write_png(target, candidate.crop, private=True)
        return np.concatenate([known.reshape(-1, candidate.embedding.size), candidate.embedding[None]])

    def _make_room(self, keep: Path) -> None:
        others = sorted((folder for folder in self._visitors() if folder != keep), key=last_seen)
        for folder in others[: max(0, len(others) + 1 - self._settings.visitors)]:
            shutil.rmtree(folder, ignore_errors=True)

    def _visitors(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [
            folder for folder in sorted(self._folder.iterdir())
            if folder.is_dir() and is_visitor(folder.name)
        ]  # fmt: skip


def last_seen(folder: Path) -> float:
    """When somebody was seen last, in seconds since the epoch; 0 where nobody knows."""
    try:
        return (folder / EMBEDDINGS).stat().st_mtime
    except OSError:
        return 0.0


def _likeness(known: FloatArray, embeddings: FloatArray) -> float:
    """The greatest cosine between rows of two sets, -1 where one is empty or of another network."""
    if not known.size or known.shape[1] != embeddings.shape[1]:
        return -1.0
    return float((known @ embeddings.T).max())


def _embeddings(folder: Path) -> FloatArray:
    """(n, length) float32; a damaged or missing file is no embeddings."""
    path = folder / EMBEDDINGS
    empty = np.empty((0, 0), np.float32)
    try:
        if path.stat().st_size > _MAX_BYTES:
            return empty
        rows = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return empty
    return rows.astype(np.float32) if rows.ndim == 2 else empty  # noqa: PLR2004 - rows of vectors


def _write_embeddings(folder: Path, rows: FloatArray) -> None:
    buffer = io.BytesIO()
    np.save(buffer, rows.astype(np.float32), allow_pickle=False)
    files.write_bytes(folder / EMBEDDINGS, buffer.getvalue(), private=True)

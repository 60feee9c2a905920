"""What people said of a face that was given a wrong name, and how that name is withheld from it.

They lie beside the classifiers, so that no training deletes them.
"""

import base64
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ...errors import InputError
from ...records import FloatArray
from ...storage import files, folders
from ..records import Evidence, Match

ENDING = "-corrections.json"
_WAIT = 10.0  # seconds for another who changes them


class FaceNamer(Protocol):
    """Says whose face it is; see `protocols.Identifier`."""

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by name."""
        ...

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """One answer for each face."""
        ...


@dataclass(frozen=True, slots=True)
class Correction:
    """One face, by its embedding in base64 (float32, little-endian) of the network with this fingerprint.

    It is not `was`; it is `person`, None where nobody said. `visit` is the visit that it was seen in, and
    `picture` the file that was added to the person's photographs, None where there is none. `time` is when
    it was said, in seconds since the epoch.
    """

    id: int
    time: float
    was: str | None
    person: str | None
    network: str
    embedding: str
    visit: int | None = None
    picture: str | None = None

    @property
    def vector(self) -> FloatArray:
        """The embedding, of unit length."""
        rows: FloatArray = np.frombuffer(base64.b64decode(self.embedding, validate=True), "<f4")
        return rows


def encoded(embedding: FloatArray) -> str:
    """An embedding as a correction holds it."""
    return base64.b64encode(embedding.astype("<f4").tobytes()).decode()


def path_of(classifiers_dir: Path) -> Path:
    """Where the corrections of these classifiers lie."""
    return classifiers_dir.with_name(classifiers_dir.name + ENDING)


def read(classifiers_dir: Path) -> list[Correction]:
    """All corrections, the oldest first.

    Raises:
        InputError: They are damaged.
    """
    path = path_of(classifiers_dir)
    if not path.is_file():
        return []
    found = files.read_record(path, list[Correction])
    for each in found:
        try:
            each.vector  # noqa: B018 - raises where it is no embedding
        except ValueError as error:
            raise InputError(f"{path}: correction {each.id} has no embedding; delete it there") from error
    return found


def write(classifiers_dir: Path, corrections: Sequence[Correction]) -> None:
    """Keep these, and no others."""
    path = path_of(classifiers_dir)
    if corrections:
        files.write_bytes(path, files.encoded(list(corrections)), private=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def changing(classifiers_dir: Path) -> Iterator[list[Correction]]:
    """The corrections, to be changed in the block while no other process changes them, and kept at its end.

    Raises:
        BusyError: Another holds them for too long.
        InputError: They are damaged.
    """
    with folders.locked(path_of(classifiers_dir), wait=_WAIT):
        known = read(classifiers_dir)
        before = list(known)
        yield known
        if known != before:
            write(classifiers_dir, known)


def rejections(known: Sequence[Correction], network: str, people: Collection[str]) -> list[Correction]:
    """Those that say of somebody in a gallery that a face is not that person's, but nobody's of the gallery.

    A face that has been learned as somebody else's is no stranger's.

    Args:
        known: All of them.
        network: The fingerprint of the one that embeds.
        people: The names in the gallery.
    """
    return [
        each for each in known if each.network == network and each.was in people and each.person not in people
    ]


def by_visit(known: Sequence[Correction]) -> dict[int, str]:
    """What was said of visits, in words, by their numbers."""
    return {each.visit: each.person or f"not {each.was}" for each in known if each.visit is not None}


class CorrectedIdentifier:
    """Withholds a name from faces that are more like one of whom people said that it is not that person."""

    def __init__(self, identifier: FaceNamer, corrections: Sequence[Correction], network: str) -> None:
        """Take who names faces.

        Args:
            identifier: Names them.
            corrections: Those of another network say nothing.
            network: The fingerprint of the one that embeds.
        """
        self._identifier = identifier
        self._rejected: dict[str, FloatArray] = {}
        own = [each for each in corrections if each.network == network and each.was is not None]
        for name in {str(each.was) for each in own}:
            rows = [each.vector for each in own if each.was == name]
            self._rejected[name] = np.stack([row for row in rows if len(row) == len(rows[0])])

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """See `Identifier.people`."""
        return self._identifier.people

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """See `Identifier.identify`."""
        found = self._identifier.identify(evidence)
        return tuple(self._corrected(match, each) for match, each in zip(found, evidence, strict=True))

    def _corrected(self, match: Match, evidence: Evidence) -> Match:
        rejected = self._rejected.get(match.name or "")
        if rejected is None or rejected.shape[1] != len(evidence.embedding):
            return match
        if float((rejected @ evidence.embedding).max()) <= match.cosine:
            return match
        return replace(match, name=None)


def corrected(identifier: FaceNamer, classifiers_dir: Path, network: str) -> FaceNamer:
    """The identifier with the corrections that lie beside its classifiers.

    Raises:
        InputError: They are damaged.
    """
    known = read(classifiers_dir)
    return CorrectedIdentifier(identifier, known, network) if known else identifier

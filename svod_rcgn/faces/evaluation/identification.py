"""Are those who are enrolled named, and strangers not? Asked with pictures that taught nobody."""

import tempfile
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ... import networks
from ...errors import InputError
from ...records import FloatArray
from ...reporter import Progress
from ...reports.det import Curve, det
from ...reports.proportions import Proportion, proportion
from .. import build, prepare
from ..gallery import store
from ..gallery.identify import FaceIdentifier, scorer_of
from ..gallery.store import ClassifierSet
from ..records import Decision, Evidence
from ..settings import Paths
from ..training.calibrate import MOST_FOLDS
from ..training.train import train
from .face_reader import FaceReader, Faces, Miss, persons_in

NOBODY = float("-inf")


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """What was said of one picture; `person` is None for a stranger.

    `likeness` is what a limit is compared with: missing where none would let the right name through
    (no face, another person nearest, or a nearest picture that disagrees), and for a stranger where none
    would let any name through. `named` is the name given at the limit as it is set.
    """

    picture: str
    person: str | None
    named: str | None
    likeness: float | None


@dataclass(frozen=True, slots=True)
class Identification:
    """evaluation.json of an open set.

    `identified`, `unknown` and `misnamed` share out the probes; a picture without a face is unknown.
    `falsely_named` is of the strangers whose face was found, `strangers` says who they are, and
    `curve` is missing where there are none.
    """

    persons: int
    decision: Decision
    identified: Proportion | None
    unknown: Proportion | None
    misnamed: Proportion | None
    falsely_named: Proportion | None
    strangers: str
    curve: Curve | None
    misses: list[Miss]
    answers: list[ProbeAnswer]


@dataclass(frozen=True, slots=True)
class Folders:
    """Pictures in folders of persons: those who teach, those who are asked about, and strangers."""

    gallery: Path
    probes: Path
    strangers: Path | None = None


def identify(folders: Folders, paths: Paths, device: str, track: Progress[Any]) -> Identification:
    """Teach a gallery as `prepare.py` does, and ask about probes and strangers.

    Without strangers, the probes of a tenth of the persons are asked about in a gallery without
    these persons, and so on for each tenth.

    Args:
        folders: The pictures. Every probe's person is in the gallery, and no stranger is.
        paths: Where the networks lie.
        device: OpenVINO device that runs them.
        track: Shows the progress.

    Raises:
        SvodError: A folder has no pictures, a person is where nobody knows or expects him, or a
            network is missing.
    """
    probes = persons_in(folders.probes)
    strangers = persons_in(folders.strangers) if folders.strangers else {}
    gallery = persons_in(folders.gallery)
    _check(folders, gallery.keys(), probes.keys(), strangers.keys())
    taught = _taught(folders.gallery, paths, device, track)
    reader = FaceReader(*build.build_stages(paths, device))
    known = reader.read([path for group in probes.values() for path in group], track, "Probes")
    if not strangers:
        return judge(taught, known, None)
    others = reader.read([path for group in strangers.values() for path in group], track, "Strangers")
    return judge(taught, known, others)


def judge(taught: ClassifierSet, known: Faces, strangers: Faces | None) -> Identification:
    """Ask about faces; the folder of a known one is the person's.

    Args:
        taught: The gallery's classifiers.
        known: Faces of persons of the gallery.
        strangers: Faces of others; None to take the known ones in galleries without them.
    """
    answers = _known_answers(taught, known)
    foreign = _stranger_answers(taught, strangers) if strangers else _left_out_answers(taught, known)
    names = [(answer.named, answer.person) for answer in answers]
    right = sum(name == person for name, person in names)
    unknown = sum(name is None for name, _ in names)
    named = sum(answer.named is not None for answer in foreign)
    return Identification(
        persons=len(taught.persons),
        decision=taught.decision,
        identified=proportion(right, len(names)),
        unknown=proportion(unknown, len(names)),
        misnamed=proportion(len(names) - right - unknown, len(names)),
        falsely_named=proportion(named, len(foreign)),
        strangers="given" if strangers else "probes in galleries without their person",
        curve=_curve(answers, foreign),
        misses=[*known.misses, *(strangers.misses if strangers else ())],
        answers=answers + foreign,
    )


def _check(folders: Folders, gallery: Set[str], probes: Set[str], strangers: Set[str]) -> None:
    for person in sorted(probes - gallery):
        raise InputError(
            f"{folders.probes / person}: not in {folders.gallery}; strangers belong in --strangers"
        )
    for person in sorted(strangers & gallery):
        raise InputError(f"{folders.strangers}/{person}: is in {folders.gallery}, and so is not a stranger")


def _taught(gallery: Path, paths: Paths, device: str, track: Progress[Any]) -> ClassifierSet:
    with tempfile.TemporaryDirectory(prefix="svod-evaluation-") as scratch:
        mine = replace(
            paths,
            input_dir=gallery,
            aligned_dir=Path(scratch) / "aligned",
            classifiers_dir=Path(scratch) / "classifiers",
        )
        prepare.prepare(mine, device, track)
        model = networks.fingerprint(networks.read_card(paths.embedding_dir))
        return store.load(mine.classifiers_dir, model)


def _known_answers(taught: ClassifierSet, known: Faces) -> list[ProbeAnswer]:
    answers = []
    said = _said(taught, known.embeddings)
    for path, row in known.rows.items():
        nearest, named, likeness = said[row]
        person = path.parent.name
        answers.append(ProbeAnswer(str(path), person, named, likeness if nearest == person else None))
    missed = [ProbeAnswer(miss.picture, Path(miss.picture).parent.name, None, None) for miss in known.misses]
    return answers + missed


def _stranger_answers(taught: ClassifierSet, strangers: Faces) -> list[ProbeAnswer]:
    said = _said(taught, strangers.embeddings)
    return [ProbeAnswer(str(path), None, *said[row][1:]) for path, row in strangers.rows.items()]


def _left_out_answers(taught: ClassifierSet, known: Faces) -> list[ProbeAnswer]:
    """The probes as strangers, a tenth of the persons at a time; none where there is one person."""
    folders = [person.folder for person in taught.persons]
    answers: list[ProbeAnswer] = []
    for fold in range(min(MOST_FOLDS, len(folders)) if len(folders) > 1 else 0):
        left_out = set(folders[fold::MOST_FOLDS])
        rows = {path: row for path, row in known.rows.items() if path.parent.name in left_out}
        if rows:
            answers += _stranger_answers(_without(taught, left_out), replace(known, rows=rows))
    return answers


def _without(taught: ClassifierSet, left_out: set[str]) -> ClassifierSet:
    """The gallery trained without some persons, at the limits of the whole."""
    kept = [label for label, person in enumerate(taught.persons) if person.folder not in left_out]
    rows = np.isin(taught.labels, kept)
    labels = np.searchsorted(kept, taught.labels[rows])
    part = train([taught.persons[label] for label in kept], taught.embeddings[rows], labels).classifiers
    return replace(part, decision=taught.decision)


def _said(taught: ClassifierSet, embeddings: FloatArray) -> list[tuple[str, str | None, float | None]]:
    """For each face the nearest person's folder, the folder named, and the likeness where clear."""
    if not len(embeddings):
        return []
    verdicts = scorer_of(taught).judge(embeddings)
    clear = verdicts.clear(taught.decision.gap)
    folders = [taught.persons[label].folder for label in verdicts.nearest]
    matches = FaceIdentifier(taught).identify([Evidence(face) for face in embeddings])
    return [
        (folder, folder if match.name else None, match.likeness if sure else None)
        for folder, match, sure in zip(folders, matches, clear, strict=True)
    ]


def _curve(known: Sequence[ProbeAnswer], strangers: Sequence[ProbeAnswer]) -> Curve | None:
    scores = [
        np.array([NOBODY if each.likeness is None else each.likeness for each in group], np.float32)
        for group in (known, strangers)
    ]
    if not all(len(group) for group in scores) or not np.isfinite(np.concatenate(scores)).any():
        return None
    return det(*scores)

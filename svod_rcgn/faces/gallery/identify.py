"""From what is known of a face to a name, or to unknown."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from ... import networks
from ...geometry import unit_rows
from ...records import FloatArray
from ..records import Decision, Evidence, Match
from . import store
from .corrections import FaceNamer, corrected
from .neighbours import Shortlist, class_means, rows_by_class
from .store import ClassifierSet, Labels

# Measured by benchmarks/open_set.py: with this weight of the SVM's margin beside the cosine,
# strangers and new pictures of known people lie furthest apart; alone, the margin does worse than
# the cosine. What is best for one or two pictures a person is best for more.
SVM_WEIGHT = 0.3

# A name once given stays until the likeness has fallen this far below the limit, so that a face on
# the brink does not flicker.
HOLD = 0.05

# Among 100,000 people a shortlist of 64 has held the best two of every face that was tried.
SHORTLISTED = 64


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What a scorer says of n faces; every field is (n,).

    `nearest` is the label of the greatest likeness, the cosine to the class mean plus the weighted
    margin of the SVM; `likeness` and `cosine` are those of that class. `lead` is how far it leads the
    second, infinite where there is one class. `neighbour` is the label of the nearest picture.
    """

    nearest: Labels
    likeness: FloatArray
    cosine: FloatArray
    lead: FloatArray
    neighbour: Labels

    def clear(self, gap: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether each face points to one person only, by a lead of at least `gap`, (n,)."""
        clear: np.ndarray[Any, np.dtype[np.bool_]] = (self.lead >= gap) & (self.nearest == self.neighbour)
        return clear


class Scorer(Protocol):
    """Says whom faces are like.

    All that it computes is linear in the embedding but for the choice of the greatest; so the
    verdict on the mean of a track's embeddings is the mean of the verdicts on its frames.
    """

    def judge(self, embeddings: FloatArray) -> Scores:
        """Compare faces with every class.

        Args:
            embeddings: (n, length) float32: unit vectors, or weighted means of them; n at least 1.
        """
        ...


class ExactScorer:
    """The nearest class mean, the linear SVM and the nearest picture, asked together.

    The nearest picture is the answer of the kNN classifier, whose rows are these. Its own search wakes
    every processor and takes a hundred times as long; between unit vectors one product says the same. So
    it is with the SVM, of which the planes are enough; and a camera need not load scikit-learn.
    """

    def __init__(self, embeddings: FloatArray, labels: Labels, svm: Any) -> None:
        self._embeddings = embeddings
        self._labels = labels
        self._svm = svm
        self._means = class_means(embeddings, labels, int(labels.max()) + 1)

    def judge(self, embeddings: FloatArray) -> Scores:
        """See `Judges`."""
        cosines = self.cosines(embeddings)
        likenesses = cosines + SVM_WEIGHT * self.margins(embeddings)
        nearest, each = likenesses.argmax(axis=1), np.arange(len(likenesses))
        best = likenesses[each, nearest]
        likenesses[each, nearest] = -np.inf
        lead = best - likenesses.max(axis=1)
        neighbour = self._labels[(embeddings @ self._embeddings.T).argmax(axis=1)]
        return Scores(nearest, best, cosines[each, nearest], lead, neighbour)

    def cosines(self, embeddings: FloatArray) -> FloatArray:
        """The cosine of each face to each class mean, (n, classes)."""
        cosines: FloatArray = embeddings @ self._means.T
        return cosines

    def margins(self, embeddings: FloatArray) -> FloatArray:
        """Each class's distance from the SVM's plane, (n, classes); 0 where no SVM was trained."""
        classes = len(self._means)
        if not hasattr(self._svm, "coef_"):
            return np.zeros((len(embeddings), classes), np.float32)
        margins: FloatArray = (embeddings @ self._svm.coef_.T + self._svm.intercept_).astype(np.float32)
        return np.hstack([-margins, margins]) if classes == 2 else margins  # noqa: PLR2004


class ShortlistScorer:
    """The nearest class mean and the nearest picture among very many people.

    A face is compared with the people on a shortlist, exactly. The nearest picture is looked for among
    theirs: who is not on it differs too much to be named, whatever single picture is near.
    """

    def __init__(self, embeddings: FloatArray, labels: Labels) -> None:
        self._embeddings = embeddings
        self._labels = labels
        self._rows = rows_by_class(labels)
        self._means = class_means(embeddings, labels, len(self._rows))
        self._shortlist = Shortlist(self._means)

    def judge(self, embeddings: FloatArray) -> Scores:
        """See `Judges`."""
        lists = self._shortlist.search(embeddings, SHORTLISTED)
        return _joined(
            self._compare(face, persons, self._means[persons] @ face, self._pictures_of(persons))
            for face, persons in zip(embeddings, lists, strict=True)
        )

    def judge_as_strangers(self, rows: Labels) -> Scores:
        """What would be said of these pictures of the gallery if their persons were not in it."""
        return _joined(self._without_its_person(row) for row in rows)

    def judge_as_new(self, rows: Labels) -> Scores:
        """What would be said of these pictures if each were not in the gallery; its person has others."""
        return _joined(self._without_itself(row) for row in rows)

    def _without_its_person(self, row: int) -> Scores:
        face, others = self._shown(row)
        return self._compare(face, others, self._means[others] @ face, self._pictures_of(others))

    def _without_itself(self, row: int) -> Scores:
        face, others = self._shown(row)
        own = self._labels[row]
        rest = self._rows[own][self._rows[own] != row]
        mean = unit_rows(self._embeddings[rest].astype(np.float32).sum(axis=0, keepdims=True))
        cosines = np.concatenate([mean, self._means[others]]) @ face
        pictures = np.concatenate([rest, self._pictures_of(others)])
        return self._compare(face, np.concatenate([[own], others]), cosines, pictures)

    def _shown(self, row: int) -> tuple[FloatArray, Labels]:
        """A picture's embedding, and who else is most like it."""
        face = self._embeddings[row].astype(np.float32)
        persons = self._shortlist.search(face[None], SHORTLISTED)[0]
        return face, persons[persons != self._labels[row]]

    def _pictures_of(self, persons: Labels) -> Labels:
        return np.concatenate([self._rows[person] for person in persons])

    def _compare(self, face: FloatArray, persons: Labels, cosines: FloatArray, pictures: Labels) -> Scores:
        *_, first = order = np.argsort(cosines)
        second = cosines[order[-2]] if len(order) > 1 else -np.inf
        neighbour = pictures[(self._embeddings[pictures].astype(np.float32) @ face).argmax()]
        best, lead = cosines[[first]], cosines[[first]] - np.float32(second)
        return Scores(persons[[first]], best, best, lead, self._labels[[neighbour]])


def scorer_of(classifiers: ClassifierSet) -> Scorer:
    """The scorer of a set, of the kind that it was trained for."""
    if not hasattr(classifiers.knn, "n_samples_fit_"):  # no kNN was trained
        return ShortlistScorer(classifiers.embeddings, classifiers.labels)
    return ExactScorer(classifiers.embeddings, classifiers.labels, classifiers.svm)


def _joined(verdicts: Iterable[Scores]) -> Scores:
    columns = zip(
        *((each.nearest, each.likeness, each.cosine, each.lead, each.neighbour) for each in verdicts),
        strict=True,
    )
    return Scores(*(np.concatenate(column) for column in columns))


class FaceIdentifier:
    """Names a face when the nearest picture agrees and the likeness is great enough.

    Where they do not agree, two people look alike in what was seen, and the answer is unknown rather
    than a guess.
    """

    def __init__(self, classifiers: ClassifierSet) -> None:
        self._persons = classifiers.persons
        self._decision = classifiers.decision
        self._scorer = scorer_of(classifiers)

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by the name that is shown."""
        return {person.name: person.fields for person in self._persons}

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """Say who each face is."""
        if not evidence:
            return ()
        verdicts = self._scorer.judge(np.stack([each.embedding for each in evidence]))
        clear = verdicts.clear(self._decision.gap)
        return tuple(self._match(verdicts, row, bool(clear[row]), each) for row, each in enumerate(evidence))

    def _match(self, verdicts: Scores, row: int, clear: bool, evidence: Evidence) -> Match:
        label = int(verdicts.nearest[row])
        likeness = float(verdicts.likeness[row])
        name = self._persons[label].name
        limit = limit_of(self._decision, evidence, name)
        known = clear and evidence.frames >= 1 and likeness >= limit
        score = probability(self._decision, likeness + self._decision.limit - limit)
        return Match(name if known else None, score, float(verdicts.cosine[row]), name, likeness)


class NobodyKnown:
    """Knows nobody, as long as nobody was learned."""

    people: Mapping[str, Mapping[str, Any]] = MappingProxyType({})

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """See `Identifier.identify`."""
        return tuple(Match(None, 0.0, 0.0, "") for _ in evidence)


def limit_of(decision: Decision, evidence: Evidence, name: str) -> float:
    """The likeness at which a face with so much evidence is named.

    The part of a stranger's likeness that is chance falls with the number of frames. Poor frames count
    for less than one, and less than one frame is never enough, so that none of them alone names anybody.
    """
    chance = (decision.limit - decision.track_limit) / max(evidence.frames, 1.0)
    return decision.track_limit + chance - (HOLD if evidence.held == name else 0.0)


def probability(decision: Decision, likeness: float) -> float:
    """How probable it is, 0..1, that a face of this likeness in one frame is the person and no stranger."""
    return (1 + math.tanh(decision.slope * (likeness - decision.midpoint) / 2)) / 2


def load_identifier(embedding_dir: Path, classifiers_dir: Path) -> FaceNamer:
    """Classifiers read afresh, checked whole before they may replace others.

    Raises:
        ModelError: The card of the embedding network is missing or damaged.
        ClassifierError: The classifiers are missing, damaged or another network's.
    """
    fingerprint = networks.fingerprint(networks.read_card(embedding_dir))
    return corrected(FaceIdentifier(store.load(classifiers_dir, fingerprint)), classifiers_dir, fingerprint)

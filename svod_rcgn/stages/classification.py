"""From what is known of a face to a name, or to unknown."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..classifier_set import ClassifierSet
from ..entities import Decision, Evidence, FloatArray, Match
from ..geometry import unit_rows

# Measured by benchmarks/open_set.py: with this weight of the SVM's margin beside the cosine,
# strangers and new pictures of known people lie furthest apart; alone, the margin does worse than
# the cosine. What is best for one or two pictures a person is best for more.
SVM_WEIGHT = 0.3

# A name once given stays until the likeness has fallen this far below the limit, so that a face on
# the brink does not flicker.
HOLD = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What the three judges say of n faces.

    `cosines` and `likenesses` are (n, classes); `likenesses` is the cosine to the class mean plus the
    weighted margin of the SVM. `nearest` and `neighbour` are (n,) labels: the class of the greatest
    likeness, and the class of the nearest picture.
    """

    cosines: FloatArray
    likenesses: FloatArray
    nearest: np.ndarray[Any, np.dtype[np.int64]]
    neighbour: np.ndarray[Any, np.dtype[np.int64]]

    @property
    def best(self) -> FloatArray:
        """The greatest likeness of each face, (n,)."""
        best: FloatArray = self.likenesses.max(axis=1)
        return best

    @property
    def lead(self) -> FloatArray:
        """How far each face's best class leads the second, (n,); infinite where there is one class."""
        if self.likenesses.shape[1] == 1:
            return np.full(len(self.likenesses), np.inf, np.float32)
        ordered = np.sort(self.likenesses, axis=1)
        lead: FloatArray = ordered[:, -1] - ordered[:, -2]
        return lead

    def clear(self, decision: Decision) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether each face points to one person only, (n,)."""
        clear: np.ndarray[Any, np.dtype[np.bool_]] = (self.lead >= decision.gap) & (
            self.nearest == self.neighbour
        )
        return clear


class Judges:
    """The nearest class mean, the linear SVM and the nearest picture, asked together.

    All are linear in the embedding but for the choice of the greatest; so the verdict on the mean of
    a track's embeddings is the mean of the verdicts on its frames.
    """

    def __init__(self, embeddings: FloatArray, labels: np.ndarray[Any, Any], svm: Any, knn: Any) -> None:
        self._svm = svm
        self._knn = knn
        self._means = class_means(embeddings, labels, int(labels.max()) + 1)

    def judge(self, embeddings: FloatArray) -> Verdicts:
        """Compare faces with every class.

        Args:
            embeddings: (n, length) float32: unit vectors, or weighted means of them; n at least 1.
        """
        cosines = embeddings @ self._means.T
        likenesses = cosines + SVM_WEIGHT * self._margins(embeddings)
        return Verdicts(cosines, likenesses, likenesses.argmax(axis=1), self._knn.predict(embeddings))

    def _margins(self, embeddings: FloatArray) -> FloatArray:
        """Each class's distance from the SVM's plane, (n, classes); 0 where no SVM was trained."""
        classes = len(self._means)
        if not hasattr(self._svm, "decision_function"):
            return np.zeros((len(embeddings), classes), np.float32)
        margins = self._svm.decision_function(embeddings).astype(np.float32)
        return np.stack([-margins, margins], axis=1) if classes == 2 else margins  # noqa: PLR2004


class FaceClassifier:
    """Names a face when the judges agree and the likeness is great enough.

    Where they do not agree, two people look alike in what was seen, and the answer is unknown rather
    than a guess.
    """

    def __init__(self, classifiers: ClassifierSet) -> None:
        self._persons = classifiers.persons
        self._decision = classifiers.decision
        self._judges = Judges(classifiers.embeddings, classifiers.labels, classifiers.svm, classifiers.knn)

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by the name that is shown."""
        return {person.name: person.fields for person in self._persons}

    def classify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """Say who each face is."""
        if not evidence:
            return ()
        verdicts = self._judges.judge(np.stack([each.embedding for each in evidence]))
        clear = verdicts.clear(self._decision)
        return tuple(self._match(verdicts, row, bool(clear[row]), each) for row, each in enumerate(evidence))

    def _match(self, verdicts: Verdicts, row: int, clear: bool, evidence: Evidence) -> Match:
        label = int(verdicts.nearest[row])
        likeness = float(verdicts.likenesses[row, label])
        name = self._persons[label].name
        limit = limit_of(self._decision, evidence, name)
        known = clear and evidence.frames >= 1 and likeness >= limit
        score = probability(self._decision, likeness + self._decision.limit - limit)
        return Match(name if known else None, score, float(verdicts.cosines[row, label]), name, likeness)


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


def class_means(embeddings: FloatArray, labels: np.ndarray[Any, Any], classes: int) -> FloatArray:
    """The mean embedding of each class, scaled to unit length: (classes, length) float32."""
    sums = np.zeros((classes, embeddings.shape[1]), np.float32)
    np.add.at(sums, labels, embeddings)
    return unit_rows(sums)

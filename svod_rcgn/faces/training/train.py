"""From embeddings to classifiers."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC

from ...networks.card import UsualLikeness
from ...records import FloatArray
from ..gallery.identify import ExactScorer, Scorer, ShortlistScorer
from ..gallery.store import ClassifierSet, Person
from ..settings import TrainingSettings
from .bells import Labels
from .calibrate import Calibration, RejectedFaces, calibrate, calibrate_many

# Calibration trains the SVM 21 times. Within these it takes a few seconds at most; beyond them it would
# take longer than all else. How many more it names then is not known: the 13 persons at hand
# (benchmarks/open_set.py) are all named without it.
MOST_SVM_PERSONS = 100
MOST_SVM_PICTURES = 300
# Beyond, scikit-learn's kNN takes milliseconds a face, and its file holds the embeddings once more.
MOST_KNN_PERSONS = 400

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """Trained classifiers and how they fared on pictures that were left out."""

    classifiers: ClassifierSet
    calibration: Calibration


def train(
    persons: Sequence[Person],
    embeddings: FloatArray,
    labels: Labels,
    false_accept_rate: float = TrainingSettings().false_accept_rate,
    rejected: RejectedFaces | None = None,
    usual: UsualLikeness | None = None,
) -> Training:
    """Train the classifiers of a gallery and set their limits.

    Args:
        persons: The classes, in the order of the labels; one is enough.
        embeddings: (n, length) float32, rows of unit length, at least one a person.
        labels: (n,) indices into `persons`.
        false_accept_rate: Share, 0..1, of strangers' single frames that may be named.
        rejected: Faces that are not who they were taken for.
        usual: What the network's card says of strangers; the limits lean on it where there are few people.
    """
    embeddings = np.asarray(embeddings, np.float32)
    way = _train_few if len(persons) <= MOST_KNN_PERSONS else _train_many
    return way(persons, embeddings, labels, false_accept_rate, rejected, usual)


def _train_few(
    persons: Sequence[Person],
    embeddings: FloatArray,
    labels: Labels,
    rate: float,
    rejected: RejectedFaces | None,
    usual: UsualLikeness | None,
) -> Training:
    svm = _svm if _is_worth_an_svm(labels) else _no_classifier

    def scorer(part: FloatArray, part_labels: Labels) -> Scorer:
        return ExactScorer(part, part_labels, svm(part, part_labels))

    calibration = calibrate(embeddings, labels, scorer, rate, rejected, usual)
    trained = svm(embeddings, labels), _knn(embeddings, labels)
    return Training(ClassifierSet(persons, embeddings, labels, *trained, calibration.decision), calibration)


def _train_many(
    persons: Sequence[Person],
    embeddings: FloatArray,
    labels: Labels,
    rate: float,
    rejected: RejectedFaces | None,
    usual: UsualLikeness | None,
) -> Training:
    """Keep the pictures at half precision, which changes a cosine by less than 0.001."""
    log.info("%d persons, %d pictures: SVM and kNN are left out", len(persons), len(labels))
    half: Any = embeddings.astype(np.float16)
    calibration = calibrate_many(half, labels, ShortlistScorer(half, labels), rate, rejected, usual)
    neither = (_no_classifier(half, labels),) * 2
    return Training(ClassifierSet(persons, half, labels, *neither, calibration.decision), calibration)


def _is_worth_an_svm(labels: Labels) -> bool:
    """Whether there are classes to separate, and few enough to train them 21 times."""
    persons = int(labels.max()) + 1
    if persons > MOST_SVM_PERSONS or len(labels) > MOST_SVM_PICTURES:
        log.info("%d persons, %d pictures: the SVM is left out, the cosine decides", persons, len(labels))
        return False
    return persons > 1


def _svm(embeddings: FloatArray, labels: Labels) -> Any:
    """A linear SVM, one against the rest.

    Its planes lie in the space that the pictures span, so it is trained in coordinates of that space:
    the fewer the pictures, the faster, and with the same result.
    """
    if labels.max() == 0:  # one of two persons was left out
        return _no_classifier(embeddings, labels)
    basis, _ = np.linalg.qr(embeddings.T)
    svm = _fitted(LinearSVC(class_weight="balanced", random_state=0), embeddings @ basis, labels)
    svm.coef_, svm.n_features_in_ = svm.coef_ @ basis.T, len(basis)
    return svm


def _no_classifier(embeddings: FloatArray, labels: Labels) -> Any:
    """Stands in where there is nothing to separate, or too much: it has no margins."""
    return DummyClassifier(strategy="most_frequent").fit(embeddings, labels)


def _knn(embeddings: FloatArray, labels: Labels) -> Any:
    """The nearest picture; more neighbours would pull names to the person with more pictures."""
    return _fitted(KNeighborsClassifier(n_neighbors=1, algorithm="brute"), embeddings, labels)


def _fitted(estimator: Any, embeddings: FloatArray, labels: Labels) -> Any:
    """Fit without the guess of scikit-learn that many people with few pictures might be numbers."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        return estimator.fit(embeddings, labels)

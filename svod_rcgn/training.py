"""From embeddings to classifiers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC

from .classifier_set import ClassifierSet, Person
from .entities import Decision, FloatArray

# Measured with this network between portraits of five and of eight persons: strangers' best cosine
# stays under 0.46, and true matches in new pictures begin at 0.5.
DEFAULT_DECISION = Decision(limit=0.5, midpoint=0.45, slope=25.0)


def train(
    persons: Sequence[Person], embeddings: FloatArray, labels: np.ndarray[Any, np.dtype[np.int64]]
) -> ClassifierSet:
    """Train the classifiers of a gallery.

    Args:
        persons: The classes, in the order of the labels; one is enough.
        embeddings: (n, length) float32, rows of unit length, at least one a person.
        labels: (n,) indices into `persons`.
    """
    return ClassifierSet(
        persons, embeddings, labels, _svm(embeddings, labels), _knn(embeddings, labels), DEFAULT_DECISION
    )


def _svm(embeddings: FloatArray, labels: np.ndarray[Any, Any]) -> Any:
    """A linear SVM, one against the rest; a single class leaves it nothing to separate."""
    if len(np.unique(labels)) == 1:
        return DummyClassifier(strategy="most_frequent").fit(embeddings, labels)
    return LinearSVC(class_weight="balanced", random_state=0).fit(embeddings, labels)


def _knn(embeddings: FloatArray, labels: np.ndarray[Any, Any]) -> Any:
    """The nearest picture; more neighbours would pull names to the person with more pictures."""
    return KNeighborsClassifier(n_neighbors=1, algorithm="brute").fit(embeddings, labels)

"""The vectors most like another one, among few or very many."""

import logging
from typing import Any, TypeAlias

import numpy as np
from scipy.sparse import csr_matrix

from ...geometry import unit_rows
from ...records import FloatArray

Rows: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]

# Below, one product of matrices is as fast as the index.
INDEX_FROM = 1000

_BLOCK = 1 << 16
_LEVELS = 127

log = logging.getLogger(__name__)


class Shortlist:
    """Finds the rows most like a vector.

    Many rows are compared as bytes, in an index that is made anew each time: that takes less than a
    second, and so no index has to be kept in a file and trusted. The order of a shortlist is that of
    the bytes; whoever needs the best few exactly compares its rows again.
    """

    def __init__(self, rows: FloatArray) -> None:
        """Take (n, length) float32 rows of unit length."""
        self._rows = rows
        self._index = _index(rows) if len(rows) >= INDEX_FROM else None

    def search(self, vectors: FloatArray, count: int) -> Rows:
        """The rows with the greatest dot products, (n, at most count) for (n, length) vectors."""
        count = min(count, len(self._rows))
        if self._index is not None:
            found: Rows = self._index.search(_LEVELS * vectors, count)[1]
            return found
        return np.argpartition(vectors @ self._rows.T, -count, axis=1)[:, -count:]


def _index(rows: FloatArray) -> Any:
    """Rows of bytes compared one after the other, or None where faiss has no place (see setup.py)."""
    try:
        import faiss  # slow to import, and of use to large galleries only
    except ImportError:
        log.info("%d persons: compared without an index, as faiss is not installed", len(rows))
        return None
    faiss.omp_set_num_threads(1)  # one face is too little to share, and waiting threads cost more than it
    kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
    index = faiss.IndexScalarQuantizer(rows.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    scale = _LEVELS / np.abs(rows).max()
    for start in range(0, len(rows), _BLOCK):
        index.add(np.rint(rows[start : start + _BLOCK] * scale))
    log.info("%d persons: compared in an index of faiss", len(rows))
    return index


def class_means(embeddings: FloatArray, labels: np.ndarray[Any, Any], classes: int) -> FloatArray:
    """The mean embedding of each class, scaled to unit length: (classes, length) float32."""
    return unit_rows(class_sums(embeddings, labels, classes))


def class_sums(embeddings: FloatArray, labels: np.ndarray[Any, Any], classes: int) -> FloatArray:
    """The sum of each class's embeddings, (classes, length) float32."""
    sums = np.zeros((classes, embeddings.shape[1]), np.float32)
    for start in range(0, len(labels), _BLOCK):
        part = embeddings[start : start + _BLOCK].astype(np.float32)
        present, places = np.unique(labels[start : start + _BLOCK], return_inverse=True)
        ones, columns = np.ones(len(part), np.float32), np.arange(len(part))
        sums[present] += csr_matrix((ones, (places, columns)), (len(present), len(part))) @ part
    return sums


def rows_by_class(labels: np.ndarray[Any, Any]) -> list[Rows]:
    """The rows of each class 0..classes-1, in their order."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.cumsum(np.bincount(labels))[:-1])

"""The head of a network of one's own beside it, so that it can be asked of embeddings that are at hand."""

from pathlib import Path

import numpy as np

from ...errors import InputError
from ...networks.convert.linear_head import LinearHead
from ...storage.arrays import read_arrays

FILE = "head.npz"
_KINDS = {"weights": "f", "biases": "f", "means": "f", "ceiling": "f", "flags": "i"}


def write(folder: Path, head: LinearHead) -> None:
    """Write a head beside its network."""
    np.savez(
        folder / FILE,
        weights=head.weights,
        biases=head.biases,
        means=head.means,
        ceiling=np.float32(head.ceiling),
        flags=np.array([head.independent, head.mirrored], np.int64),
    )


def read(folder: Path) -> LinearHead:
    """Read the head beside a network.

    Raises:
        InputError: There is none, as in versions of older programs, or it is damaged.
    """
    found = read_arrays(folder / FILE, _KINDS)
    weights, biases, means = found["weights"], found["biases"], found["means"]
    fits = means.ndim == weights.ndim == 2 and biases.shape == weights.shape[1:]  # noqa: PLR2004
    if not fits or means.shape[1] != len(weights) or found["flags"].shape != (2,) or found["ceiling"].shape:
        raise InputError(f"{folder / FILE}: damaged")
    independent, mirrored = map(bool, found["flags"])
    return LinearHead(weights, biases, means, float(found["ceiling"]), independent, mirrored)

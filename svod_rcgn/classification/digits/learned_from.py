"""What a network for digits was learned from, kept beside it, so that learning on needs no download."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ModelError
from ...records import Image
from ..catalogue import LEARNED_FROM
from .convnet import Weights
from .distort import IntArray
from .glyphs import SIDE

MEND = "run `python download_models.py --digits --force`"


@dataclass(frozen=True, slots=True, eq=False)
class LearnedFrom:
    """Digits in their frame, (n, 28, 28) uint8, what each is, (n,) 0..9, and the weights that came of it."""

    framed: Image
    labels: IntArray
    weights: Weights


def write(folder: Path, what: LearnedFrom) -> None:
    """Write it into the folder of the network."""
    weights = {f"kernel_{place}": each for place, each in enumerate(what.weights.kernels)}
    weights |= {f"bias_{place}": each for place, each in enumerate(what.weights.biases)}
    arrays: dict[str, Any] = {"framed": what.framed, "labels": what.labels, **weights}
    np.savez_compressed(folder / LEARNED_FROM, **arrays)


def is_there(folder: Path) -> bool:
    """Whether a network can be learned on."""
    return (folder / LEARNED_FROM).is_file()


def read(folder: Path) -> LearnedFrom:
    """Read it back; no pickle is.

    Raises:
        ModelError: It is missing, as beside networks of older releases, or damaged.
    """
    if not is_there(folder):
        raise ModelError(f"{folder}: the digits that it was learned from are not beside it; {MEND}")
    try:
        with (folder / LEARNED_FROM).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            layers = range(sum(name.startswith("kernel_") for name in kept.files))
            kernels, biases = ([kept[f"{part}_{place}"] for place in layers] for part in ("kernel", "bias"))
            found = LearnedFrom(kept["framed"], kept["labels"], Weights(tuple(kernels), tuple(biases)))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{folder / LEARNED_FROM}: damaged ({error}); {MEND}") from error
    if found.framed.shape != (len(found.labels), SIDE, SIDE) or not layers:
        raise ModelError(f"{folder / LEARNED_FROM}: damaged; {MEND}")
    return found

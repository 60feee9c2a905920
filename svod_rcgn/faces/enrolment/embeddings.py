"""Embeddings kept by the content of their crops, so that none is computed twice."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from ...networks.card import UsualLikeness
from ...records import FloatArray
from ...reporter import Progress
from ...storage import files
from ...storage.images import read_picture
from .index import AlignedPicture
from .workers import Executor

EMBEDDINGS_FILE = "embeddings.npz"
_BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Embeddings:
    """Embeddings of one network by the sha256 of the crop; each is (length,) float32, of unit length.

    `usual` is what the network's card says of likeness.
    """

    model: str
    rows: Mapping[str, FloatArray] = field(default_factory=dict)
    usual: UsualLikeness | None = None

    def only(self, crops: Sequence[AlignedPicture]) -> "Embeddings":
        """Those of these pictures, as far as there are any."""
        wanted = [str(picture.crop_sha256) for picture in crops]
        return replace(self, rows={key: self.rows[key] for key in wanted if key in self.rows})


def embed(
    crops: Sequence[AlignedPicture],
    folder: Path,
    stored: Embeddings,
    executor: Executor,
    track: Progress[Any],
) -> Embeddings:
    """Compute the embeddings of crops, those apart that are known already.

    Args:
        crops: Pictures that gave a crop.
        folder: Holds the crops.
        stored: The embeddings of earlier runs; those of another network are not used.
        executor: Does the work.
        track: Shows the progress.

    Returns:
        The embeddings of these crops and no others.
    """
    known = dict(stored.rows) if stored.model == executor.recipe.model else {}
    missing = {str(picture.crop_sha256): folder / str(picture.crop) for picture in crops}
    keys = [key for key in missing if key not in known]
    batches = [keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH)]
    images = ([read_picture(missing[key]) for key in batch] for batch in track(batches, "Embedding"))
    for batch, rows in zip(batches, executor.embed(images), strict=True):
        known.update(zip(batch, rows, strict=True))
    return Embeddings(executor.recipe.model, known, executor.recipe.usual).only(crops)


def outdated(crops: Sequence[AlignedPicture], stored: Embeddings, executor: Executor) -> int:
    """How many of these crops have an embedding of another network, or of one that was fed otherwise."""
    return 0 if stored.model == executor.recipe.model else len(stored.only(crops).rows)


def read_embeddings(folder: Path) -> Embeddings:
    """What an aligned folder keeps; nothing where it is absent or damaged, for it can be computed anew."""
    try:
        with np.load(folder / EMBEDDINGS_FILE, allow_pickle=False) as arrays:
            rows = dict(zip(arrays["keys"].tolist(), arrays["embeddings"], strict=True))
            usual = str(arrays["usual"]) if "usual" in arrays else "null"
            return Embeddings(
                str(arrays["model"]), rows, msgspec.json.decode(usual, type=UsualLikeness | None)
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return Embeddings("")


def write_embeddings(folder: Path, embeddings: Embeddings) -> None:
    """Keep embeddings in an aligned folder; with none, keep no file."""
    if not embeddings.rows:
        return
    rows = np.stack(list(embeddings.rows.values()))
    buffer = io.BytesIO()
    usual = msgspec.json.encode(embeddings.usual).decode()
    np.savez(buffer, model=embeddings.model, keys=list(embeddings.rows), embeddings=rows, usual=usual)
    files.write_bytes(folder / EMBEDDINGS_FILE, buffer.getvalue())

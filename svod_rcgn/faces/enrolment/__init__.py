"""From photographs to aligned faces and their embeddings, with the stages that the camera uses.

`crop` takes the face out of one photograph, `workers` do it for many at once; `index` is what the
aligned folder says of itself, `align` what one run makes of it; `embeddings` keeps the embeddings, and
`dataset` puts them together with the persons for the training.
"""

from pathlib import Path

from ...jobs.parallel import in_order
from ...reporter import Progress
from .align import Alignment, AlignRequest, align, carry
from .crop import CropCutter, Cutter, FaceCutter, StripCutter
from .dataset import META_FILE, Gallery, assemble, previews, with_fields
from .embeddings import Embeddings, embed, outdated, read_embeddings, write_embeddings
from .index import (
    AlignedIndex,
    AlignedPicture,
    cut_for,
    input_folder,
    input_name,
    look_again,
    read_index,
    read_index_or_begin_anew,
    with_reasons,
    write_index,
)
from .new_pictures import added
from .workers import Cutting, Executor, Recipe, ThreadExecutor, Worker


def write(folder: Path, index: AlignedIndex, embeddings: Embeddings) -> None:
    """Write into an aligned folder what it says of itself, and the embeddings of its crops."""
    write_index(folder, index)
    write_embeddings(folder, embeddings.only(index.used))


__all__ = [
    "META_FILE",
    "AlignRequest",
    "AlignedIndex",
    "AlignedPicture",
    "Alignment",
    "CropCutter",
    "Cutter",
    "Cutting",
    "Embeddings",
    "Executor",
    "FaceCutter",
    "Gallery",
    "Progress",
    "Recipe",
    "StripCutter",
    "ThreadExecutor",
    "Worker",
    "added",
    "align",
    "assemble",
    "carry",
    "cut_for",
    "embed",
    "in_order",
    "input_folder",
    "input_name",
    "look_again",
    "outdated",
    "previews",
    "read_embeddings",
    "read_index",
    "read_index_or_begin_anew",
    "with_fields",
    "with_reasons",
    "write",
]

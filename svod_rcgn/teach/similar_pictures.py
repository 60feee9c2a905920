"""Which pictures of a dataset are most like one of them, and how far a group of them is spread."""

from collections.abc import Sequence

import numpy as np

from ..datasets.records import Picture
from ..records import FloatArray
from .collection_records import SimilarPicture, SimilarPictures, Spread
from .embeddings_at_hand import EmbeddingsAtHand

_DIGITS = 4


def similar_to(
    picture: Picture, every: Sequence[Picture], embeddings: EmbeddingsAtHand, count: int, state: int
) -> SimilarPictures:
    """The nearest to one by the cosines of their embeddings, the nearest first.

    Args:
        picture: That one.
        every: All that are there; those that were not looked at yet are not compared.
        embeddings: Of them.
        count: How many are told, at most.
        state: The number of the dataset's last act.

    Raises:
        InputError: It cannot be read.
    """
    own = embeddings.of_file(picture.hash, picture.path)
    others = embeddings.among([each.hash for each in every if each.hash != picture.hash])
    cosines = np.concatenate([part @ own for part in embeddings.parts(others)]) if others else np.empty(0)
    best = np.argsort(-cosines, kind="stable")[:count].tolist()
    nearest = [others[place] for place in best]
    return SimilarPictures(
        state=state,
        pictures=tuple(
            SimilarPicture(digest, round(float(cosines[place]), _DIGITS))
            for digest, place in zip(nearest, best, strict=True)
        ),
        spread=spread(np.concatenate([own[None], embeddings.unit(nearest)])) if nearest else None,
        compared=len(others),
    )


def spread(unit: FloatArray) -> Spread:
    """How near two of a group of unit embeddings (n, length), two at least, are to each other."""
    cosines = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    return Spread(round(float(cosines.min()), _DIGITS), round(float(np.median(cosines)), _DIGITS))

"""From face crops to embeddings: unit vectors whose cosine says how alike two faces are."""

from collections.abc import Sequence

import numpy as np

from ... import geometry
from ...networks.card import ModelCard
from ...networks.generic_face import unpacked_mean
from ...networks.preprocess import preprocess
from ...networks.runtime import Network
from ...records import FloatArray, Image
from .. import strip

BATCH = 16
ONE = 1  # each size of batch costs the runtime as much as five faces when it first comes


class FaceEmbedder:
    """Runs the embedding network the way its card says.

    The standardisation is the card's, the same for each picture. Whitening each picture by its own mean
    and deviation ruins FaceNet (on one held-out set the pairs found at 1 false in 1,000 fall from 0.9 to
    0.7).
    """

    def __init__(self, network: Network, card: ModelCard, batch: int = BATCH) -> None:
        """Prepare.

        Args:
            network: What turns crops into vectors.
            card: How it wants to be fed.
            batch: The most faces that it is given at once.
        """
        self._network = network
        self._card = card
        self._batch = batch
        self._generic = None if card.generic_face is None else unpacked_mean(card.generic_face)

    def embed(self, crops: Sequence[Image]) -> FloatArray:
        """Compute embeddings in batches.

        Args:
            crops: n faces, each (height, width, 3) uint8, BGR, of the card's size.

        Returns:
            (n, embedding length) float32, each row of unit length.
        """
        nothing = np.zeros((0, self._card.embedding_length or 0), np.float32)
        starts = range(0, len(crops), self._batch)
        batches = [crops[start : start + self._batch] for start in starts]
        rows = np.concatenate([nothing, *(self._embed(batch) for batch in batches)])
        return rows if self._generic is None else geometry.unit_rows(rows - self._generic)

    def _embed(self, crops: Sequence[Image]) -> FloatArray:
        pixels = preprocess(crops, self._card)
        if not self._card.mirror:
            return self._answer(pixels)
        mirrored = np.flip(pixels, self._card.layout.index("W"))
        looks = self._answer(np.concatenate([pixels, mirrored]))
        return geometry.unit_rows(looks[: len(crops)] + looks[len(crops) :])

    def _answer(self, pixels: FloatArray) -> FloatArray:
        size = self._card.batch or len(pixels)
        parts = [pixels[start : start + size] for start in range(0, len(pixels), size)]
        rows = np.concatenate([self._network.run(part)[0].reshape(len(part), -1) for part in parts])
        return geometry.unit_rows(rows)


class FusedEmbedder:
    """Two networks that make one embedding of a face.

    Theirs stand side by side, each times the root of its share: the whole has unit length, and the cosine of
    two faces is the mean of both networks' cosines, weighted by the shares. So whatever compares, teaches or
    stores embeddings needs to know of one only. Of a face that was cut for the first alone, the second's
    place is empty: to a face that both saw, its cosine is the first one's times the root of its share.
    """

    def __init__(self, first: FaceEmbedder, second: FaceEmbedder, share: float) -> None:
        """Take both, and the second one's share, 0..1."""
        self._first = first
        self._second = second
        self._share = share

    def embed(self, crops: Sequence[Image]) -> FloatArray:
        """Compute embeddings in batches.

        Args:
            crops: n strips (faces.strip), uint8, BGR.

        Returns:
            (n, both embeddings' length) float32, each row of unit length.
        """
        pairs = [strip.squares(crop) for crop in crops]
        first = self._first.embed([large for large, _ in pairs])
        both = [row for row, (_, small) in enumerate(pairs) if small.any()]
        second = self._second.embed([pairs[row][1] for row in both])
        whole = np.concatenate([first, np.zeros((len(first), second.shape[1]), np.float32)], axis=1)
        whole[both] = fused(first[both], second, self._share)
        return whole


def fused(first: FloatArray, second: FloatArray, share: float) -> FloatArray:
    """One embedding of two, (n, a) and (n, b) of unit length, as (n, a + b) of unit length; see above."""
    roots = np.float32(np.sqrt(1 - share)), np.float32(np.sqrt(share))
    whole: FloatArray = np.concatenate([first * roots[0], second * roots[1]], axis=1)
    return whole

"""Networks that need no weights, and cards for them."""

from dataclasses import replace

import numpy as np

from svod_rcgn import networks
from svod_rcgn.faces.networks import catalogue
from svod_rcgn.faces.stages.embedding import FaceEmbedder


class FakeNetwork:
    """Keeps what it was asked and answers with what `answer` makes of it."""

    def __init__(self, answer):
        self.asked = []
        self._answer = answer

    def run(self, batch):
        self.asked.append(batch)
        return self._answer(batch)


def centerface_maps(batch, faces):
    """What CenterFace would say: faces are (x, y, width, height, score) in pixels of its input."""
    height, width = batch.shape[2] // 4, batch.shape[3] // 4
    heat, sizes, offsets, points = (np.zeros((1, n, height, width), np.float32) for n in (1, 2, 2, 10))
    for x, y, wide, high, score in faces:
        column, row = int(x // 4), int(y // 4)
        heat[0, 0, row, column] = score
        sizes[0, :, row, column] = np.log([high / 4, wide / 4])
        offsets[0, :, row, column] = [y / 4 - row - 0.5, x / 4 - column - 0.5]
        points[0, :, row, column] = [0.4, 0.3, 0.4, 0.7, 0.6, 0.5, 0.8, 0.35, 0.8, 0.65]
    return heat, sizes, offsets, points


def background_card(**fields):
    """A card for a network that removes backgrounds, with inputs of 8x8 unless said otherwise."""
    return replace(catalogue.SELFIE.card, **{"size": (8, 8), **fields})


def load_embedder(embedding_dir):
    """The embedding stage on the real network, and the network's fingerprint."""
    model = networks.load_model(embedding_dir, "embedding")
    return FaceEmbedder(model.network, model.card), networks.fingerprint(model.card)

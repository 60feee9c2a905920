"""Two made networks in one directory, whose embeddings are one."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13

from svod_rcgn.faces.networks import catalogue
from svod_rcgn.networks.card import ModelCard, SecondNetwork, write_card

SHARE = 0.3
LARGE, SMALL = 16, 12


def card_of_pair(share: float = SHARE) -> ModelCard:
    """A margin round a box of 16 pixels, and five landmarks in one of 12; 8 numbers and 6."""
    first, second = catalogue.FACENET.card, catalogue.FACEPLUGIN.card
    beside = replace(second, size=(SMALL, SMALL), embedding_length=6, usual=None)
    return replace(
        first,
        name="Two",
        size=(LARGE, LARGE),
        embedding_length=8,
        second=SecondNetwork(share, replace(beside, source_sha256=sha256(b"second").hexdigest())),
    )


def write_pair(directory: Path, share: float = SHARE) -> Path:
    """A directory with both, and their card."""
    directory.mkdir(parents=True, exist_ok=True)
    card = card_of_pair(share)
    for seed, each in enumerate((card, card.second.card)):
        _write_network(directory / each.file, each, seed)
    write_card(directory, card)
    return directory


def _write_network(path: Path, card: ModelCard, seed: int) -> None:
    """What multiplies the pixels, four by four made one, with a matrix by chance."""
    height, width = card.size
    sides = {"N": -1, "C": 3, "H": height, "W": width}
    pixels = opset13.parameter([sides[axis] for axis in card.layout], name="pixels")
    channels_first = pixels
    if card.layout == "NHWC":
        channels_first = opset13.transpose(pixels, opset13.constant(np.array([0, 3, 1, 2])))
    small = opset13.avg_pool(channels_first, [4, 4], [0, 0], [0, 0], [4, 4], exclude_pad=False)
    flat = opset13.reshape(small, opset13.constant(np.array([0, -1])), special_zero=True)
    count = 3 * (height // 4) * (width // 4)
    matrix = np.random.default_rng(seed).normal(size=(count, card.embedding_length)).astype(np.float32)
    answer = opset13.matmul(flat, opset13.constant(matrix), transpose_a=False, transpose_b=False)
    ov.save_model(ov.Model([answer], [pixels], path.stem), path)

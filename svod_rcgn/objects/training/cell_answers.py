"""What a head answers to maps, as the network that is written of it will."""

import numpy as np
from scipy import ndimage

from ...networks.convert.cell_head import LONGEST, CellHead
from ...networks.convert.cell_maps import resampling
from ...records import FloatArray
from ..records import Candidates
from ..stages import centernet
from .cell_samples import blurred
from .input_size import InputSize

LEAST = 0.02
"""The score from which a box counts when precision is measured; the rest is noise that nobody reads."""


def answers(maps: dict[int, FloatArray], head: CellHead, size: InputSize) -> FloatArray:
    """(classes + 4, rows, columns) of a picture."""
    rows, columns = size.height // size.stride, size.width // size.stride
    total = np.zeros((len(head.biases), rows, columns), np.float32) + head.biases[:, None, None]
    for block, weights in zip(head.blocks, head.weights, strict=True):
        cells = maps[block.map]
        told = (weights.T @ cells.reshape(len(cells), -1)).reshape(-1, *cells.shape[1:])
        if told.shape[1:] != (rows, columns):
            told = resampling(rows, told.shape[1]) @ told @ resampling(columns, told.shape[2]).T
        total += blurred(told) if block.blurred else told
    return total


def candidates(answered: FloatArray, classes: int, size: InputSize, least: float = LEAST) -> Candidates:
    """What the answers say, in pixels of the input; doubles are still there."""
    logits = answered[:classes]
    highest = ndimage.maximum_filter(logits, (0, 3, 3), mode="nearest")
    heat = (logits == highest) / (1 + np.exp(-np.clip(logits, -60, 60)))
    reach = np.exp(np.clip(answered[classes:], -LONGEST, LONGEST)) * size.stride
    reach += np.array([-0.5, -0.5, 0.5, 0.5], np.float32)[:, None, None] * size.stride
    outputs = [each.transpose(1, 2, 0)[None].astype(np.float32) for each in (heat, reach)]
    return centernet.decode(outputs, least, size.stride)

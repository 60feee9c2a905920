"""The answers of CenterNet: peaks of a map a class, and how far the object reaches from there.

Zhou et al., "Objects as Points", 2019, with the four distances of Liu et al., "Training-Time-Friendly Network
for Real-Time Object Detection", 2019 (610265158/mobilenetv3_centernet).
"""

from collections.abc import Sequence

import numpy as np

from ...records import FloatArray
from ..records import Candidates

NAME = "centernet"
OUTPUTS = ("heat", "reach")
STRIDE = 4
_MOST = 1000  # of a picture that is all peaks


def decode(outputs: Sequence[FloatArray], least: float, stride: int = STRIDE) -> Candidates:
    """Read the objects of one picture out of a network's maps.

    Args:
        outputs: How likely the middle of an object of each class lies in a cell, (1, rows, columns,
            classes), 0 beside peaks; how far the object reaches from there to the left, top, right and
            bottom, (1, rows, columns, 4), in pixels.
        least: The score from which a peak counts, above 0.
        stride: Pixels of a cell's side.
    """
    heat, reach = (output[0] for output in outputs)
    _, columns, classes = heat.shape
    flat = heat.reshape(-1)
    peaks = np.flatnonzero(flat >= least)
    if len(peaks) > _MOST:
        peaks = peaks[np.argpartition(-flat[peaks], _MOST)[:_MOST]]
    cells, found = np.divmod(peaks, classes)
    places = np.stack(np.divmod(cells, columns)[::-1], 1).astype(np.float32) * stride
    ways = reach.reshape(-1, 4)[cells]
    return Candidates(np.hstack([places - ways[:, :2], places + ways[:, 2:]]), flat[peaks], found)

"""The mean of generic faces, as a network's card keeps it: what all faces share tells nobody apart.

An embedding less that mean, scaled to unit length again, lies round the middle of all faces instead of to
one side of them. Two strangers are then alike by 0 on average and not by what is common to faces.
"""

import base64

import numpy as np

from ..records import FloatArray


def packed_mean(mean: FloatArray) -> str:
    """A mean, (length,), as text: base64 of float16, little-endian."""
    return base64.b64encode(mean.astype("<f2").tobytes()).decode()


def unpacked_mean(text: str) -> FloatArray:
    """What `packed_mean` packed, (length,) float32.

    Raises:
        ValueError: It is no such text.
    """
    mean: FloatArray = np.frombuffer(base64.b64decode(text, validate=True), "<f2").astype(np.float32)
    return mean

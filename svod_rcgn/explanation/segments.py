"""A picture cut into pieces of one colour.

K-means of colour and place, begun on a grid, as SLIC does (Achanta et al., "SLIC Superpixels Compared to
State-of-the-art Superpixel Methods", 2012), on the small picture, so that no window is needed.
"""

import cv2
import numpy as np
import numpy.typing as npt

from ..records import Image

Labels = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

_SIDE = 64  # pixels of the longer side, on which pieces are cut
_COMPACTNESS = 20.0  # levels of colour that count as much as the distance of two neighbours on the grid


def segments(image: Image, count: int) -> Labels:
    """Cut a picture into about so many pieces.

    Returns:
        (height, width), the number of each pixel's piece from 0 on; each number has a pixel at least.
    """
    from sklearn.cluster import KMeans

    height, width = image.shape[:2]
    factor = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small: Image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    features, starts = _features(small, count)
    found = KMeans(len(starts), init=starts, n_init=1, max_iter=10).fit_predict(features)
    pieces = cv2.resize(
        found.reshape(small.shape[:2]).astype(np.int32), (width, height), interpolation=cv2.INTER_NEAREST
    )
    return np.unique(pieces, return_inverse=True)[1].reshape(height, width)


def _features(small: Image, count: int) -> tuple[Numbers, Numbers]:
    """Colour and place of each pixel, (pixels, 5), and those of the pixels on a grid of so many."""
    height, width = small.shape[:2]
    step = max(1.0, float(np.sqrt(height * width / count)))
    colours = cv2.cvtColor(small, cv2.COLOR_BGR2Lab).astype(np.float64)
    places = np.moveaxis(np.indices((height, width)), 0, -1) * (_COMPACTNESS / step)
    features = np.concatenate([colours, places], -1)
    starts = features[np.ix_(_spread(height, step), _spread(width, step))]
    return features.reshape(height * width, -1), starts.reshape(-1, features.shape[-1])


def _spread(length: int, step: float) -> Labels:
    """Places from 0 to a length, about so far from each other, and half as far from the ends."""
    count = max(1, round(length / step))
    return ((np.arange(count) + 0.5) * length / count).astype(np.int64)

"""How an error falls with more to learn from, and what still more would bring.

The form is error(x) = floor + rise * x ** -decay with a floor of 0 at least (Cortes, Jackel, Solla, Vapnik
and Denker, "Learning curves: asymptotic values and rate of convergence", 1993); that such curves follow a
power law, and how to fit one to few points, weighed by how well each is known, is in Figueroa, Zeng-Treitler,
Kandula and Ngo, "Predicting sample size required for classification performance", 2012.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Doubles: TypeAlias = npt.NDArray[np.float64]


DECAYS = np.geomspace(0.1, 1.0, 16)  # 1 is as fast as theory has it


def fitted_errors(sizes: Doubles, errors: Doubles, weights: Doubles, asked: Doubles) -> Doubles:
    """Fit each of several curves by weighed least squares, and read them elsewhere.

    Args:
        sizes: (points,) how much was learned from.
        errors: (curves, points) the error with so much.
        weights: (curves, points) how much each point counts.
        asked: (m,) where to read the curves.

    Returns:
        (curves, m) errors, none below 0.
    """
    tables = [_of_decay(decay, sizes, errors, weights) for decay in DECAYS]
    loss = np.stack([each[2] for each in tables])
    best, rows = loss.argmin(0), np.arange(len(errors))
    floor, rise = (np.stack([each[part] for each in tables])[best, rows] for part in (0, 1))
    found: Doubles = floor[:, None] + rise[:, None] * asked[None, :] ** -DECAYS[best][:, None]
    return found


def _of_decay(
    decay: float, sizes: Doubles, errors: Doubles, weights: Doubles
) -> tuple[Doubles, Doubles, Doubles]:
    """The best floor and rise at a decay, neither below 0, and the loss, (curves,) each."""
    law = sizes**-decay
    total = weights.sum(1)
    mean_law, mean = (weights * law).sum(1) / total, (weights * errors).sum(1) / total
    spread = (weights * (law - mean_law[:, None]) ** 2).sum(1)
    rise = (weights * (law - mean_law[:, None]) * errors).sum(1) / np.maximum(spread, 1e-12)
    rise = np.maximum(rise, 0)
    floor = mean - rise * mean_law
    through = (weights * law * errors).sum(1) / (weights * law**2).sum(1)
    rise, floor = np.where(floor < 0, through, rise), np.maximum(floor, 0)
    loss = (weights * (errors - floor[:, None] - rise[:, None] * law) ** 2).sum(1)
    return floor, rise, loss

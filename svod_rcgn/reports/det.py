"""Detection error trade-off: what every limit would cost."""

import io
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from scipy.special import ndtr, ndtri

from ..records import FloatArray

_TICKS = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Curve:
    """For each limit, ascending, the shares 0..1 of false acceptances and of misses.

    `genuine` and `impostor` say how many trials are behind it.
    """

    genuine: int
    impostor: int
    limits: list[float]
    false: list[float]
    missed: list[float]


def det(genuine: FloatArray, impostor: FloatArray) -> Curve:
    """Count errors at every limit that changes them.

    Args:
        genuine: (n,) scores of those who should pass; -inf for one that no limit lets pass. n >= 1.
        impostor: (m,) scores of those who should not, likewise. m >= 1.
    """
    scores = np.concatenate([genuine, impostor])
    limits = np.unique(scores[np.isfinite(scores)])
    limits = np.append(limits, np.nextafter(limits[-1:], np.inf, dtype=limits.dtype))
    missed = np.searchsorted(np.sort(genuine), limits, side="left") / len(genuine)
    false = 1 - np.searchsorted(np.sort(impostor), limits, side="left") / len(impostor)
    return Curve(len(genuine), len(impostor), limits.tolist(), false.tolist(), missed.tolist())


def det_png(curve: Curve) -> bytes:
    """Draw the curve on axes of normal deviates, on which two bells give a straight line.

    The scale is that of Martin et al., "The DET curve in assessment of detection task performance",
    1997. It has no 0 and no 1: shares are drawn no nearer to them than half a trial.

    Returns:
        The content of a PNG file.
    """
    figure = Figure((5, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(_inside(curve.false, curve.impostor), _inside(curve.missed, curve.genuine), color="#0072b2")
    axes.set(xlabel="falsely accepted", ylabel="missed")
    axes.set_title(f"{curve.genuine} genuine, {curve.impostor} impostor")
    axes.set_xscale("function", functions=(ndtri, ndtr))
    axes.set_yscale("function", functions=(ndtri, ndtr))
    names = [f"{tick * 100:g} %" for tick in _TICKS]
    axes.set_xticks(_TICKS, names)
    axes.set_yticks(_TICKS, names)
    axes.grid(visible=True, alpha=0.3)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=120)
    return content.getvalue()


def _inside(shares: list[float], trials: int) -> FloatArray:
    return np.clip(np.array(shares, np.float32), 0.5 / trials, 1 - 0.5 / trials)

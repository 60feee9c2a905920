"""Drawings that reports of several kinds have."""

from collections.abc import Sequence
from typing import Protocol

import matplotlib as mpl
import numpy as np

from .svg import INK, KNOWN, STYLE, new_figure, to_svg


class ShareAtScore(Protocol):
    """Answers shown with about one score: their mean score, and the share that was right, with its bounds."""

    @property
    def score(self) -> float: ...  # noqa: D102

    @property
    def right(self) -> float: ...  # noqa: D102

    @property
    def low_right(self) -> float: ...  # noqa: D102

    @property
    def high_right(self) -> float: ...  # noqa: D102


def reliability(bins: Sequence[ShareAtScore]) -> str | None:
    """The share that was right against the score shown; None where nothing was measured."""
    if not bins:
        return None
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(3.6, 3.4)
        right = np.array([each.right for each in bins])
        reach = [right - [each.low_right for each in bins], [each.high_right for each in bins] - right]
        axes.plot([0, 1], [0, 1], color=INK, linestyle=":", label="as it should be")
        axes.errorbar(
            [each.score for each in bins], right, np.maximum(reach, 0), fmt="o", color=KNOWN, label="measured"
        )
        axes.set(xlabel="score shown", ylabel="share that was right", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
        axes.legend(fontsize=8, loc="upper left")
        return to_svg(figure, "reliability")

"""Plots as SVG that a page can hold."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np

from ....reports.proportions import Proportion
from ....reports.svg import INK, KNOWN, STRANGER, STYLE, new_figure, to_svg
from ..learning_curve import LearningCurve
from .classifier_report import ClassifierReport

_WIDTH, _HEIGHT = 5.6, 3.0


def learning(curve: LearningCurve | None) -> str | None:
    """The error against the shootings of a class; None where there is no curve."""
    if curve is None:
        return None
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(_WIDTH, _HEIGHT)
        shootings = [float(np.mean(each.shootings)) for each in curve.points]
        _with_bounds(axes, shootings, [each.errors for each in curve.points], "measured, left out")
        told = next((each for each in curve.forecasts if each.label is None), None)
        if told:
            reach = [[100 * (told.later - told.low)], [100 * (told.high - told.later)]]
            place = [told.shootings + told.more]
            axes.errorbar(place, [100 * told.later], reach, fmt="s", color=STRANGER, label="foretold")
        axes.set(xlabel="shootings of a class", ylabel="error, %", xlim=(0, None), ylim=(0, None))
        axes.legend(fontsize=8, loc="upper right")
        return to_svg(figure, "learning")


def kept(report: ClassifierReport) -> str | None:
    """The share of left-out pictures that are near enough against the limit; None where none was asked."""
    if not report.kept:
        return None
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(_WIDTH, _HEIGHT)
        limits = [each.limit for each in report.kept]
        shares = [each.kept for each in report.kept]
        axes.plot(limits, [100 * each.share for each in shares], color=KNOWN, label="of the classes, kept")
        bounds = ([100 * each.low for each in shares], [100 * each.high for each in shares])
        axes.fill_between(limits, *bounds, color=KNOWN, alpha=0.2)
        if report.least_nearness is not None:
            axes.axvline(report.least_nearness, color=INK, linestyle="--", label="limit in use")
            if report.negatives:
                _with_bounds(
                    axes, [report.least_nearness], [report.negatives.let_in], "strangers, let in", STRANGER
                )
        axes.set(xlabel="limit of nearness", ylabel="pictures, %", ylim=(-3, 103))
        axes.legend(fontsize=8, loc="lower left")
        return to_svg(figure, "kept")


def _with_bounds(
    axes: object, places: Sequence[float], shares: Sequence[Proportion], label: str, colour: str = KNOWN
) -> None:
    middle = np.array([100 * each.share for each in shares])
    reach = [middle - [100 * each.low for each in shares], [100 * each.high for each in shares] - middle]
    axes.errorbar(places, middle, np.maximum(reach, 0), fmt="o-", color=colour, label=label)  # type: ignore[attr-defined]

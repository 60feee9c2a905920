"""Plots as SVG that a page can hold."""

import matplotlib as mpl

from ....reports.svg import STYLE, new_figure, shortened, to_svg
from ..detector_report import DetectorReport

MOST_CURVES = 10
_COLOURS = (  # of Okabe and Ito, which colour-blind eyes keep apart
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00",
)  # fmt: skip
_LINES = ("-", "--")


def precision_recall(report: DetectorReport) -> str | None:
    """Precision against recall of the classes with most boxes; None where nothing was found."""
    every = sorted(zip(report.classes, report.curves, strict=True), key=lambda each: -each[0].boxes)
    told = [(each, points) for each, points in every if points and each.boxes][:MOST_CURVES]
    if not told:
        return None
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(5.6, 4.0)
        for number, (each, points) in enumerate(told):
            look = {"color": _COLOURS[number % len(_COLOURS)], "linestyle": _LINES[number // len(_COLOURS)]}
            recall, precision = [point.recall for point in points], [point.precision for point in points]
            axes.plot(recall, precision, label=shortened(each.label), **look)
            axes.plot([each.found_at_limit], [each.right_at_limit], "o", color=look["color"])
        axes.set(xlabel="recall: found of those there", ylabel="precision: right of those found")
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        axes.legend(fontsize=8, loc="lower left")
        return to_svg(figure, "curves")

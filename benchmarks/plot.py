"""The plot of the benchmarks: frames a second, a panel for each part that tells any."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure as Drawing

from benchmarks.figures import Figure, Told
from benchmarks.ways import OURS
from svod_rcgn.storage import files

FILE = Path("docs/pictures/benchmarks.png")
UNIT = "frames a second"
# Blue and orange of Okabe and Ito, which colour-blind eyes keep apart.
OWN, OTHER = "#0072b2", "#e69f00"
BAR, MARGIN, WIDTH = 0.32, 0.75, 8.0  # inches


def draw(told: Sequence[Told], path: Path) -> None:
    """Draw the medians as bars, with a line from least to most; nothing where none is told."""
    panels: dict[str, list[Figure]] = {}
    for each in told:
        if isinstance(each, Figure) and each.unit == UNIT:
            panels.setdefault(each.part, []).append(each)
    if not panels:
        return
    heights = [MARGIN + BAR * len(panel) for panel in panels.values()]
    drawing = Drawing((WIDTH, sum(heights)), layout="constrained")
    for axes, (part, panel) in zip(_axes(drawing, heights), panels.items(), strict=True):
        _draw_panel(axes, part, panel)
    picture = io.BytesIO()
    drawing.savefig(picture, format="png", dpi=100, metadata={"Software": None})
    files.write_bytes(path, picture.getvalue())


def _axes(drawing: Drawing, heights: Sequence[float]) -> Sequence[Any]:
    grid = drawing.subplots(len(heights), 1, squeeze=False, sharex=True, height_ratios=list(heights))
    return [row[0] for row in grid]


def _draw_panel(axes: Any, part: str, panel: Sequence[Figure]) -> None:
    medians = [each.median for each in panel]
    reach = [
        [middle - min(each.samples) for middle, each in zip(medians, panel, strict=True)],
        [max(each.samples) - middle for middle, each in zip(medians, panel, strict=True)],
    ]
    colours = [OWN if _is_own(each) else OTHER for each in panel]
    bars = axes.barh(range(len(panel)), medians, xerr=reach, color=colours, ecolor="#555555", capsize=2)
    axes.bar_label(bars, [f"{middle:.1f}" for middle in medians], padding=4, fontsize=8)
    axes.set_yticks(range(len(panel)), [each.name for each in panel], fontsize=8, parse_math=False)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_title(f"{part}, {UNIT}", loc="left", fontsize=9)
    axes.tick_params(axis="x", labelsize=8, labelbottom=True)
    axes.spines[["top", "right"]].set_visible(False)


def _is_own(figure: Figure) -> bool:
    return figure.name == OURS or figure.part.startswith("film")

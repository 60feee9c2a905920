"""Plots as SVG that follow the page's colours."""

import io
import re
import warnings
from typing import Any

from matplotlib.figure import Figure

# Blue and orange of Okabe and Ito, which colour-blind eyes keep apart.
KNOWN, STRANGER = "#0072b2", "#e69f00"
# matplotlib knows no currentColor; a colour that is used nowhere else stands for it.
INK = "#010203"
_LONGEST_NAME = 24
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "svod",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
    "legend.frameon": False,
}


def new_figure(width: float, height: float) -> tuple[Figure, Any]:
    """A figure of so many inches; without pyplot there is neither a window nor a list of open figures."""
    figure = Figure((width, height), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    return figure, axes


def to_svg(figure: Figure, name: str) -> str:
    """The figure as an element for a page; ids bear the plot's name, as a page holds each id once."""
    text = io.StringIO()
    with warnings.catch_warnings():
        # The reader's own fonts draw the names; matplotlib lacks some scripts when it guesses widths.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(
            text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)


def shortened(name: str) -> str:
    """A name that fits beside an axis."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"

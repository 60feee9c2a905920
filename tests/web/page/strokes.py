"""Digits as somebody draws them on the page."""

from typing import Any

Stroke = list[tuple[float, float]]  # shares of the paper's sides

ONE: Stroke = [(0.2, 0.25), (0.2, 0.8)]
SEVEN: Stroke = [(0.5, 0.2), (0.65, 0.2), (0.56, 0.85)]
ONE_WITH_UPSTROKE: Stroke = [(0.44, 0.55), (0.56, 0.15), (0.56, 0.85)]
SCRIBBLE: Stroke = [(x / 30, 0.1 if x % 2 else 0.9) for x in range(4, 26)]


def draw(page: Any, points: Stroke) -> None:
    """One stroke with the mouse."""
    paper = page.get_by_label("Paper to draw digits on").bounding_box()
    places = [(paper["x"] + x * paper["width"], paper["y"] + y * paper["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()

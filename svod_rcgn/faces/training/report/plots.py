"""Plots as SVG that a page can hold: lettering stays text, and ink takes the colour of the page."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np

from ....reports.svg import INK, KNOWN, STRANGER, STYLE, new_figure, shortened, to_svg
from .measures import PersonResult, Report, confusions

MOST_PERSONS = 40
MOST_WITH_NUMBERS = 16


def scores(report: Report) -> str | None:
    """Likenesses of known faces and of strangers, with the limits; None where there is none."""
    groups = {
        "enrolled, left out": [each.known.likeness for each in report.pictures if each.known],
        "as strangers": [each.stranger.likeness for each in report.pictures if each.stranger],
    }
    values = [value for group in groups.values() for value in group]
    if not values:
        return None
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(6.4, 2.8)
        edges = np.linspace(min(values), max(values) + 1e-6, 41)
        for (title, group), colour in zip(groups.items(), (KNOWN, STRANGER), strict=True):
            axes.hist(group, edges, label=f"{title} ({len(group)})", color=colour, alpha=0.65)
        axes.axvline(report.decision.limit, color=INK, label="limit of one frame")
        axes.axvline(report.decision.track_limit, color=INK, linestyle="--", label="limit of many frames")
        axes.set(xlabel="likeness", ylabel="pictures")
        figure.legend(fontsize=8, loc="outside upper center", ncols=4)  # finding the best place takes long
        return to_svg(figure, "scores")


def confusion(report: Report) -> str | None:
    """Who was given whose name; None where nothing was asked, or nobody of too many was confused."""
    persons = shown_persons(report)
    if not persons:
        return None
    table = _confusion_table(report, persons)
    with mpl.rc_context(STYLE):
        side = 1.6 + 0.32 * len(persons)
        figure, axes = new_figure(side + 1.2, side)
        axes.imshow(table / np.maximum(table.sum(1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
        names = [shortened(person.name) for person in persons]
        axes.set_xticks(range(len(names) + 1), [*names, "unknown"], rotation=90, parse_math=False)
        axes.set_yticks(range(len(names) + 1), [*names, "strangers"], parse_math=False)
        axes.set(xlabel="named", ylabel="is")
        if len(persons) <= MOST_WITH_NUMBERS:
            _write_numbers(axes, table)
        return to_svg(figure, "confusion")


def shown_persons(report: Report) -> list[PersonResult]:
    """All who were asked about or asked with; of more than fit, those that were confused most."""
    trained = [person for person in report.persons if person.used]
    if not any(each.known or each.stranger for each in report.pictures):
        return []
    if len(trained) <= MOST_PERSONS:
        return trained
    weight: dict[str, int] = {}
    for pair, count in confusions(report).items():
        for folder in pair:
            weight[folder] = weight.get(folder, 0) + count
    most = sorted(weight, key=lambda folder: -weight[folder])[:MOST_PERSONS]
    return [person for person in trained if person.folder in most]


def _confusion_table(report: Report, persons: Sequence[PersonResult]) -> np.ndarray[Any, Any]:
    """Rows are who it is and strangers, columns who was named and unknown; others are left out."""
    places: dict[str | None, int] = {person.folder: place for place, person in enumerate(persons)}
    last = places[None] = len(persons)
    table = np.zeros((last + 1, last + 1), int)
    for each in report.pictures:
        if each.known and each.person in places and each.known.named in places:
            table[places[each.person], places[each.known.named]] += 1
        if each.stranger and each.stranger.named in places:
            table[last, places[each.stranger.named]] += 1
    return table


def _write_numbers(axes: Any, table: np.ndarray[Any, Any]) -> None:
    shares = table / np.maximum(table.sum(1, keepdims=True), 1)
    for (row, column), count in np.ndenumerate(table):
        if count:
            light = shares[row, column] > 0.5  # noqa: PLR2004
            axes.text(column, row, str(count), ha="center", va="center", color="white" if light else "black")

"""How near a picture is to the classes, and from where on it shows none of them.

A picture's nearness to a class is the cosine of its embedding and the mean of the class's unit embeddings.
What is unusually large in an embedding is cut off before, as it is what strangers look alike by (Sun et al.,
"ReAct: Out-of-distribution Detection With Rectified Activations", 2021): of hymenoptera, held against flowers
of which 95 % are kept, it lets 46 % in instead of 50 %.

The limit is a low quantile of what pictures have to the means without their own shooting: with it in them,
and with the near-doubles of a shooting on both sides, the limit would be far too high.
"""

from dataclasses import dataclass

import numpy as np

from ...geometry import unit_rows
from ...records import FloatArray
from .examples import Numbers

REFUSED = 0.05  # of the left-out pictures that show a class
USUAL = 0.97  # the share of an embedding's numbers that are not cut off
_TOGETHER, _LOOKED_AT = 2048, 200  # pictures
_IN_CACHE = 512  # pictures, of which the embeddings take some megabytes


@dataclass(frozen=True, slots=True, eq=False)
class Nearness:
    """Unit class means (classes, length) of embeddings cut off at `ceiling`, and left-out nearness (n,).

    The latter is that of each picture to the nearest class; nan where one that it shows is of its shooting
    only.
    """

    ceiling: float
    means: FloatArray
    left_out: FloatArray


def nearness_of(
    embeddings: FloatArray, shows: FloatArray, shootings: Numbers, asked: FloatArray | None = None
) -> Nearness:
    """Class means, and how near each picture is to them without its shooting.

    Args:
        embeddings: (n, length), of any length each.
        shows: (n, classes) 1 where a picture shows a class.
        shootings: (n,) the number of each picture's shooting.
        asked: (n, length) what another network makes of the pictures, by which they are held against the
            means of these embeddings.
    """
    some = embeddings[:: max(1, len(embeddings) // _LOOKED_AT)]
    ceiling = float(np.quantile(some, USUAL))
    unit, counts = _unit(embeddings, ceiling), shows.sum(0)
    own = unit if asked is None else _unit(asked, ceiling)
    sums = shows.T @ unit
    left_out = np.full(len(unit), np.nan, np.float32)
    for rows in _by_whole_shootings(shootings):
        given = _given(unit[rows], shows[rows], shootings[rows])
        left_out[rows] = _left_out(own[rows], shows[rows], shootings[rows], given, (sums, counts))
    return Nearness(ceiling, unit_rows(sums), left_out)


def _by_whole_shootings(shootings: Numbers) -> list[Numbers]:
    """Rows in parts of about _TOGETHER, no shooting in two of them."""
    order = np.argsort(shootings, kind="stable")
    begins = np.flatnonzero(np.diff(shootings[order], prepend=-1))
    cuts = begins[np.flatnonzero(np.diff(begins // _TOGETHER)) + 1]
    return np.split(order, cuts)


def _unit(embeddings: FloatArray, ceiling: float) -> FloatArray:
    """Some at a time: what lies in between is never larger than the processor's own memory."""
    found = np.empty_like(embeddings)
    for begin in range(0, len(embeddings), _IN_CACHE):
        rows = slice(begin, begin + _IN_CACHE)
        found[rows] = unit_rows(np.minimum(embeddings[rows], np.float32(ceiling)))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """What each shooting gave to each class that it shows: their numbers, sums (parts, length), pictures."""

    shootings: Numbers
    classes: Numbers
    sums: FloatArray
    counts: Numbers


def _given(unit: FloatArray, shows: FloatArray, shootings: Numbers) -> _Given:
    classes = shows.shape[1]
    pictures, shown = np.nonzero(shows)
    keys = shootings[pictures] * classes + shown
    order = np.argsort(keys, kind="stable")
    parts, starts, counts = np.unique(keys[order], return_index=True, return_counts=True)
    sums = np.add.reduceat(unit[pictures[order]], starts) if len(parts) else unit[:0]
    return _Given(parts // classes, parts % classes, sums, counts)


def _left_out(
    unit: FloatArray,
    shows: FloatArray,
    shootings: Numbers,
    given: _Given,
    of_all: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """How near pictures are to the nearest class whose sum is short of what their shooting gave to it.

    A class that nothing else was given to is none. `of_all` are the sums of the classes and how many pictures
    show each.
    """
    sums, counts = of_all
    without = unit_rows(sums[given.classes] - given.sums)
    lost = given.counts >= counts[given.classes]
    rows, part = np.nonzero(shootings[:, None] == given.shootings)
    cosines = unit @ unit_rows(sums).T
    near = np.einsum("nd,nd->n", unit[rows], without[part])
    cosines[rows, given.classes[part]] = np.where(lost[part], -1, near)
    nearest: FloatArray = cosines.max(1)
    nearest[~shows.any(axis=1)] = np.nan
    nearest[rows[lost[part] & (shows[rows, given.classes[part]] > 0)]] = np.nan
    return nearest


def to_nearest(embeddings: FloatArray, nearness: Nearness) -> FloatArray:
    """How near each of (n, length) embeddings is to the nearest class, (n,)."""
    nearest: FloatArray = (_unit(embeddings, nearness.ceiling) @ nearness.means.T).max(1)
    return nearest


def least_of(left_out: FloatArray) -> float | None:
    """The limit that refuses REFUSED of these, rounded down; None where there are none."""
    known = left_out[np.isfinite(left_out)]
    if not len(known):
        return None
    return float(np.floor(np.quantile(known, REFUSED) * 10_000) / 10_000)

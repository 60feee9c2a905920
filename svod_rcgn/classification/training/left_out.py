"""Pictures asked by heads that did not learn from them: which epoch is kept, and what was answered."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...records import FloatArray
from ...reports.proportions import Proportion, clustered_proportion
from .examples import Lessons, Numbers
from .head import EpochHeads, Heads, losses, probabilities
from .records import MOST_ANSWERS, Epoch, LeftOutAnswer

_SURE = 1.645  # the normal deviate that 5 % of a bell lie above


def judged_rows(lessons: Lessons) -> Numbers:
    """The pictures whose classes all are known without their fold, and which show one."""
    count = len(lessons.labels)
    shows = lessons.targets[:, :count] * (lessons.said[:, :count] > 0)
    totals = shows.sum(0)
    judged = shows.sum(1)
    for fold in np.unique(lessons.folds):
        rows = np.flatnonzero(lessons.folds == fold)
        unknown = shows[rows].sum(0) >= totals
        judged[rows[(shows[rows] * unknown).sum(1) > 0]] = 0
    judged[lessons.known.stop :] = 0
    if count == 1 and not lessons.independent:  # there is nothing else to answer
        return np.flatnonzero(judged < 0)
    return np.flatnonzero(judged)


def is_right(told: FloatArray, lessons: Lessons, rows: Numbers) -> FloatArray:
    """Whether the likeliest class of each picture is one that it shows, (n,) of 0 and 1."""
    best = told[:, : len(lessons.labels)].argmax(1)
    right: FloatArray = lessons.targets[rows, best]
    return right


def accuracy(right: FloatArray, lessons: Lessons, rows: Numbers) -> Proportion | None:
    """The share of pictures that were right, with its interval by shootings."""
    if not len(rows):
        return None
    found, asked = np.bincount(lessons.shootings[rows], right), np.bincount(lessons.shootings[rows])
    return clustered_proportion(found.astype(np.float32), asked.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Heads of the epochs that were kept.

    `best` is the epoch that all left-out pictures chose, and `whole` its head that learned from all. `turns`
    are the heads by which the pictures of a fold are judged, each of the epoch that the other folds chose, so
    that no picture has a part in choosing who judges it.
    """

    turns: Heads
    whole: Heads
    best: int
    epochs: tuple[Epoch, ...]


class EpochChoice:
    """Sees epoch after epoch, and keeps the last that is no worse than the best by more than chance.

    Worse by chance is by less than a standard error of the best's share of left-out pictures that are right
    (Breiman et al., "Classification and Regression Trees", 1984). The very best is often the first by luck,
    and knows two points less of other pictures than the last.
    """

    def __init__(self, features: FloatArray, lessons: Lessons, turns: int) -> None:
        """Begin.

        Args:
            features: (n, length) standardised features of the plain view.
            lessons: What is true.
            turns: How many heads leave a fold out.
        """
        self._lessons, self._turns = lessons, turns
        rows = judged_rows(lessons)
        self._rows = rows[np.argsort(lessons.folds[rows], kind="stable")]
        self._folds = lessons.folds[self._rows]
        self._parts = [features[self._rows[self._folds == turn]] for turn in range(turns)]
        self._epochs: list[Epoch] = []
        self._best = [0] * (turns + 1)  # right by the other folds of each turn, and by all
        self._kept: list[Heads | None] = [None] * (turns + 1)
        self._number = 0

    def see(self, epoch: EpochHeads) -> Epoch:
        """Judge an epoch, and say how it fares."""
        right, loss = self._judged(epoch.heads)
        for turn in range(self._turns + 1):
            others = right[self._folds != turn]
            self._best[turn] = max(self._best[turn], int(others.sum()))
            if others.sum() >= self._best[turn] - _chance(self._best[turn], len(others)):
                self._kept[turn] = _only(epoch.heads, turn)
                self._number = epoch.number if turn == self._turns else self._number
        told = accuracy(right, self._lessons, self._rows)
        self._epochs.append(Epoch(epoch.number, epoch.loss, float(loss.mean()) if told else None, told))
        return self._epochs[-1]

    def _judged(self, heads: Heads) -> tuple[FloatArray, FloatArray]:
        lessons, rows = self._lessons, self._rows
        logits = np.concatenate([heads.logits(part, turn) for turn, part in enumerate(self._parts)])
        told = probabilities(logits, len(lessons.labels), independent=lessons.independent)
        loss = losses(told, lessons.targets[rows], lessons.said[rows], lessons)
        return is_right(told, lessons, rows), loss

    def chosen(self) -> Chosen:
        """What was kept."""
        kept = [each for each in self._kept if each is not None]
        turns = Heads(*(np.concatenate(each) for each in zip(*map(_pair, kept[:-1]), strict=True)))
        return Chosen(turns, kept[-1], self._number, tuple(self._epochs))


def _chance(right: int, of: int) -> float:
    """The standard error of a number of pictures that are right."""
    return math.sqrt(right * (of - right) / of) if of else 0.0


def _only(heads: Heads, turn: int) -> Heads:
    return Heads(heads.weights[turn : turn + 1], heads.biases[turn : turn + 1])


def _pair(heads: Heads) -> tuple[FloatArray, FloatArray]:
    return heads.weights, heads.biases


def pays(plain: FloatArray, mirrored: FloatArray) -> bool:
    """Whether the mirror image makes more right than chance would (McNemar, 1947), and 1 % more."""
    mended, spoilt = float((mirrored > plain).sum()), float((plain > mirrored).sum())
    gain = mended - spoilt
    return gain >= len(plain) / 100 and gain > _SURE * (mended + spoilt) ** 0.5


def answers_of(
    lessons: Lessons, rows: Numbers, told: FloatArray, near: FloatArray, least: float | None
) -> tuple[LeftOutAnswer, ...]:
    """The record of what was answered to left-out pictures.

    Args:
        lessons: What is true.
        rows: Which of its pictures were asked.
        told: (n, classes) calibrated probabilities of these.
        near: (n,) how near each is without its shooting; nan where that is not known.
        least: The limit of nearness.
    """
    best, likely = _likeliest(told)
    right = is_right(told, lessons, rows)
    classes = range(len(lessons.labels))
    places = {label: place for place, label in zip(classes, lessons.labels, strict=True)}

    def answer(number: int, row: int) -> LeftOutAnswer:
        example = lessons.examples[row]
        nearness = None if np.isnan(near[number]) else round(float(near[number]), 4)
        return LeftOutAnswer(
            picture=example.picture,
            name=example.name,
            shooting=int(lessons.shootings[row]),
            fold=int(lessons.folds[row]),
            truth=_places(example.shows, places),
            denied=_places(example.lacks, places),
            answers=tuple(zip(best[number], likely[number], strict=True)),
            nearness=nearness,
            known=least is None or nearness is None or nearness >= least,
            right=bool(right[number]),
        )

    return tuple(answer(number, row) for number, row in enumerate(rows.tolist()))


def _likeliest(told: FloatArray) -> tuple[list[list[int]], list[list[float]]]:
    """Places and probabilities of each picture's likeliest classes; the first, and others above 0."""
    best = np.argsort(-told, 1, kind="stable")[:, :MOST_ANSWERS]
    likely = np.round(np.take_along_axis(told, best, 1), 5)
    kept = np.maximum(1, (likely > 0).sum(1)).tolist()
    return _cut(best.tolist(), kept), _cut(likely.tolist(), kept)


def _cut(rows: list[list[Any]], kept: list[int]) -> list[list[Any]]:
    return [row[:count] for row, count in zip(rows, kept, strict=True)]


def _places(labels: Iterable[str], places: dict[str, int]) -> tuple[int, ...]:
    return tuple(sorted(places[label] for label in labels if label in places))

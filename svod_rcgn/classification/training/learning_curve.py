"""How heads fare that learned from fewer shootings, and what more would bring: learning_curve.json.

The curve has heads learn from a part of every class's shootings, and asks them of all pictures that were left
out. Its heads see the plain view only and learn for fewer epochs than the network, which is as good for a
comparison and costs a tenth; so its last point differs a little from the accuracy of the training.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...records import FloatArray
from ...reports.power_law import Doubles, fitted_errors
from ...reports.proportions import Proportion, proportion_by_cluster
from ...storage import files
from . import left_out
from .examples import FOLDS, Lessons, Numbers
from .head import HEAD, HeadSettings, learn, scale_of
from .views import Halves

FILE = "learning_curve.json"
FORMAT_VERSION = 1
MOST_PICTURES = 5000
MOST_FORECASTS = 50

_SIZES = 5
_DRAWS = 2  # of which shootings are learned from
_STEPS = 200
_FEW_CLASSES = 20  # of more, each step costs more, so fewer are made
_EPOCHS = 5, 20
_REPEATS = 200
_LEAST_POINTS = 3
_FARTHEST = 3  # times the shootings that there are
_WORTH = 0.95  # of the error; what may fall less is not told
_NONE = 1e-9  # an error that is none
_TAIL = 0.025

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Heads that learned from `pictures` pictures, of so many `shootings` of each class, and their errors.

    The numbers of shootings are those of a dataset with which heads would be trained and judged so; four
    fifths of them teach at a time. `errors` are of all left-out pictures, `class_errors` of those that show
    each class, None where there are none.
    """

    shootings: tuple[int, ...]
    pictures: int
    errors: Proportion
    class_errors: tuple[Proportion | None, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """With `more` shootings than the `shootings` that there are, the error would be `later` and not `now`.

    It is of a class, or of all where `label` is None; shootings are those of a class, on average. `low` and
    `high` bound `later` at 95 %; that `now` may be too good or too bad by chance is in them.
    """

    label: str | None
    shootings: int
    now: float
    more: int
    later: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """Points, the fewest shootings first, and what they foretell, the greatest error first.

    `untold` are the classes with errors of which the points do not carry a forecast; `whole` says whether all
    pictures had a part in it, or as many as MOST_PICTURES.
    """

    format_version: int
    points: tuple[CurvePoint, ...]
    forecasts: tuple[Forecast, ...]
    untold: tuple[str, ...]
    whole: bool


def write(folder: Path, curve: LearningCurve) -> None:
    """Write a curve beside its network."""
    files.write_record(folder / FILE, curve)


def read(folder: Path) -> LearningCurve:
    """Read the curve beside a network.

    Raises:
        InputError: There is none, or it is damaged.
    """
    return files.read_record(folder / FILE, LearningCurve)


def learning_curve(features: Halves, lessons: Lessons, seed: int = 0) -> LearningCurve | None:
    """Measure the curve.

    Args:
        features: (n, views, length) of the pictures; the plain view is the first.
        lessons: What is learned.
        seed: Another one draws other shootings.

    Returns:
        None where no picture can be left out, or no class has shootings to spare.
    """
    known, whole = _drawn(lessons, seed)
    lessons = _only(lessons, known)
    rows = left_out.judged_rows(lessons)
    groups = _Groups(lessons)
    shares = _shares(groups.counts) if len(rows) else []
    if len(shares) < 2:  # noqa: PLR2004 - one point is no curve
        return None
    plain = features[known, 0].astype(np.float32)
    plain = scale_of(plain).of(plain)
    trials = [_trial(plain, lessons, rows, groups, share, seed) for share in shares]
    points = tuple(_point(each, lessons, rows) for each in trials)
    forecasts, untold = _Forecaster(trials, lessons, rows, seed).all() if whole else ((), ())
    return LearningCurve(FORMAT_VERSION, points, forecasts, untold, whole)


def _drawn(lessons: Lessons, seed: int) -> tuple[Numbers, bool]:
    """The rows that show classes; of too many, those of some whole shootings."""
    known = np.arange(lessons.known.stop)
    if len(known) <= MOST_PICTURES:
        return known, True
    shootings = lessons.shootings[known]
    order = np.random.default_rng(seed).permutation(shootings.max() + 1)
    sizes = np.bincount(shootings, minlength=len(order))[order]
    chosen = order[np.cumsum(sizes) <= MOST_PICTURES]
    return np.flatnonzero(np.isin(shootings, chosen)), False


def _only(lessons: Lessons, rows: Numbers) -> Lessons:
    """The lessons of some rows that show classes, without negatives."""
    classes = len(lessons.labels)
    return replace(
        lessons,
        examples=tuple(lessons.examples[row] for row in rows.tolist()),
        targets=lessons.targets[rows, :classes],
        said=lessons.said[rows, :classes],
        shootings=lessons.shootings[rows],
        folds=lessons.folds[rows],
        negatives=0,
    )


class _Groups:
    """Which shootings each class has, and which of them come first.

    A last column stands for the pictures that show no class.
    """

    def __init__(self, lessons: Lessons) -> None:
        shows = lessons.targets > 0
        self._shows = np.column_stack([shows, ~shows.any(1)])
        _, first, self._places = np.unique(lessons.shootings, return_index=True, return_inverse=True)
        self._folds = lessons.folds[first]
        self._has = np.zeros((len(first), self._shows.shape[1]), np.bool_)
        for column in range(self._shows.shape[1]):
            self._has[self._places[self._shows[:, column]], column] = True

    @property
    def counts(self) -> Numbers:
        """(classes,) how many shootings each has."""
        counts: Numbers = self._has[:, :-1].sum(0)
        return counts

    def taught(self, share: float, generator: np.random.Generator) -> Flags:
        """Which rows are learned from when so much of each class's shootings is."""
        chosen = np.zeros_like(self._has)
        for column in range(self._has.shape[1]):
            own = np.flatnonzero(self._has[:, column])
            order = self._by_turns(own, generator)
            chosen[order[: _part(len(own), share)], column] = True
        return np.asarray((self._shows & chosen[self._places]).any(1))

    def _by_turns(self, shootings: Numbers, generator: np.random.Generator) -> Numbers:
        """Shootings in an order by chance, in which each fold has its turn before one has another."""
        mixed = generator.permutation(shootings)
        folds = self._folds[mixed]
        rank = np.zeros(len(mixed), np.int64)
        for fold in np.unique(folds):
            rank[folds == fold] = np.arange((folds == fold).sum())
        return mixed[np.argsort(rank, kind="stable")]


def _part(count: int, share: float) -> int:
    return min(count, max(2, round(share * count)))


def _shares(counts: Numbers) -> list[float]:
    """Which parts of the shootings are learned from: down to two of the middle class, by halves at most."""
    middle = float(np.median(counts))
    factor = min(2.0, (middle / 2) ** (1 / (_SIZES - 1)))
    shares = [factor**-power for power in reversed(range(_SIZES))] if middle > 2 else [1.0]  # noqa: PLR2004
    parts = {tuple(_part(count, share) for count in counts.tolist()): share for share in shares}
    return list(parts.values())


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """Learned from `pictures` of `shootings` (classes,); `wrong` (draws, judged) is 1 for wrong answers."""

    shootings: Numbers
    pictures: int
    wrong: FloatArray


def _trial(
    plain: FloatArray, lessons: Lessons, rows: Numbers, groups: _Groups, share: float, seed: int
) -> _Trial:
    draws = 1 if share == 1 or len(lessons.labels) > _FEW_CLASSES else _DRAWS
    wrong, pictures = [], 0
    for draw in range(draws):
        taught = groups.taught(share, np.random.default_rng([seed, draw]))
        pictures += int(taught.sum())
        wrong.append(_wrong(plain, lessons, rows, np.flatnonzero(taught)))
    parts = np.array([_part(count, share) for count in groups.counts.tolist()])
    return _Trial(parts, round(pictures / draws), np.stack(wrong))


def _wrong(plain: FloatArray, lessons: Lessons, rows: Numbers, taught: Numbers) -> FloatArray:
    """Which of the judged rows heads got wrong that learned from those taught, less each one's fold."""
    *_, last = learn(
        plain[taught][:, None], _only(lessons, taught), FOLDS, _settings(len(taught), len(lessons.labels))
    )
    logits = last.heads.left_out_logits(plain[rows], lessons.folds[rows])
    return 1 - left_out.is_right(logits, lessons, rows)


def _settings(pictures: int, classes: int) -> HeadSettings:
    """As many epochs as a bounded number of steps allows."""
    steps = _STEPS * min(1.0, _FEW_CLASSES / classes)
    epochs = math.ceil(steps * HEAD.batch / pictures)
    return replace(HEAD, epochs=min(max(epochs, _EPOCHS[0]), _EPOCHS[1]))


def _point(trial: _Trial, lessons: Lessons, rows: Numbers) -> CurvePoint:
    shootings = lessons.shootings[rows]
    every = _errors(trial.wrong, shootings)
    assert every is not None
    of_classes = [_errors(trial.wrong[:, own], shootings[own]) for own in lessons.targets[rows].T > 0]
    return CurvePoint(tuple(trial.shootings.tolist()), trial.pictures, every, tuple(of_classes))


def _errors(wrong: FloatArray, shootings: Numbers) -> Proportion | None:
    """The share of (draws, pictures) errors; a picture counts once, however many draws there were."""
    found = proportion_by_cluster(wrong.ravel(), np.tile(shootings, len(wrong)))
    return found and replace(found, count=round(found.share * len(shootings)), trials=len(shootings))


def _by_shooting(wrong: FloatArray, shootings: Numbers) -> tuple[Doubles, Doubles]:
    """(draws, shootings) errors and (shootings,) pictures of each shooting."""
    _, places = np.unique(shootings, return_inverse=True)
    errors = np.stack([np.bincount(places, each) for each in wrong])
    return errors.astype(np.float64), np.bincount(places).astype(np.float64)


class _Forecaster:
    """Fits power laws to the errors, of all pictures and of each class's, and to those of samples drawn anew.

    A sample draws whole shootings, and for each size which draw of taught shootings counts, so that both
    kinds of chance are in the interval.
    """

    def __init__(self, trials: Sequence[_Trial], lessons: Lessons, rows: Numbers, seed: int) -> None:
        self._trials, self._seed = trials, seed
        self._labels = lessons.labels
        self._shows = lessons.targets[rows] > 0
        self._shootings = lessons.shootings[rows]

    def all(self) -> tuple[tuple[Forecast, ...], tuple[str, ...]]:
        """What can be foretold, all pictures first, and the classes with errors of which nothing can."""
        last = self._trials[-1].wrong[0]
        errors = [float(last[own].mean()) if own.any() else 0.0 for own in self._shows.T]
        worst = [place for place in np.argsort(errors)[::-1].tolist() if errors[place]][:MOST_FORECASTS]
        everything = self._told(None, np.ones(len(last), np.bool_), self._sizes(None))
        found = {place: self._told(place, self._shows[:, place], self._sizes(place)) for place in worst}
        told = [each for each in (everything, *found.values()) if each]
        untold = [self._labels[place] for place, each in found.items() if each is None]
        return tuple(told), tuple(untold)

    def _sizes(self, place: int | None) -> Doubles:
        shootings = np.stack([each.shootings for each in self._trials])
        return (shootings.mean(1) if place is None else shootings[:, place]).astype(np.float64)

    def _told(self, place: int | None, own: Flags, sizes: Doubles) -> Forecast | None:
        used = np.flatnonzero(np.diff(sizes, append=np.inf))  # of points with as many shootings the last
        now = float(self._trials[-1].wrong[0][own].mean())
        count = round(float(sizes[-1]))
        if len(used) < _LEAST_POINTS or not now:
            return None
        asked = np.arange(count, _FARTHEST * count + 1).astype(np.float64)
        errors, weights = self._samples(own, used)
        read = fitted_errors(sizes[used], errors, weights, asked)
        label = None if place is None else self._labels[place]
        return _forecast(label, count, now, read)

    def _samples(self, own: Flags, used: Numbers) -> tuple[Doubles, Doubles]:
        """Errors and weights (1 + repeats, points): as measured, and of samples drawn anew."""
        generator = np.random.default_rng(self._seed)
        tables = [_by_shooting(self._trials[each].wrong[:, own], self._shootings[own]) for each in used]
        asked = tables[0][1]
        counts = generator.multinomial(len(asked), np.full(len(asked), 1 / len(asked)), _REPEATS)
        trials = counts @ asked
        drawn = np.stack([_one_of(counts @ each.T, generator) / trials for each, _ in tables], 1)
        measured = np.array([[each.mean(0).sum() / asked.sum() for each, _ in tables]])
        errors = np.concatenate([measured, drawn])
        smoothed = (errors * asked.sum() + 1) / (asked.sum() + 2)
        return errors, 1 / (smoothed * (1 - smoothed))


def _one_of(errors: Doubles, generator: np.random.Generator) -> Doubles:
    """Of (repeats, draws) one draw each, by chance."""
    found: Doubles = errors[np.arange(len(errors)), generator.integers(0, errors.shape[1], len(errors))]
    return found


def _forecast(label: str | None, count: int, now: float, read: Doubles) -> Forecast | None:
    """The fewest more that halve the error, or twice as many; None where the data do not carry it.

    All classes together are told of where nearly all samples fall. A class is one of those with most errors,
    and may be that by chance: so it is told of only where even the upper bound is below what it has now.

    Args:
        label: Of the class.
        count: The shootings that there are.
        now: The error with them.
        read: (1 + repeats, m) errors of the fit and of the samples', with so many shootings, one more, ...
    """
    halved = np.flatnonzero(read[0] <= read[0, 0] / 2)
    more = int(halved[0]) if len(halved) else count
    later = now * float(read[0, more] / max(read[0, 0], _NONE))
    low, high = (float(each) for each in np.quantile(read[1:, more], [_TAIL, 1 - _TAIL]))
    falls = float((read[1:, more] <= _WORTH * read[1:, 0]).mean())
    if falls < 1 - _TAIL or (label is not None and high > _WORTH * now):
        return None
    return Forecast(label, count, now, more, float(np.clip(later, low, high)), low, high)

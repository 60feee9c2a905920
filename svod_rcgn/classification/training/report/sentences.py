"""What a version is worth, in plain sentences."""

from collections.abc import Iterator

from ....reports.estimates import Estimate
from ....reports.proportions import in_words
from ....text import counted
from ..learning_curve import CurvePoint, Forecast, LearningCurve
from .class_evidence import EVENLY
from .classifier_report import ClassifierReport

_MANY = 0.0995


def headline(report: ClassifierReport) -> str:
    """The accuracy, or that there is none."""
    if report.accuracy is None:
        return "Accuracy could not be measured: no shooting could be left out without losing a class."
    what = "the likeliest class is one that the picture shows" if report.independent else "named rightly"
    return f"Left-out accuracy {in_words(report.accuracy, 'picture')}: {what}."


def basis(report: ClassifierReport) -> str:
    """What the accuracy is of."""
    return (
        "Held-out, of the heads before the refit: each picture was asked while its whole shooting was left "
        "out. The network has learned from all pictures since, which makes it a little better; that the best "
        "epoch was chosen by these answers makes them look a little better."
        if report.accuracy
        else "The network has learned from all pictures; take more on another occasion, and train again."
    )


def calibration_line(report: ClassifierReport) -> str:
    """How true the probabilities are."""
    found = report.calibration
    if found is None:
        return "Nothing to measure: no picture was left out."
    chance = (
        f"one that is never wrong about itself would show up to {percent(found.by_chance)} % here by chance"
    )
    verdict = "no more than chance" if found.error.value <= found.by_chance else "more than chance"
    return f"Expected calibration error {_bounds(found.error)}: {verdict}, for {chance}."


def _bounds(value: Estimate) -> str:
    return f"{percent(value.value)} % ({percent(value.low)} to {percent(value.high)} % at 95 %)"


def nearness_lines(report: ClassifierReport) -> Iterator[str]:
    """What is called unknown."""
    if report.least_nearness is None:
        yield "It calls nothing unknown, since no shooting could be left out to tell from where on."
    elif report.kept_in_use:
        yield (
            f"At the limit in use, a nearness of {report.least_nearness:.3f}, it keeps "
            f"{in_words(report.kept_in_use, 'left-out picture')}; the others are called none of these."
        )
    if report.negatives:
        let_in = in_words(report.negatives.let_in, "picture")
        yield f"Of strangers ({report.negatives.source}), left out, it lets in {let_in}."
    else:
        yield "There were no strangers to measure how many it lets in; give some with --none."


def evidence_lines(report: ClassifierReport) -> Iterator[str]:
    """What the places of the evidence say."""
    if not report.evidence:
        yield "Not measured: no class has pictures of two shootings."
        return
    yield (
        "How much of what speaks for a class lies in the middle half of its pictures, by the network's own "
        "maps; spread evenly it would be 50 %."
    )
    outside = [each.label for each in report.evidence if each.middle.high < EVENLY]
    if outside:
        yield (
            f"More lies at the edge than in the middle of {', '.join(outside)}: the network may go by the "
            "surroundings. Take pictures of it elsewhere, and see what counts with "
            "`python -m svod_rcgn.explain PICTURE --network NAME`."
        )


def forecast_lines(curve: LearningCurve | None) -> Iterator[str]:
    """What more shootings would bring, a line each."""
    if curve is None:
        yield "Cannot tell yet what more shootings would bring: a class needs three at least."
    elif not curve.whole:
        yield "Cannot tell what more would bring: the curve is of a part of the pictures only."
    elif not curve.forecasts and curve.points[-1].errors.count:
        yield "Cannot tell yet what more shootings would bring, to all classes or to one alone."
    else:
        yield from map(_foretold, curve.forecasts)
        if not any(each.label is None for each in curve.forecasts):
            yield _untold(curve.points[-1])
        if curve.untold:
            yield f"Cannot tell yet of {', '.join(curve.untold)} alone."


def _untold(last: CurvePoint) -> str:
    if not last.errors.count:
        return f"No mistake among {counted(last.errors.trials, 'picture')}, so there is nothing to foretell."
    return "Cannot tell yet what more shootings would bring to all classes together."


def _foretold(each: Forecast) -> str:
    name = "All classes" if each.label is None else each.label
    more = f"{counted(each.more, 'more shooting')}{' a class' if each.label is None else ''}"
    bounds = f"{percent(each.low)} to {percent(each.high)} %"
    return f"{name}: about {more}, error {percent(each.now)} -> {percent(each.later)} % ({bounds} at 95 %)."


def percent(share: float) -> str:
    """A share in hundredths, with one decimal below ten."""
    return f"{100 * share:.0f}" if share >= _MANY or not share else f"{100 * share:.1f}"

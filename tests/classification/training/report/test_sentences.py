"""Sentences of the report."""

import pytest

from svod_rcgn.classification.training.learning_curve import CurvePoint, Forecast, LearningCurve
from svod_rcgn.classification.training.records import NegativesRecord
from svod_rcgn.classification.training.report import sentences
from svod_rcgn.classification.training.report.classifier_report import measure
from svod_rcgn.reports.proportions import proportion
from tests.classification.training.report.makers import answer, record_of

POINT = CurvePoint((12,), 12, proportion(3, 12), (proportion(3, 12),))
NIGHT = Forecast("closed at night", 12, 0.09, 8, 0.04, 0.021, 0.0712)


def curve(*forecasts: Forecast, untold: tuple[str, ...] = (), point: CurvePoint = POINT, whole: bool = True):
    return LearningCurve(1, (point, point), forecasts, untold, whole)


def test_a_forecast_says_how_many_shootings_bring_which_error():
    every = Forecast(None, 12, 0.2, 1, 0.125, 0.1, 0.14)
    lines = list(sentences.forecast_lines(curve(every, NIGHT, untold=("open", "ajar"))))
    assert lines == [
        "All classes: about 1 more shooting a class, error 20 -> 12 % (10 to 14 % at 95 %).",
        "closed at night: about 8 more shootings, error 9.0 -> 4.0 % (2.1 to 7.1 % at 95 %).",
        "Cannot tell yet of open, ajar alone.",
    ]
    assert list(sentences.forecast_lines(curve(NIGHT)))[-1] == (
        "Cannot tell yet what more shootings would bring to all classes together."
    )


def test_what_the_data_do_not_carry_is_not_told():
    assert next(sentences.forecast_lines(None)).startswith("Cannot tell yet")
    assert next(sentences.forecast_lines(curve(whole=False))).startswith("Cannot tell")
    assert list(sentences.forecast_lines(curve(untold=("open", "ajar")))) == [
        "Cannot tell yet what more shootings would bring, to all classes or to one alone."
    ]
    faultless = CurvePoint((12,), 12, proportion(0, 12), (proportion(0, 12),))
    assert list(sentences.forecast_lines(curve(point=faultless))) == [
        "No mistake among 12 pictures, so there is nothing to foretell."
    ]


def test_the_headline_has_its_interval_and_says_what_it_is_of():
    report = measure(record_of(("cat", "dog"), [answer(n, n % 2, (0, 0.9)) for n in range(40)]))
    assert sentences.headline(report) == (
        "Left-out accuracy 50.0 % (20 of 40 pictures; 35-65 % at 95 %): named rightly."
    )
    assert sentences.basis(report).startswith("Held-out, of the heads before the refit")
    assert "could not be measured" in sentences.headline(measure(record_of(("cat",), [])))


@pytest.mark.parametrize(("likely", "verdict"), [(0.5, "no more than chance"), (0.99, "more than chance")])
def test_probabilities_are_judged_against_what_chance_shows(likely, verdict):
    report = measure(record_of(("cat", "dog"), [answer(n, n % 2, (0, likely)) for n in range(60)]))
    assert f": {verdict}, for" in sentences.calibration_line(report)


def test_strangers_are_told_where_there_are_some():
    answers = [answer(n, 0, (0, 0.9)) for n in range(20)]
    negatives = NegativesRecord("class blur", proportion(2, 40))
    told = " ".join(
        sentences.nearness_lines(measure(record_of(("cat", "dog"), answers, negatives=negatives)))
    )
    assert "a nearness of 0.500, it keeps 100.0 %" in told
    assert "Of strangers (class blur), left out, it lets in 5.0 % (2 of 40 pictures;" in told
    nothing = " ".join(sentences.nearness_lines(measure(record_of(("cat",), []))))
    assert "calls nothing unknown" in nothing
    assert "--none" in nothing

"""From records to numbers."""

from dataclasses import replace

import msgspec
import pytest

from svod_rcgn.classification.training.records import NegativesRecord
from svod_rcgn.classification.training.report import classifier_report
from svod_rcgn.classification.training.report.classifier_report import ClassifierReport, measure
from svod_rcgn.reports.proportions import proportion
from svod_rcgn.storage.files import encoded
from tests.classification.training.report.makers import answer, record_of


@pytest.fixture
def mixed():
    """Six cats of which two are called dogs, and two dogs; the second cat is far from all."""
    told = [(0, 0.9), (0, 0.8), (0, 0.7), (0, 0.6), (1, 0.9), (1, 0.5)]
    answers = [answer(n, 0, one, nearness=0.3 if n == 1 else 0.7) for n, one in enumerate(told)]
    return record_of(("cat", "dog"), answers + [answer(n, 1, (1, 0.95)) for n in (6, 7)])


def test_every_cell_lists_its_pictures_and_all_are_in_one(mixed):
    report = measure(mixed)
    cells = {(each.label, each.said): each for each in report.cells}
    assert cells["cat", "dog"].pictures == (f"{4:064x}", f"{5:064x}")
    assert (cells["cat", "dog"].right, cells["cat", "cat"].right) == (False, True)
    assert (cells["cat", "dog"].share.count, cells["cat", "dog"].share.trials) == (2, 6)
    assert sum(each.count for each in report.cells) == 8
    assert sum(each.count for each in report.cells if each.right) == report.accuracy.count


def test_a_class_is_found_of_those_that_show_it_and_true_of_those_called_so(mixed):
    cat, dog = measure(mixed).classes
    assert (cat.found.count, cat.found.trials, cat.true.count, cat.true.trials) == (4, 6, 4, 4)
    assert (dog.found.count, dog.found.trials, dog.true.count, dog.true.trials) == (2, 2, 2, 4)


def test_every_share_of_the_json_has_its_interval(mixed):
    report = measure(replace(mixed, negatives=NegativesRecord("folder paper", proportion(1, 20))))
    told = msgspec.json.decode(encoded(report))

    def shares(value):
        if isinstance(value, dict):
            if isinstance(value.get("share"), float):
                yield value
            for each in value.values():
                yield from shares(each)
        elif isinstance(value, list):
            for each in value:
                yield from shares(each)

    found = list(shares(told))
    assert len(found) > 10
    assert all(each["low"] <= each["share"] <= each["high"] for each in found)
    error = told["calibration"]["error"]
    assert error["low"] <= error["value"] <= error["high"]
    assert msgspec.json.decode(encoded(report), type=ClassifierReport) == report
    assert report.negatives.let_in.share == 0.05


def test_the_share_kept_falls_with_the_limit_and_is_all_at_the_least(mixed):
    kept = measure(mixed).kept
    assert kept[0].kept.share == 1
    assert [each.kept.share for each in kept] == sorted((each.kept.share for each in kept), reverse=True)
    assert next(each for each in kept if each.limit > 0.3).kept.count == 7


def test_of_independent_classes_each_is_decided_at_its_limit():
    answers = [
        answer(0, (0, 1), (0, 0.9), (1, 0.7)),
        answer(1, (0, 1), (0, 0.9), (1, 0.2)),
        answer(2, (0,), (0, 0.8), (1, 0.6)),
        answer(3, (0,), (0, 0.8), (1, 0.1)),
    ]
    cells = {
        (each.label, each.shown, each.said): each.pictures[0][-1]
        for each in measure(record_of(("cat", "not cat"), answers, independent=True)).cells
        if each.label == "not cat"
    }
    assert cells == {
        ("not cat", True, "not cat"): "0",
        ("not cat", True, None): "1",
        ("not cat", False, "not cat"): "2",
        ("not cat", False, None): "3",
    }


def test_of_a_class_that_many_pictures_are_denied_only_what_was_said_counts():
    denied = [answer(n, (0,), (0, 0.9), (1, 0.1), denied=(1,)) for n in range(10)]
    unsaid = [answer(n, (0,), (0, 0.9), (1, 0.9)) for n in range(10, 15)]
    shown = [answer(n, (0, 1), (1, 0.9), (0, 0.8)) for n in range(15, 20)]
    report = measure(record_of(("cat", "dog"), denied + unsaid + shown, independent=True))
    dog = report.classes[1]
    assert (dog.true.count, dog.true.trials) == (5, 5)
    assert measure(record_of(("cat", "dog"), unsaid + shown, independent=True)).classes[1].true.trials == 10


def test_imbalance_is_said_in_words():
    even = measure(record_of(("cat", "dog"), [answer(n, n % 2, (0, 0.5)) for n in range(20)])).balance
    assert even[0] == "The classes are balanced: 10 to 10 pictures each."
    assert even[1] == "Every picture is a shooting for itself."
    rare = [answer(n, int(n > 18), (0, 0.5), shooting=n // 4) for n in range(20)]
    told = measure(record_of(("cat", "dog"), rare)).balance
    assert told[0].startswith("cat has 19 times the pictures of dog (19 and 1)")
    assert "A shooting has 4.0 pictures on average." in told
    assert told[-1].endswith("are known: dog.")


def test_one_class_with_nothing_left_out_has_no_numbers_but_a_report():
    report = measure(record_of(("cat",), []))
    assert (report.accuracy, report.calibration, report.cells, report.kept) == (None, None, (), ())
    assert report.classes[0].found is None


def test_a_hundred_classes_are_measured_and_long_lists_are_bounded(monkeypatch):
    labels = [f"class {number}" for number in range(100)]
    answers = [answer(n, n % 100, ((n * 7) % 100, 0.5)) for n in range(600)]
    report = measure(record_of(labels, answers))
    assert len(report.classes) == 100
    assert sum(each.count for each in report.cells) == 600
    assert report.suspects_found > classifier_report.MOST_SUSPECTS == len(report.suspects)
    monkeypatch.setattr(classifier_report, "MOST_OF_A_CELL", 2)
    assert max(len(each.pictures) for each in measure(record_of(labels, answers)).cells) == 2

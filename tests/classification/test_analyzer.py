import pytest

from svod_rcgn.classification.analyzer import PictureAnalyzer, PictureAnalyzers
from svod_rcgn.classification.settings import SmoothingSettings
from svod_rcgn.networks.class_labels import ClassLabel
from svod_rcgn.networks.shared import Shared
from svod_rcgn.records import PICTURE, Frame
from tests.classification.fakes import ByBrightness, flat, make_classifier

SMOOTHING = SmoothingSettings(memory=0.5, pause=2.0)


def _frame(level: int, time: float) -> Frame:
    return Frame(flat(level), 0, time, "camera")


def test_a_frame_shows_one_thing_as_a_whole() -> None:
    analyzers = PictureAnalyzers((Shared(make_classifier()),))
    (seen,) = analyzers.analyzer(still=True).analyze(_frame(204, 0))
    assert (seen.kind, seen.label, seen.box) == (PICTURE, "bright", None)
    assert seen.score == pytest.approx(0.8, abs=0.01)
    assert seen.attributes == {"network": "light"}
    assert analyzers.kind == PICTURE


def test_one_odd_frame_does_not_change_the_answer_and_a_change_that_lasts_does() -> None:
    analyzer = PictureAnalyzer([Shared(make_classifier())], SMOOTHING)
    labels = [analyzer.analyze(_frame(level, index / 10))[0].label for index, level in enumerate([255] * 9)]
    assert set(labels) == {"bright"}
    assert analyzer.analyze(_frame(0, 0.9))[0].label == "bright"
    later = [analyzer.analyze(_frame(0, 1 + index / 10))[0].label for index in range(10)]
    assert later[-1] == "dark"


def test_stills_have_nothing_in_common() -> None:
    analyzer = PictureAnalyzers((Shared(make_classifier()),)).analyzer(still=True)
    assert [analyzer.analyze(_frame(level, time))[0].label for time, level in enumerate((255, 0, 255))] == [
        "bright",
        "dark",
        "bright",
    ]


def test_after_a_pause_and_after_a_leap_back_all_begins_anew() -> None:
    analyzer = PictureAnalyzer([Shared(make_classifier())], SMOOTHING)
    assert analyzer.analyze(_frame(255, 10.0))[0].score == pytest.approx(1)
    assert analyzer.analyze(_frame(0, 12.5))[0].score == pytest.approx(1)
    assert analyzer.analyze(_frame(255, 3.0))[0].score == pytest.approx(1)


def test_what_is_not_known_has_no_label() -> None:
    classifier = make_classifier(ByBrightness(lambda _: 0.1), least_nearness=0.5)
    (seen,) = PictureAnalyzer([Shared(classifier)], None).analyze(_frame(255, 0))
    assert seen.label is None


def test_independent_classes_are_seen_each_for_itself() -> None:
    labels = ClassLabel("dark", limit=0.3), ClassLabel("bright", limit=0.3)
    shared = Shared(make_classifier(labels=labels, independent=True))
    seen = PictureAnalyzer([shared], None).analyze(_frame(128, 0))
    assert {each.label for each in seen} == {"dark", "bright"}


def test_a_class_of_two_networks_is_called_by_its_network_too() -> None:
    other = make_classifier(name="door", labels=(ClassLabel("open"), ClassLabel("bright")))
    analyzer = PictureAnalyzer([Shared(make_classifier()), Shared(other)], None)
    assert [each.label for each in analyzer.analyze(_frame(255, 0))] == ["light: bright", "door: bright"]
    assert [each.label for each in analyzer.analyze(_frame(0, 0))] == ["dark", "open"]


def test_another_network_takes_over_between_two_frames() -> None:
    shared = Shared(make_classifier())
    analyzer = PictureAnalyzer([shared], SMOOTHING)
    assert analyzer.analyze(_frame(255, 0))[0].label == "bright"
    shared.replace(make_classifier(labels=(ClassLabel("night"), ClassLabel("day"))))
    (seen,) = analyzer.analyze(_frame(0, 0.01))
    assert (seen.label, seen.score) == ("night", pytest.approx(1))

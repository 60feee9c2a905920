"""Where the evidence for a class lies, of a network that is known to look at one place."""

from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.classification.build import load_classifier
from svod_rcgn.classification.stages.classify import Classifier
from svod_rcgn.classification.training.examples import Example, Lessons, make_lessons
from svod_rcgn.classification.training.report.class_evidence import measure_evidence
from svod_rcgn.classification.training.report.classifier_report import measure
from svod_rcgn.classification.training.report.sentences import evidence_lines
from tests.classification.mapped import COLOURS, write_network, write_spotted
from tests.classification.training.report.makers import answer, record_of

CENTRE, CORNER = (24, 24), (0, 0)


@pytest.fixture
def colours(tmp_path: Path) -> Classifier:
    """It looks at colour alone, so that the evidence lies where the spot is."""
    write_network(tmp_path / "models" / "colours", mapped="classmap", independent=True)
    return load_classifier("colours", tmp_path / "models")


def _lessons(folder: Path, places: dict[str, tuple[int, int]], each: int = 4) -> Lessons:
    folder.mkdir()
    examples = []
    for label, (top, left) in places.items():
        for number in range(each):
            path = folder / f"{label}{number}.png"
            write_spotted(path, COLOURS.index(label), top=top, left=left, height=72, width=72)
            examples.append(Example(f"{label}{number}", path.name, path.parent, path.name, (label,)))
    return make_lessons(examples, [], [[example.picture] for example in examples])


def test_what_lies_in_the_middle_is_told_from_what_lies_at_the_edge(colours, tmp_path: Path) -> None:
    lessons = _lessons(tmp_path / "seen", {"blue": CENTRE, "green": CORNER, "red": CENTRE})
    blue, green, red = measure_evidence(colours, lessons)
    assert blue.middle.value > 0.8
    assert red.middle.value > 0.8
    assert green.middle.high < 0.5
    assert (green.label, green.pictures) == ("green", 4)
    assert green.middle.low <= green.middle.value <= green.middle.high
    report = measure(record_of(COLOURS, [answer(1, 0, (0, 0.9))]), evidence=[blue, green, red])
    told = list(evidence_lines(report))
    assert any("at the edge than in the middle of green:" in line for line in told)


def test_pictures_that_have_gone_and_classes_of_one_shooting_are_passed_over(colours, tmp_path: Path) -> None:
    lessons = _lessons(tmp_path / "seen", {"blue": CENTRE, "green": CENTRE, "red": CENTRE})
    (tmp_path / "seen" / "red0.png").unlink()
    for number in range(3):
        (tmp_path / "seen" / f"blue{number}.png").unlink()
    assert [(each.label, each.pictures) for each in measure_evidence(colours, lessons)] == [
        ("green", 4),
        ("red", 3),
    ]


def test_few_pictures_of_many_are_asked_and_of_as_many_shootings_as_can_be(colours, tmp_path: Path) -> None:
    lessons = _lessons(tmp_path / "seen", {"blue": CENTRE, "green": CENTRE, "red": CENTRE}, each=30)
    assert [each.pictures for each in measure_evidence(colours, lessons)] == [12, 12, 12]
    assert len(np.unique(lessons.shootings)) == 90


def test_without_any_the_report_says_so() -> None:
    (line,) = evidence_lines(measure(record_of(COLOURS, [answer(1, 0, (0, 0.9))])))
    assert "no class has pictures of two shootings" in line

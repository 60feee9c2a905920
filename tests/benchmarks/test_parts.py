from pathlib import Path

import pytest

from benchmarks import __main__ as whole
from benchmarks.figures import Figure, Skipped
from benchmarks.material import Material
from benchmarks.processes import FailedError
from svod_rcgn.errors import ModelError

SUBJECT = whole.Subject(Path("film.mp4"), Material(Path("faces"), Path("classifiers")), None)
FIGURE = Figure("b", "n", "s", (1.0,))


def failing(error):
    def work():
        raise error

    return work


@pytest.mark.parametrize("error", [FailedError("it hangs"), ModelError("it hangs")])
def test_a_part_that_fails_is_told_and_the_others_go_on(monkeypatch, error):
    monkeypatch.setattr(whole, "_parts", lambda *_: {"a": failing(error), "b": lambda: [FIGURE]})
    said = []
    told = list(whole.measured(SUBJECT, whole.Effort(), said.append))
    assert told == [Skipped("a", "all", "it hangs"), FIGURE]
    assert said == ["a", "b"]


def test_what_is_left_out_is_not_begun(monkeypatch):
    monkeypatch.setattr(
        whole, "_parts", lambda *_: {whole.GROWTH: failing(AssertionError), "b": lambda: [FIGURE]}
    )
    assert list(whole.measured(SUBJECT, whole.Effort(), lambda _: None)) == [FIGURE]

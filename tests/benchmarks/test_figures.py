import pytest

from benchmarks.figures import Figure, Limit, Skipped, cells, print_told


def test_a_limit_is_held_against_the_median():
    assert Figure("p", "n", "s", (1.0, 9.0, 2.0), Limit(2)).verdict == "holds"
    assert Figure("p", "n", "s", (1.0, 9.0, 2.1), Limit(2)).verdict == "DOES NOT HOLD"
    assert Figure("p", "n", "s", (1.0,)).verdict == ""


@pytest.mark.parametrize(("value", "held"), [(99.9, False), (100, True)])
def test_a_limit_may_be_the_least_that_is_wished(value, held):
    assert Limit(100, at_least=True).holds(value) is held


def test_a_figure_is_told_with_its_least_and_most_limit_and_verdict():
    figure = Figure("p", "n", "MB", (1234.5, 0.5, 3.14159), Limit(4), "a note")
    assert cells(figure) == ("3.14 MB (0.5 to 1,234)", "at most 4 MB", "holds; a note")
    assert Figure("p", "n", "", (1.0, 2.0)).told == "1.5 (1 to 2)"
    assert Figure("p", "n", "", (1.0,)).told == "1"


def test_what_was_left_out_is_told_with_the_reason(capsys):
    print_told([Skipped("p", "peer", "not installed")])
    told = capsys.readouterr().out
    assert "p: peer" in told
    assert "not installed" in told

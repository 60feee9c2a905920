from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import __main__ as whole
from benchmarks import page, plot
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


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """The command in a folder where it would write as usual, with parts that take no time."""
    told = [Figure("film", "loop", "frames a second", (1.0,))]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / page.PAGE).write_text(f"{page.BEGIN}\n{page.END}\n")
    for name in ("clip", "plain.md"):
        (tmp_path / name).touch()
    monkeypatch.setattr(whole, "taught", lambda material: material)
    monkeypatch.setattr(whole, "_parts", lambda *_: {"film": lambda: told})
    return lambda *words: CliRunner().invoke(whole.main, ["--clip", "clip", "--faces", "docs", *words])


def test_what_was_measured_goes_to_its_usual_places(bench, tmp_path):
    assert bench().exit_code == 0
    assert "| film: loop |" in (tmp_path / page.PAGE).read_text()
    assert (tmp_path / page.RESULTS).is_file()
    assert (tmp_path / plot.FILE).is_file()


def test_a_quick_look_is_written_only_where_that_is_asked_for(bench, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert bench("--quick").exit_code == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before
    assert bench("--quick", "--results", "quick.json").exit_code == 0
    assert {path for path in tmp_path.rglob("*.*") if path not in before} == {tmp_path / "quick.json"}


@pytest.mark.parametrize("name", ["plain.md", "nowhere.md"])
def test_a_page_without_a_place_for_the_table_is_told_before_anything_is_measured(bench, monkeypatch, name):
    monkeypatch.setattr(whole, "taught", failing(AssertionError))
    run = bench("--page", name)
    assert run.exit_code == 2
    assert name in run.stderr

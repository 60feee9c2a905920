import json

import cv2
import pytest

from benchmarks import page, plot
from benchmarks.figures import Figure, Limit, Skipped

TOLD = (
    Figure("film", "loop", plot.UNIT, (90.0, 120.0, 110.0), Limit(100, at_least=True), "a|b"),
    Figure("start", "help", "s", (0.4,), Limit(0.3)),
    Skipped("peers", "other", "not installed"),
)
RESULTS = page.Results("2026-01-02T03:04:05+00:00", page.machine(), {"openvino": "1"}, "make bench", TOLD)


def test_the_table_takes_the_place_of_the_last_one_and_nothing_else_changes(tmp_path):
    text = tmp_path / "docs" / "PAGE.md"
    text.parent.mkdir()
    text.write_text(f"before\n{page.BEGIN}\nof last time\n{page.END}\nafter\n")
    for _ in range(2):
        page.write_table(text, RESULTS, tmp_path / "docs" / "pictures" / "plot.png")
    written = text.read_text()
    assert written.startswith(f"before\n{page.BEGIN}\n`make bench` on 2026-01-02")
    assert written.endswith(f"\n{page.END}\nafter\n")
    assert "of last time" not in written
    assert "](pictures/plot.png)" in written
    assert "1 of 2 limits hold" in written
    assert "| film: loop | 110 frames a second (90 to 120) | at least 100 frames a second |" in written
    assert "| peers: other | skipped |  | not installed |" in written
    assert {line.count("|") for line in written.splitlines() if line.startswith("|")} == {5}


def test_a_table_without_a_plot_shows_none(tmp_path):
    text = tmp_path / "PAGE.md"
    text.write_text(f"{page.BEGIN}{page.END}")
    page.write_table(text, RESULTS, None)
    assert "1 of 2 limits hold.\n\n|  | figure |" in text.read_text()


def test_a_page_without_a_place_for_the_table_is_refused_and_stays(tmp_path):
    text = tmp_path / "PAGE.md"
    text.write_text(f"{page.END} {page.BEGIN}")
    with pytest.raises(ValueError, match="needs a line"):
        page.write_table(text, RESULTS, tmp_path / "plot.png")
    assert text.read_text() == f"{page.END} {page.BEGIN}"


def test_results_hold_samples_median_limit_and_verdict_and_are_read_back(tmp_path):
    path = tmp_path / "results.json"
    page.write_results(path, RESULTS)
    loop, start, other = json.loads(path.read_text())["results"]
    assert (loop["samples"], loop["median"], loop["min"], loop["max"]) == ([90, 120, 110], 110, 90, 120)
    assert (start["limit"], start["verdict"]) == ("at most 0.3 s", "DOES NOT HOLD")
    assert other["skipped"] == "not installed"
    read = page.read_figures(path)
    assert [(each.part, each.name, each.samples) for each in read] == [
        (each.part, each.name, each.samples) for each in TOLD[:2]
    ]


def test_the_plot_is_a_small_picture_with_a_bar_for_each_rate(tmp_path):
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    plot.draw(TOLD, one)
    plot.draw([*TOLD, Figure("film", "floor", plot.UNIT, (150.0,))], two)
    assert cv2.imread(str(two)).shape[0] > cv2.imread(str(one)).shape[0]
    assert two.stat().st_size < 100_000


def test_where_no_rate_is_told_nothing_is_drawn(tmp_path):
    plot.draw(TOLD[1:], tmp_path / "plot.png")
    assert not (tmp_path / "plot.png").exists()

import re
from dataclasses import replace

import pytest

from svod_rcgn.notify.wording import Wording
from svod_rcgn.records import Subject
from tests.fakes import event

OBAMA = event("Barack Obama", 4.12, 0.93, 0.971, "film.mp4", {"position": "President", "company": "USA"})


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (0, "0:00:00.000"),
        (4.12, "0:00:04.120"),
        (59.9996, "0:01:00.000"),
        (3599.9994, "0:59:59.999"),
        (36610, "10:10:10.000"),
    ],
)
def test_a_films_time_is_hours_minutes_seconds(time: float, shown: str):
    assert Wording(live=False, period=5).time(time) == shown


def test_a_live_time_is_local_with_its_offset(monkeypatch: pytest.MonkeyPatch):
    assert re.fullmatch(
        r"2023-11-1\dT\d\d:\d\d:20[+-]\d\d:\d\d", Wording(live=True, period=5).time(1_700_000_000)
    )


def test_an_event_tells_who_when_how_much_and_what_is_known():
    assert Wording(live=False, period=5).line(OBAMA) == (
        "0:00:04.120  Barack Obama  in 93 % of the frames of the last 5 s  score 0.97"
        "  (position: President; company: USA)"
    )


def test_fields_that_do_not_exist_leave_nothing_behind():
    told = event("Ann", 0, 1, 1, "film.mp4", {"position": "", "company": None})
    assert Wording(live=False, period=2.5).line(told) == (
        "0:00:00.000  Ann  in 100 % of the frames of the last 2.5 s  score 1.00"
    )


def test_lists_are_written_out_and_the_name_is_not_told_twice():
    fields = {"name": "ANN, LEE", "positions": ["CEO", "Founder"], "links": []}
    told = event("Ann Lee", 0, 1, 1, "film.mp4", fields)
    assert Wording(live=False, period=5).line(told).endswith("1.00  (positions: CEO, Founder)")


def test_names_and_fields_cannot_break_the_line_or_steer_the_terminal():
    told = event("Ann\nBob\x1b[2J", 0, 1, 1, "film.mp4", {"note": "a\r\nb\u2028c"})
    assert Wording(live=False, period=5).line(told).isprintable()


def test_a_stranger_is_somebody_unknown():
    line = Wording(live=False, period=5).line(event(None))
    assert line == "0:00:00.000  somebody unknown  in 100 % of the frames of the last 5 s  score 1.00"


def test_measures_other_than_a_share_are_told_by_name():
    told = replace(event("Ann"), measures={"seconds": 4.25, "rate": 1.5})
    assert "  seconds 4.25  rate 1.5  score 1.00" in Wording(live=False, period=5).line(told)


def test_a_thing_is_called_by_its_label_and_number():
    told = replace(event(None), subject=Subject("object", "car", 12))
    assert "  car 12  " in Wording(live=False, period=5).line(told)

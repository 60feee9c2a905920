import io

import pytest
from rich.console import Console

from svod_rcgn.commands.watch import enrol_prompts
from svod_rcgn.faces.enrolment.session import Prompt

TOLD = (
    Prompt("look ahead", 0, 3),
    Prompt("look ahead", 0, 3, "no face"),
    Prompt("look left", 1, 3, took=True),
    Prompt("look left", 1, 3, "[blurred]"),
)


def sit(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=is_terminal, width=100)
    monkeypatch.setattr(enrol_prompts, "Console", lambda **_: console)
    with enrol_prompts.prompts() as tell:
        for advice in TOLD:
            tell(advice)
    return stream.getvalue()


def test_off_a_terminal_each_picture_is_a_line_and_faults_come_no_faster_than_they_are_read(monkeypatch):
    assert sit(monkeypatch, is_terminal=False) == "0 of 3 pictures: look ahead\n1 of 3 pictures: look left\n"


def test_a_fault_that_lasts_is_told_once(monkeypatch):
    monkeypatch.setattr(enrol_prompts, "_NAGGING", 0)
    monkeypatch.setitem(globals(), "TOLD", (*TOLD, TOLD[-1], TOLD[-1]))
    assert sit(monkeypatch, is_terminal=False).splitlines() == [
        "0 of 3 pictures: look ahead",
        "0 of 3 pictures: look ahead (no face)",
        "1 of 3 pictures: look left",
        "1 of 3 pictures: look left ([blurred])",
    ]


def test_on_a_terminal_a_bell_rings_for_each_picture_since_who_looks_aside_sees_nothing(monkeypatch):
    shown = sit(monkeypatch, is_terminal=True)
    assert shown.count("\a") == 1
    assert "[blurred]" in shown

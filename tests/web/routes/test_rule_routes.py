"""Rules over HTTP: seen by all, tried by editors, changed by admins, and never on old knowledge."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier, Event, Thread
from time import monotonic, sleep
from time import time as wall_clock
from typing import Any

import numpy as np
import pytest

from benchmarks.drawn_panels import Camera, DrawnLight, DrawnPanel, Phase
from svod_rcgn.app import rules_at_work
from svod_rcgn.errors import InputError
from svod_rcgn.lights.hue import COLOURS, LINEAR
from svod_rcgn.records import Frame
from svod_rcgn.storage.images import PictureFile, decode
from svod_rcgn.web.access.roles import Role
from tests.app.test_rule_service import CAR, Watched
from tests.app.test_rule_service import RULE as STAY
from tests.fakes import BLUE, picture
from tests.patience import PATIENCE
from tests.web.site import Site, serving

RULE = """# why
[[rules]]
name = "{name}"
look = {{ kind = "object", label = "car" }}
when = {{ is = "present", for = 3 }}
"""
HOUR_AGO = wall_clock() - 3600
ONE, TWO = RULE.format(name="car stays"), RULE.format(name="lorry stays")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as running:
        yield running


def rules_file(site: Site) -> dict[str, Any]:
    return site.ask("GET", "/api/rules", Role.VIEWER).json()


def save(site: Site, text: str, state: str, role: Role = Role.ADMIN) -> Any:
    return site.ask("PUT", "/api/rules", role, json={"text": text, "state": state})


def test_without_a_file_it_is_said_which_one_would_be_made(site: Site):
    told = rules_file(site)
    assert (told["name"], told["exists"], told["text"], told["undoable"]) == ("rules.toml", False, "", False)
    assert told["followed"]
    assert told["checked"] == {"rules": {}, "problem": None, "warnings": []}


def test_what_is_saved_is_written_followed_and_can_be_undone(site: Site, tmp_path: Path):
    first = save(site, ONE, rules_file(site)["state"]).json()
    assert first["text"] == ONE == (tmp_path / "rules.toml").read_text()
    assert first["followed"]
    assert not first["undoable"]
    (rule,) = first["checked"]["rules"]["rules"]
    assert (rule["name"], rule["when"]) == ("car stays", {"is": "present", "for": 3.0})
    second = save(site, TWO, first["state"]).json()
    assert [each["name"] for each in second["checked"]["rules"]["rules"]] == ["lorry stays"]
    back = site.ask("POST", "/api/rules/undo", json={"state": second["state"]})
    assert (back.json()["text"], back.json()["followed"]) == (ONE, True)
    again = site.ask("POST", "/api/rules/undo", json={"state": back.json()["state"]}).json()
    assert (tmp_path / "rules.toml").read_text() == TWO == again["text"]


def test_a_change_on_old_knowledge_is_refused_and_it_is_said_what_happened(site: Site, tmp_path: Path):
    state = rules_file(site)["state"]
    save(site, ONE, state)
    late = save(site, TWO, state)
    assert late.status_code == 409
    assert "rules.toml: was changed on " in late.json()["error"]
    assert rules_file(site)["text"] == ONE
    (tmp_path / "rules.toml").write_text(TWO)  # by hand
    known = rules_file(site)
    assert (known["text"], known["followed"]) == (TWO, False)
    assert save(site, TWO, known["state"]).json()["followed"]


def test_of_two_who_save_at_once_one_is_refused(site: Site, tmp_path: Path):
    state, gate, found = rules_file(site)["state"], Barrier(2), []

    def one(text: str) -> None:
        gate.wait()
        found.append((save(site, text, state).status_code, text))

    threads = [Thread(target=one, args=(text,)) for text in (ONE, TWO)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(status for status, _ in found) == [200, 409]
    assert (tmp_path / "rules.toml").read_text() == dict(found)[200]


def test_a_file_that_cannot_be_used_is_not_written(site: Site, tmp_path: Path):
    state = save(site, ONE, rules_file(site)["state"]).json()["state"]
    refused = save(site, TWO.replace("present", "presnt"), state)
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("rules.toml:5: rules number 1 when is: ")
    assert (tmp_path / "rules.toml").read_text() == ONE
    assert rules_file(site)["followed"]


def test_a_file_that_was_broken_by_hand_is_shown_with_its_problem_and_mended(site: Site, tmp_path: Path):
    (tmp_path / "rules.toml").write_text("[[rules]\n")
    told = rules_file(site)
    assert told["text"] == "[[rules]\n"
    assert told["checked"]["rules"] is None
    assert told["checked"]["problem"]["line"] == 1
    assert save(site, ONE, told["state"]).status_code == 200


def test_a_file_that_cannot_be_written_is_told(site: Site, tmp_path: Path):
    state = rules_file(site)["state"]
    (tmp_path / "rules.toml").mkdir()
    refused = save(site, ONE, state)
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("rules.toml: cannot be read")  # and not where it is


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_an_admin_changes_what_is_followed(site: Site, role: Role):
    state = rules_file(site)["state"]
    assert save(site, ONE, state, role).status_code == 403
    assert site.ask("POST", "/api/rules/undo", role, json={"state": state}).status_code == 403
    assert not rules_file(site)["exists"]


def test_the_audit_says_who_wrote_and_not_what(site: Site, tmp_path: Path):
    save(site, ONE, rules_file(site)["state"])
    audit = "".join(path.read_text() for path in (tmp_path / "web").glob("audit*"))
    assert "write rules" in audit
    assert "1 rule" in audit
    assert "car stays" not in audit


def test_a_draft_is_read_and_told_where_it_is_wrong(site: Site):
    def check(text: str) -> dict[str, Any]:
        return site.ask("POST", "/api/rules/check", Role.EDITOR, json={"text": text}).json()

    good = check(ONE)
    assert good["problem"] is None
    assert good["rules"]["rules"][0]["look"] == {"kind": "object", "label": "car"}
    no_toml = check("[[rules]]\nname = \n")
    assert no_toml["rules"] is None
    assert (no_toml["problem"]["line"], no_toml["problem"]["column"]) == (2, 8)
    lost = check(ONE.replace('is = "present"', 'is = "in", zone = "bay"'))
    assert lost["rules"]["rules"][0]["when"]["zone"] == "bay"
    assert lost["problem"] == {
        "words": "rule car stays: no zone bay; the file has no zones", "line": 2, "column": None,
    }  # fmt: skip
    assert not rules_file(site)["exists"]


def test_what_a_form_says_is_written_into_the_text_with_its_comments(site: Site):
    rules = site.ask("POST", "/api/rules/check", json={"text": ONE}).json()["rules"]
    rules["rules"][0]["when"]["for"] = 4.5
    made = site.ask("POST", "/api/rules/written", Role.EDITOR, json={"rules": rules, "text": ONE})
    assert made.json()["text"] == ONE.replace("for = 3", "for = 4.5")
    wrong = {"rules": {"rules": [{"name": "a", "when": {"is": "nothing"}}]}}
    refused = site.ask("POST", "/api/rules/written", Role.EDITOR, json=wrong)
    assert refused.status_code == 422
    assert "$.rules.rules[0].when.is" in refused.json()["error"]


@pytest.mark.parametrize("path", ["check", "written"])
def test_a_draft_is_not_for_viewers(site: Site, path: str):
    assert site.ask("POST", f"/api/rules/{path}", Role.VIEWER, json={"text": ONE}).status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        "#" * 200_001,
        ONE * 201,
        "[zones]\n" + "".join(f"z{n} = [[0, 0], [1, 0], [1, 1]]\n" for n in range(201)),
        "[zones]\n" + "".join(f"z{n} = {[[0, 0], [1, 0], [1, 1]] * 60}\n" for n in range(30)),
        '[[rules]]\nname = "a"\nwhen = { is = "all", of = [' + '{ is = "present" },' * 2000 + "] }\n",
    ],
    ids=["text", "rules", "zones", "points", "conditions"],
)
def test_a_draft_has_an_end(site: Site, text: str):
    answer = site.ask("POST", "/api/rules/check", Role.EDITOR, json={"text": text})
    assert answer.status_code == 422 or answer.json()["problem"] is not None
    assert save(site, text, rules_file(site)["state"]).status_code == 422
    assert not rules_file(site)["exists"]


def test_the_schema_names_every_condition(site: Site):
    schema = site.ask("GET", "/api/rules/schema", Role.VIEWER).json()
    assert {"RuleText", "Blinks", "Zone"} <= set(schema["$defs"])


def test_a_still_is_the_newest_picture_of_a_camera(site: Site):
    site.feed.see(Frame(picture(BLUE), 0, 1.0, "hall"), ())
    still = site.ask("GET", "/api/rules/stills/0", Role.VIEWER)
    assert (still.headers["Content-Type"], still.headers["X-Picture"]) == ("image/jpeg", "1")
    assert decode(PictureFile("still", still.content)).mean(axis=(0, 1))[0] > 200


@pytest.mark.parametrize("camera", ["1", "-1", "x", "9" * 400, "0.0", "%C2%B2"])
def test_a_camera_that_is_not_there_has_no_still(site: Site, camera: str):
    assert site.ask("GET", f"/api/rules/stills/{camera}").status_code == 404


@pytest.fixture
def yard(site: Site, tmp_path: Path) -> Site:
    """Of an hour ago it is kept that a car stayed for three seconds, and later for eight."""
    (tmp_path / "watched.toml").write_text(STAY.format(seconds=60))
    watched = Watched(tmp_path, tmp_path / "watched.toml")
    for start, seconds, there in ((0, 2, False), (2, 3, True), (5, 5, False), (10, 8, True), (18, 4, False)):
        watched.show(HOUR_AGO + start, seconds, *([CAR] if there else []))
    watched.service.close(0.0)
    return site


def rehearse(site: Site, role: Role = Role.EDITOR, **asked: Any) -> Any:
    return site.ask("POST", "/api/rules/replay", role, json={"since": HOUR_AGO - 60, **asked})


def test_a_draft_is_run_over_what_was_seen_and_nothing_is_told_or_kept(yard: Site):
    vary = {"rule": "car stays", "field": "when.for", "values": [1, 5, 60]}
    done = rehearse(yard, text=STAY.format(seconds=1), rule="car stays", vary=vary).json()
    assert (done["count"], done["complete"]) == (2, True)
    assert [each["events"] for each in done["varied"]] == [2, 1, 0]
    assert sum(each["events"].get("car stays", 0) for each in done["days"]) == 2
    assert done["events"][0]["subject"] == "car 3"
    assert yard.journal.rules() == ["presence"]
    assert not rules_file(yard)["exists"]


def test_the_rules_in_use_are_run_where_there_is_no_draft(yard: Site):
    assert rehearse(yard).json()["count"] == 0
    save(yard, STAY.format(seconds=5), rules_file(yard)["state"])
    assert rehearse(yard).json()["count"] == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"text": "[[rules]\n"}, 422),
        ({"text": ONE, "rule": "none"}, 422),
        ({"text": ONE, "vary": {"rule": "car stays", "field": "when.for", "values": []}}, 422),
        ({"text": ONE, "vary": {"rule": "car stays", "field": "when.for", "values": [1] * 26}}, 422),
        ({"text": ONE, "vary": {"rule": "car stays", "field": "when.for", "values": [-1]}}, 422),
        ({"since": HOUR_AGO + 7200}, 422),
        ({"since": -1}, 422),
        ({"since": 1e300}, 422),
        ({"text": "#" * 200_001}, 422),
    ],
)
def test_a_replay_that_cannot_be_is_refused(yard: Site, asked: dict[str, Any], status: int):
    answer = rehearse(yard, **asked)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
    assert rehearse(yard).status_code == 200


def test_a_replay_is_not_for_viewers_and_only_one_runs(yard: Site, monkeypatch: pytest.MonkeyPatch):
    assert rehearse(yard, Role.VIEWER).status_code == 403
    inside, go_on = Event(), Event()

    def wait(*_: object) -> Any:
        inside.set()
        go_on.wait(PATIENCE)
        raise InputError("enough")

    monkeypatch.setattr(rules_at_work, "rehearse", wait)
    first = Thread(target=rehearse, args=(yard,))
    first.start()
    assert inside.wait(PATIENCE)
    second = rehearse(yard)
    assert (second.status_code, second.headers["Retry-After"]) == (429, "1")
    go_on.set()
    first.join()


def test_a_replay_that_nobody_waits_for_any_more_ends(yard: Site, monkeypatch: pytest.MonkeyPatch):
    inside, ended = Event(), Event()

    def work(_folder: Path, _rules: Any, _span: Any, _varied: Any, is_unwanted: Any) -> Any:
        inside.set()
        deadline = monotonic() + PATIENCE
        while not is_unwanted() and monotonic() < deadline:
            sleep(0.01)
        if is_unwanted():
            ended.set()
        raise InputError("nobody waits")

    monkeypatch.setattr(rules_at_work, "rehearse", work)
    body = b'{"since": 1}'
    with closing(HTTPConnection(yard.host, timeout=PATIENCE)) as line:
        headers = {"Content-Type": "application/json", "Origin": yard.url, **yard.cookie(Role.EDITOR)}
        line.request("POST", "/api/rules/replay", body, headers)
        assert inside.wait(PATIENCE)
    assert ended.wait(PATIENCE)


def why(site: Site, role: Role = Role.VIEWER, **asked: Any) -> Any:
    return site.ask("POST", "/api/rules/why", role, json={"rule": "car stays", **asked})


def test_it_is_told_why_a_rule_did_not_hold_and_by_how_much(yard: Site):
    save(yard, STAY.format(seconds=4), rules_file(yard)["state"])
    (reason,) = why(yard, time=HOUR_AGO + 4).json()["cameras"]
    assert (reason["camera"], reason["holds"]) == ("yard", False)
    assert "car 3: present 2" in reason["words"]
    assert " s < 4 s; seen at " in reason["words"]
    assert 0.4 < reason["near"] < 0.9
    (reason,) = why(yard, time=HOUR_AGO + 16).json()["cameras"]
    assert (reason["holds"], reason["near"]) == (True, 1)


def test_why_a_draft_does_not_hold_is_for_editors(yard: Site):
    draft = STAY.format(seconds=9)
    assert why(yard, text=draft, time=HOUR_AGO + 16).status_code == 403
    (reason,) = why(yard, Role.EDITOR, text=draft, time=HOUR_AGO + 16).json()["cameras"]
    assert "< 9 s" in reason["words"]


def test_why_has_an_answer_only_where_something_is_known(yard: Site):
    assert why(yard).status_code == 422
    save(yard, STAY.format(seconds=4), rules_file(yard)["state"])
    now = why(yard)
    assert now.status_code == 422
    assert "nothing is known of what cameras saw then; kept is " in now.json()["error"]


def lamp(colour: str, radiance: float) -> tuple[Frame, dict[str, float]]:
    """A picture of one lamp, and the point in its middle."""
    bgr = LINEAR[[int(COLOURS[colour][place : place + 2], 16) for place in (5, 3, 1)]]
    light = DrawnLight((Phase(0, 0, 1.0),), colour, tuple(bgr.tolist()), radiance, 5.0)
    drawn = next(iter(DrawnPanel([light], Camera(rate=20.0), 1.0, seed=3, columns=1).frames()))
    height, width = drawn.image.shape[:2]
    left, top, right, bottom = drawn.boxes[0]
    point = {"x": (left + right) / 2 / width, "y": (top + bottom) / 2 / height}
    return Frame(drawn.image, 0, 0.0, "hall"), point


def pick(site: Site, role: Role = Role.EDITOR, **asked: float) -> Any:
    return site.ask("GET", "/api/rules/light", role, params={"camera": 0, **asked})


@pytest.mark.parametrize("colour", ["red", "green", "blue", "yellow"])
def test_a_light_is_picked_with_its_box_and_colour_on_the_still_that_was_clicked(site: Site, colour: str):
    frame, point = lamp(colour, 6.0)
    site.feed.see(frame, ())
    still = site.ask("GET", "/api/rules/stills/0", Role.EDITOR)
    found = pick(site, **point, picture=int(still.headers["X-Picture"])).json()
    assert found["name"] == colour
    assert found["colour"].startswith("#")
    left, top, right, bottom = found["box"]
    assert left < point["x"] < right
    assert top < point["y"] < bottom
    assert right - left < 0.5


def test_a_light_that_blinks_may_be_clicked_while_it_is_dark(site: Site):
    lit, point = lamp("green", 6.0)
    dark = Frame(np.full_like(lit.image, 40), 0, 0.0, "hall")
    site.feed.see(dark, ())
    number = int(site.ask("GET", "/api/rules/stills/0").headers["X-Picture"])
    found: list[Any] = []
    asking = Thread(target=lambda: found.append(pick(site, **point, picture=number)))
    asking.start()
    while asking.is_alive():  # it blinks
        for each in (dark, lit):
            site.feed.see(each, ())
            sleep(0.05)
    assert found[0].json()["name"] == "green"


def test_a_click_on_nothing_is_told_so(site: Site):
    site.feed.see(Frame(np.full((90, 120, 3), 70, np.uint8), 0, 0.0, "hall"), ())
    nothing = pick(site, x=0.5, y=0.5)
    assert nothing.status_code == 422
    assert "click on a light while it is lit" in nothing.json()["error"]
    assert pick(site, x=0.5, y=0.5, picture=9).status_code == 404
    assert pick(site, x=1.5, y=0.5).status_code == 422
    assert pick(site, x=0.5, y=0.5, camera=7).status_code == 404
    assert pick(site, Role.VIEWER, x=0.5, y=0.5).status_code == 403

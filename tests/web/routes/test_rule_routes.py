"""Rules over HTTP: seen by all, tried by editors, changed by admins, and never on old knowledge."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from svod_rcgn.records import Frame
from svod_rcgn.storage.images import PictureFile, decode
from svod_rcgn.web.access.roles import Role
from tests.fakes import BLUE, picture
from tests.web.site import Site, serving

RULE = """# why
[[rules]]
name = "{name}"
look = {{ kind = "object", label = "car" }}
when = {{ is = "present", for = 3 }}
"""
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

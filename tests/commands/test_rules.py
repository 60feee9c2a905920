"""svod rules: files are checked and listed, and tried on a film."""

import json
from datetime import datetime
from pathlib import Path
from time import time as wall_clock

import pytest
from click.testing import CliRunner, Result

from benchmarks.drawn_panels import Camera, DrawnLight, DrawnPanel, Phase
from svod_rcgn.commands.rules import main
from svod_rcgn.lights.hue import COLOURS, LINEAR
from tests.app.test_rule_service import CAR, RULE, Watched
from tests.fakes import write_film

RATE = 20.0
BEGUN = wall_clock() - 3600


def drawn_light(colour: str, *phases: Phase) -> DrawnLight:
    bgr = LINEAR[[int(COLOURS[colour][place : place + 2], 16) for place in (5, 3, 1)]]
    return DrawnLight(phases, colour, tuple(bgr.tolist()), 6.0, 5.0)


def panel() -> DrawnPanel:
    """A green light that blinks at 2 Hz from 4 to 10 s, and a red one that goes on at 6 s."""
    lights = [
        drawn_light("green", Phase(0, 0, 0.0), Phase(4, 2.0, 0.5), Phase(10, 0, 1.0)),
        drawn_light("red", Phase(0, 0, 0.0), Phase(6, 0, 1.0)),
    ]
    return DrawnPanel(lights, Camera(rate=RATE), 13.0, seed=1, columns=2)


def rules_of(drawn: DrawnPanel) -> str:
    first = next(iter(drawn.frames()))
    height, width = first.image.shape[:2]
    ready, alarm = (first.boxes / [width, height, width, height]).round(3).tolist()
    return f"""
[lights.ready]
box = {ready}

[lights.alarm]
box = {alarm}

[[rules]]
name = "ready blinks"
look = {{ kind = "light", label = "ready" }}
when = {{ is = "all", of = [
  {{ is = "blinks", from = 1.5, to = 2.5 }},
  {{ is = "colour", colour = "green" }},
] }}

[[rules]]
name = "alarm"
look = {{ kind = "light", label = "alarm" }}
when = {{ is = "state", state = "on" }}
severity = "alarm"

[[rules]]
name = "alarm blinks"
look = {{ kind = "light", label = "alarm" }}
when = {{ is = "blinks" }}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, drawn = tmp_path_factory.mktemp("panel"), panel()
    write_film(folder / "panel.mp4", (frame.image for frame in drawn.frames()), RATE)
    (folder / "rules.toml").write_text(rules_of(drawn))
    return folder


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def tried(folder: Path, *words: object) -> Result:
    return run("test", folder / "panel.mp4", "--rules", folder / "rules.toml", "--no_faces", *words)


def expecting(folder: Path, tmp_path: Path, *lines: str) -> Path:
    table = tmp_path / "expected.csv"
    table.write_text("\n".join(["rule,time", *lines]) + "\n")
    return table


def test_a_good_file_is_told_as_such(folder: Path):
    assert run("check", folder / "rules.toml").output == "good: 3 rules, 0 zones, 0 lines, 2 lights\n"


def test_a_bad_file_is_refused_with_its_line(folder: Path, tmp_path: Path):
    bad = tmp_path / "bad.toml"
    bad.write_text((folder / "rules.toml").read_text().replace('"blinks", from', '"blinsk", from'))
    result = run("check", bad)
    assert result.exit_code == 1
    assert result.output.startswith(f"error: {bad}:11: ")


def test_rules_are_listed_in_words_and_as_json(folder: Path):
    table = run("list", folder / "rules.toml").output
    assert "ready blinks" in table
    assert "all of [blinks" in table
    listed = json.loads(run("list", folder / "rules.toml", "--format", "json").output)
    assert [rule["name"] for rule in listed] == ["ready blinks", "alarm", "alarm blinks"]


def test_the_schema_is_json():
    assert "RulesText" in json.loads(run("schema").output)["$defs"]


def test_a_film_is_told_event_by_event_and_why_there_was_none(folder: Path):
    lines = tried(folder, "--why").output.splitlines()
    assert [line.split("  ")[1:3] for line in lines[:4]] == [
        ["ready blinks", "begun"], ["alarm", "begun"], ["ready blinks", "ended"], ["alarm", "ended"],
    ]  # fmt: skip
    assert lines[4].startswith("alarm blinks did not fire; nearest at 0:00:")
    assert "not blinking" in lines[4]
    assert lines[5:] == ["2 events"]


def test_events_that_come_as_expected_end_well(folder: Path, tmp_path: Path):
    table = expecting(folder, tmp_path, "ready blinks,6.0", "alarm,0:08.5")
    result = tried(folder, "--expect", table, "--format", "json")
    assert result.exit_code == 0
    told = json.loads(result.output)
    assert (told["precision"], told["recall"], told["missed"]) == (1.0, 1.0, [])
    assert abs(told["delay"]) < 1
    assert [(each["rule"], each["subject"], each["phase"]) for each in told["events"]] == [
        ("ready blinks", "ready", "ended"), ("alarm", "alarm", "ended"),
    ]  # fmt: skip
    assert told["events"][0]["measures"]["frequency"] == pytest.approx(2.0, rel=0.05)


def test_events_that_fall_short_end_with_an_error(folder: Path, tmp_path: Path):
    table = expecting(folder, tmp_path, "ready blinks,6.0", "alarm blinks,8")
    result = tried(folder, "--expect", table)
    assert result.exit_code == 1
    assert "missed: alarm blinks at 0:00:08.000" in result.output
    assert "unexpected: alarm at" in result.output
    assert "precision 0.50, recall 0.50" in result.output
    assert tried(folder, "--expect", table, "--precision", "0.5", "--recall", "0.5").exit_code == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("time\n3\n", "names the columns"),
        ("rule,time\nnone,3\n", "line 2: no rule 'none'"),
        ("rule,time\nalarm,noon\n", "line 2: 'noon' is no time"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(folder: Path, tmp_path: Path, text: str, reason: str):
    table = tmp_path / "expected.csv"
    table.write_text(text)
    result = tried(folder, "--expect", table)
    assert result.exit_code == 1
    assert reason in result.output


def test_rules_without_a_light_need_something_that_looks(folder: Path, tmp_path: Path):
    (tmp_path / "rules.toml").write_text('[[rules]]\nname = "a"\nwhen = { is = "present" }\n')
    result = run("test", folder / "panel.mp4", "--rules", tmp_path / "rules.toml", "--no_faces")
    assert result.exit_code == 1
    assert "leave --no_faces out" in result.output
    assert run("test", folder / "panel.mp4").exit_code == 2


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A car for three seconds and later for eight, of which a rule told both."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "rules.toml").write_text(RULE.format(seconds=1))
    (folder / "strict.toml").write_text(RULE.format(seconds=4))
    watched = Watched(folder, folder / "rules.toml")
    for start, seconds, there in ((0, 2, False), (2, 3, True), (5, 5, False), (10, 8, True), (18, 4, False)):
        watched.show(BEGUN + start, seconds, *([CAR] if there else []))
    watched.service.close(0.0)
    return folder


def asked(history: Path, command: str, rules: str, *words: object) -> Result:
    return run(command, "--rules", history / rules, "--history_dir", history, *words)


def test_a_replay_says_which_events_are_gone(history: Path):
    result = asked(history, "replay", "strict.toml", "--since", "2h")
    assert result.exit_code == 0, result.output
    gone, last = result.output.splitlines()
    assert gone.startswith("gone: ")
    assert gone.endswith("yard  car stays  car 3")
    assert last.startswith("2 -> 1 events: 1 of the old are gone, 0 are new (")
    told = json.loads(asked(history, "replay", "strict.toml", "--format", "json").output)
    assert (told["old"], len(told["events"]), len(told["gone"]), told["new"]) == (2, 1, 1, [])
    assert told["events"][0]["measures"]["present"] >= 4


def test_why_names_the_condition_and_by_how_much(history: Path):
    at = datetime.fromtimestamp(BEGUN + 4).isoformat()
    result = asked(history, "why", "strict.toml", "car stays", "--at", at)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("yard: car stays: car 3: present ")
    assert " s < 4 s; seen at " in result.output
    assert result.output.endswith(": car 3 0.80\n")


def test_what_cannot_be_asked_is_one_line(history: Path, tmp_path: Path):
    for words, reason in (
        (("why", "strict.toml", "none", "--at", "1h"), "error: no rule none; there are: car stays"),
        (("why", "strict.toml", "car stays", "--at", "9w"), "nothing is known of what cameras saw then"),
        (("replay", "none.toml"), "none.toml: no such file; name a rules file"),
        (("replay", "strict.toml", "--history_dir", tmp_path / "none"), "nothing has been recorded yet"),
    ):
        result = asked(history, *words)
        assert result.exit_code == 1
        assert result.output.count("\n") == 1
        assert reason in result.output


def test_a_colour_without_a_name_is_refused(folder: Path, tmp_path: Path):
    bad = tmp_path / "bad.toml"
    bad.write_text((folder / "rules.toml").read_text().replace('"green"', '"gren"'))
    result = run("check", bad)
    assert result.exit_code == 1
    assert result.output.startswith(f"error: {bad}:8: rule ready blinks: no colour gren; there are: blue, ")


def test_a_light_on_a_detected_thing_needs_a_detector(folder: Path, tmp_path: Path):
    rules = tmp_path / "rules.toml"
    rules.write_text('[lights.stop]\ndetected = "traffic light"\n')
    result = run("test", folder / "panel.mp4", "--rules", rules, "--no_faces")
    assert result.exit_code == 1
    assert result.output == "error: light stop is on a thing that a detector finds; give --detect NAME\n"


@pytest.mark.parametrize(
    ("look", "warning"),
    [
        (
            'kind = "object", label = "car"',
            "rule a: nobody looks for its object; give --detect NAME",
        ),
        ('person = "Ada"', "rule a: nobody looks for its face; leave --no_faces out"),
        ('kind = "light"', ""),
    ],
)
def test_a_rule_that_looks_at_what_nobody_looks_for_is_told(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, look: str, warning: str
):
    rules = tmp_path / "rules.toml"
    light = "[lights.l]\nbox = [0, 0, 1, 1]\n"
    rules.write_text(f'{light}[[rules]]\nname = "a"\nlook = {{ {look} }}\nwhen = {{ is = "present" }}\n')
    result = run("test", folder / "panel.mp4", "--rules", rules, "--no_faces")
    assert result.exit_code == 0, result.output
    assert warning in result.output + caplog.text
    assert warning or "nobody looks" not in result.output + caplog.text


def test_a_click_names_a_colour_that_rules_then_know(folder: Path, tmp_path: Path):
    first = next(iter(panel().frames()))
    height, width = first.image.shape[:2]
    middle = (first.boxes[1, :2] + first.boxes[1, 2:]) / 2 / [width, height]
    result = run("colour", folder / "panel.mp4", "--at", 8, "--point", f"{middle[0]:.3f},{middle[1]:.3f}",
                 "--name", "our red")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.output.startswith('[colours]\n"our red" = "#')
    rules = tmp_path / "rules.toml"
    own = (folder / "rules.toml").read_text().replace('"state", state = "on"', '"colour", colour = "our red"')
    rules.write_text(result.output + own)
    told = run("test", folder / "panel.mp4", "--rules", rules, "--no_faces").output
    assert "alarm  begun" in told


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("--point", "0.01,0.01"), 1, "nothing at 0.01,0.01 is brighter"),
        (("--point", "0.5,0.5", "--at", "99"), 1, "give --at within it"),
        (("--point", "0.5,0.5", "--name", " "), 2, "give a name"),
        (("--point", "7,1"), 2, "7,1 is no point"),
        (("--point", "0.5,0.5", "--white", "yellow"), 2, "yellow is no white"),
        (("--point", "0.5,0.5", "--white", "#00ffff"), 2, "no part is 00"),
    ],
)
def test_a_click_that_shows_no_colour_is_told_so(
    folder: Path, words: tuple[str, ...], code: int, reason: str
):
    result = run("colour", folder / "panel.mp4", *words)
    assert result.exit_code == code
    assert reason in result.output

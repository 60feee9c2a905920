"""Rules files: what is taken, and what is refused with line and reason."""

import re
from pathlib import Path

import msgspec
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.rules.rule_file import json_schema, parse_rules, read_all, read_rules

WHOLE = """
[zones]
bay = [[0.1, 0.5], [0.4, 0.5], [0.4, 0.9]]

[lines]
door = [[0.5, 0.2], [0.5, 0.9]]

[lights.pump]
box = [0.4, 0.3, 0.45, 0.35]
shortest = { on = 1.0 }
after = { blinking = ["on"] }

[colours]
amber = "#ffb000"

[[rules]]
name = "car waits"
cameras = ["yard"]
look = { kind = "object", label = "car", score = 0.5 }
when = { is = "in", zone = "bay", for = 4 }
severity = "alarm"
cooldown = 60
schedule = { days = ["sat", "sun"], from = "22:00", to = "06:00" }

[[rules]]
name = "pump fails"
look = { kind = "light", label = "pump" }
when = { is = "all", of = [
  { is = "blinks", from = 1, to = 3 },
  { is = "colour", colour = ["red", "amber"] },
] }
"""


def refused(text: str) -> str:
    with pytest.raises(InputError) as error:
        parse_rules(text, "rules.toml")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_whole_file_is_read():
    rules = parse_rules(WHOLE, "rules.toml")
    assert [rule.name for rule in rules.rules] == ["car waits", "pump fails"]
    assert rules.rules[0].look.score == 0.5
    assert rules.lights["pump"].after == {"blinking": ("on",)}


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('is = "in"', 'is = "inside"', 20, "Invalid value 'inside'; there are: present,"),
        ("for = 4", 'for = "4s"', 20, "a number, got a text"),
        ('zone = "bay"', 'zone = "garden"', 16, "no zone garden; zones of the file: bay"),
        ("cooldown = 60", "cooldwn = 60", 16, "unknown key `cooldwn`; did you mean cooldown?"),
        ('severity = "alarm"', 'severity = "loud"', 21, "there are: alarm, info, warning"),
        ('kind = "object"', 'kind = "objct"', 19, "did you mean object?"),
        ('{ is = "blinks", from', '{ is = "blinks", form', 28, "did you mean from?"),
        ('["on"]', '["one"]', 11, "did you mean on?"),
        ("cooldown = 60", "cooldown = -1", 22, ">= 0.0"),
        ("[0.4, 0.9]]", "[0.4, 1.9]]", 3, "<= 1.0"),
        ('name = "pump fails"', 'name = "car waits"', 16, "two rules have this name"),
        ("from = 1, to = 3", "from = 3, to = 1", 25, "swap them"),
        ('amber = "#ffb000"', 'amber = "orange"', 14, "a colour as #ffb000"),
        ('"22:00"', '"25:00"', 23, "a time as 22:00"),
        ("[0.4, 0.3, 0.45, 0.35]", "[0.45, 0.3, 0.4, 0.35]", 9, "not empty"),
        ("cooldown = 60", "cooldown = ", 22, "Invalid value"),
        ('label = "pump"', 'label = "pump", person = "Ada"', 25, "leave kind, label and unknown out"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(old: str, new: str, line: int, reason: str):
    assert old in WHOLE
    told = refused(WHOLE.replace(old, new))
    assert told.startswith(f"rules.toml:{line}: ")
    assert reason in told


@pytest.mark.parametrize(
    "text",
    [
        "\0",
        "[[rules]]" * 3,
        "a = " + "[" * 500 + "]" * 500,
        "[rules]\nx = 1",
        "\n" * 30_000,
        "a = " + "9" * 5000,
        "a" + ".a" * 100_000 + " = 1",
        "[" + "a . " * 50_000 + "a]",
        "'a'." * 50_000 + "'a' = 1",
    ],
)
def test_nonsense_is_refused(text: str):
    refused(text)


def test_a_condition_without_a_bound_is_refused():
    for condition in ('{ is = "count" }', '{ is = "speed", width = 3 }', '{ is = "attribute", name = "x" }'):
        assert "needs" in refused(f'[[rules]]\nname = "a"\nwhen = {condition}\n')


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ('{ is = "count", at_least = 3, at_most = 0 }', "no number is over 3 and under 0"),
        ('{ is = "speed", width = 9, above = 3, below = 0 }', "no number is over 3 and under 0"),
        ('{ is = "speed", width = inf, above = 3 }', "<= "),
        ('{ is = "attribute", name = "age", equals = 3, at_least = 2 }', "leave one out"),
        ('{ is = "in", zone = "flat" }', "on one line"),
        ('{ is = "not", of = { is = "blinks" } }', "has the state of a light"),
        (
            '{ is = "some", look = { kind = "face" }, of = { is = "state", state = "on" } }',
            "has the state of a light",
        ),
    ],
)
def test_a_rule_that_could_never_hold_is_refused(condition: str, reason: str):
    zone = "[zones]\nflat = [[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]]\n"
    told = refused(f'{zone}[[rules]]\nname = "a"\nlook = {{ kind = "object" }}\nwhen = {condition}\n')
    assert reason in told


def test_a_zone_that_crosses_itself_is_one():
    bow = "[zones]\nbow = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]\n"
    assert parse_rules(f'{bow}[[rules]]\nname = "a"\nwhen = {{ is = "in", zone = "bow" }}\n', "r.toml").zones


def test_a_patience_that_would_remember_all_for_ever_is_refused():
    assert "<= 600" in refused('[[rules]]\nname = "a"\npatience = 86400\nwhen = { is = "present" }\n')


def test_no_camera_makes_black_of_white():
    assert "no part is 00" in refused('[white]\nyard = "#ff00ff"\n')
    assert "no part is 00" in refused('[white]\nyard = "#zzz1z1"\n')
    assert parse_rules('[white]\nyard = "#ffe410"\n', "rules.toml").white == {"yard": "#ffe410"}


@pytest.mark.parametrize("name", ["", " ", "\\n"])
def test_a_name_that_nobody_can_see_is_refused(name: str):
    assert "name" in refused(f'[[rules]]\nname = "{name}"\nwhen = {{ is = "present" }}\n')


def test_conditions_too_deep_are_refused():
    deep = '{ is = "present" }'
    for _ in range(30):
        deep = f'{{ is = "not", of = {deep} }}'
    assert "too deep" in refused(f'[[rules]]\nname = "a"\nwhen = {deep}\n')


def test_files_that_are_none_are_told(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        read_rules(tmp_path / "none.toml")
    with pytest.raises(InputError, match=r"cannot be read .*; name a rules file"):
        read_rules(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'[zones]\n"M\xfcll" = 1')
    with pytest.raises(InputError, match=r"latin.toml:2: is not UTF-8"):
        read_rules(tmp_path / "latin.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(InputError, match="over a megabyte"):
        read_rules(tmp_path / "large.toml")


def test_several_files_are_one_and_share_their_places(tmp_path: Path):
    (tmp_path / "places.toml").write_text("[zones]\nbay = [[0.1, 0.5], [0.4, 0.5], [0.4, 0.9]]\n")
    rule = '[[rules]]\nname = "a"\nwhen = { is = "in", zone = "bay" }\n'
    (tmp_path / "rules.toml").write_text(rule)
    paths = [tmp_path / "places.toml", tmp_path / "rules.toml"]
    assert [each.name for each in read_all(paths).rules] == ["a"]
    (tmp_path / "rules.toml").write_text("[zones]\nbay = [[0, 0], [0, 1], [1, 1]]\n" + rule)
    with pytest.raises(InputError, match=r"rules.toml:2: zones bay: another file"):
        read_all(paths)


@pytest.mark.parametrize(
    ("light", "reason"),
    [
        ("follows = true", "where is it?"),
        ('detected = "lamp"\nfollows = true', "leave follows out"),
        ('detected = "lamp"\nbox = [0.5, 0, 0.2, 1]', "left, top, right, bottom"),
    ],
)
def test_a_light_is_in_one_place(light: str, reason: str):
    with pytest.raises(InputError, match=r"rules.toml:\d: light ready: .*" + re.escape(reason)):
        parse_rules(f"[lights.ready]\n{light}\n", "rules.toml")


def test_the_schema_names_every_condition():
    schema = msgspec.json.encode(json_schema()).decode()
    for tag in (
        "present",
        "gone",
        "unseen",
        "in",
        "crosses",
        "count",
        "speed",
        "near",
        "state",
        "blinks",
        "colour",
    ):
        assert f'"{tag}"' in schema

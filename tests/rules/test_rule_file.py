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
        ('is = "in"', 'is = "inside"', 20, "Invalid value 'inside'"),
        ("for = 4", 'for = "4s"', 20, "got `str`"),
        ('zone = "bay"', 'zone = "garden"', 16, "no zone garden; zones of the file: bay"),
        ("cooldown = 60", "cooldwn = 60", 16, "unknown field `cooldwn`"),
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
    "text", ["\0", "[[rules]]" * 3, "a = " + "[" * 500 + "]" * 500, "[rules]\nx = 1", "\n" * 30_000]
)
def test_nonsense_is_refused(text: str):
    refused(text)


def test_a_condition_without_a_bound_is_refused():
    for condition in ('{ is = "count" }', '{ is = "speed", width = 3 }', '{ is = "attribute", name = "x" }'):
        assert "needs" in refused(f'[[rules]]\nname = "a"\nwhen = {condition}\n')


def test_conditions_too_deep_are_refused():
    deep = '{ is = "present" }'
    for _ in range(30):
        deep = f'{{ is = "not", of = {deep} }}'
    assert "too deep" in refused(f'[[rules]]\nname = "a"\nwhen = {deep}\n')


def test_files_that_are_none_are_told(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        read_rules(tmp_path / "none.toml")
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

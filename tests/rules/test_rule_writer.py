"""Rules written into a text: what is said comes back, and what was not changed stays as it was."""

import random
from difflib import unified_diff

import msgspec
import pytest

from svod_rcgn.errors import RulesError
from svod_rcgn.rules import vocabulary as words
from svod_rcgn.rules.rule_file import NamedText, decoded, parse_rules
from svod_rcgn.rules.rule_writer import rewritten
from tests.rules.test_rule_file import WHOLE

TEXT = """# of the yard
quota = 30 # an hour

[zones]
# where lorries stand
bay = [[0.1, 0.5], [0.4, 0.5], [0.4, 0.9]]  # drawn

# why the first
[[rules]]
name = "one" # inline
look = { kind = "object", score = 0.0 }
when = { is = "in", zone = "bay", for = 4 }  # four seconds

# why the second
[[rules]]
name = "two"
look = { kind = "light" }
[rules.when]
is = "all"
[[rules.when.of]]
is = "blinks"
from = 1 # slow

# why the lamp
[lights.ready]
box = [0.1, 0.1, 0.2, 0.2]
[colours]
amber = "#ffb000"
"""
THIRD = """[[rules]]
name = "the \\"third\\""
look = { kind = "light", label = "stop lamp" }
when = { is = "then", of = [
  { is = "state", state = "on" },
  { is = "all", of = [
    { is = "blinks", from = 2 },
    { is = "colour", colour = ["red", "amber"] },
  ] },
], within = 10 }
clip = "5s..10s"
"""
replace = msgspec.structs.replace


def read(text: str) -> words.RulesText:
    return parse_rules(text, "rules.toml")


def changes(rules: words.RulesText, text: str = TEXT) -> list[str]:
    """The lines that went and came."""
    made = rewritten(text, rules)
    assert sorted(read(made).rules, key=str) == sorted(rules.rules, key=str)
    lines = unified_diff(text.splitlines(), made.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:2] not in ("--", "++", "@@")]


def test_what_is_the_same_is_not_touched():
    for text in (TEXT, TEXT.rstrip("\n"), TEXT.replace("\n", "\r\n"), ""):
        assert rewritten(text, read(text)) == text


def test_a_number_is_changed_in_its_place_and_its_comment_stays():
    rules = read(TEXT)
    when = replace(rules.rules[0].when, seconds=2.5)
    changed = replace(rules, rules=(replace(rules.rules[0], when=when), rules.rules[1]))
    assert changes(changed) == [
        '-when = { is = "in", zone = "bay", for = 4 }  # four seconds',
        '+when = { is = "in", zone = "bay", for = 2.5 }  # four seconds',
    ]


def test_a_condition_within_others_is_changed_in_its_place():
    rules = read(TEXT)
    when = words.All(of=(words.Blinks(slowest=1.0, fastest=3.0),))
    changed = replace(rules, rules=(rules.rules[0], replace(rules.rules[1], when=when)))
    assert changes(changed) == ["+to = 3"]


def test_a_rule_goes_with_its_own_comment_and_not_with_that_of_the_next():
    rules = read(TEXT)
    first, second = "# why the first", "# why the second"
    assert first not in rewritten(TEXT, replace(rules, rules=rules.rules[1:]))
    assert second in rewritten(TEXT, replace(rules, rules=rules.rules[1:]))
    without = rewritten(TEXT, replace(rules, rules=rules.rules[:1]))
    assert (first in without, second in without, "# why the lamp" in without) == (True, False, True)


def test_a_rule_with_another_name_is_known_by_its_place():
    rules = read(TEXT)
    named = replace(rules, rules=(replace(rules.rules[0], name="uno"), rules.rules[1]))
    assert changes(named) == ['-name = "one" # inline', '+name = "uno" # inline']


def test_what_is_new_stands_with_its_like_and_reads_well():
    rules = read(TEXT)
    light, red = words.LightText(box=(0.5, 0.5, 0.6, 0.6)), words.Colour(colour=("red", "amber"))
    fresh = words.RuleText(
        name='the "third"',
        look=words.Look(kind="light", label="stop lamp"),
        when=words.Then(
            of=(words.State(state="on"), words.All(of=(words.Blinks(slowest=2.0), red))), within=10.0
        ),
        clip="5s..10s",
    )
    more = replace(
        rules,
        rules=(*rules.rules, fresh),
        zones={**rules.zones, "der Hof": ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))},
        lights={**rules.lights, "stop lamp": light},
        lines={"door": ((0.5, 0.15), (0.5, 0.97))},
    )
    made = rewritten(TEXT, more)
    assert read(made) == more
    assert '# drawn\n"der Hof" = [[0, 0], [1, 0], [1, 1]]\n\n[lines]' in made
    assert "door = [[0.5, 0.15], [0.5, 0.97]]\n\n" in made
    assert '[lights."stop lamp"]\nbox = [0.5, 0.5, 0.6, 0.6]\n\n' in made
    assert f"from = 1 # slow\n\n{THIRD}\n# why the lamp" in made


def test_what_goes_takes_its_own_lines_alone():
    rules = read(TEXT)
    rules = replace(rules, rules=rules.rules[1:], zones={}, lights={}, quota=words.QUOTA)
    made = rewritten(TEXT, rules)
    assert made.startswith("# of the yard\n")
    assert made.endswith('[colours]\namber = "#ffb000"\n')
    assert "[zones]" not in made
    assert "quota" not in made


def test_a_value_that_is_written_though_it_is_usual_stays():
    rules = read(TEXT)
    told = replace(rules, rules=(replace(rules.rules[0], cooldown=9.0), rules.rules[1]))
    assert changes(told) == ["+cooldown = 9"]
    assert "score = 0.0" in rewritten(TEXT, told)


def test_yes_is_not_one():
    text = '[[rules]]\nname = "a"\nwhen = { is = "attribute", name = "vip", equals = true }\n'
    (rule,) = read(text).rules
    made = rewritten(
        text, words.RulesText(rules=(replace(rule, when=words.Attribute(name="vip", equals=1.0)),))
    )
    assert "equals = 1" in made


@pytest.mark.parametrize(
    "text",
    [
        "not = a rules file",
        "[[rules]\n",
        'rules = [{ name = "one", when = { is = "present" } }]',
        'zones.bay = [[0.1, 0.5], [0.4, 0.5], [0.4, 0.9]]\n[[rules]]\nname = "x"\nwhen.is = "present"\n',
        '[[rules]]\nname = """\n[[rules]]\n"""\nwhen = { is = "present" }\n',
        "[lights]\nready = { box = [0.1, 0.1, 0.2, 0.2] }\n[lights.other]\nbox = [0, 0, 1, 1]\n",
    ],
    ids=["something else", "no TOML", "in one line", "dotted", "a header in a text", "two ways"],
)
def test_however_the_old_text_is_written_the_new_one_says_what_is_wished(text: str):
    rules = read(TEXT)
    assert read(rewritten(text, rules)) == rules


def test_a_file_that_begins_with_what_is_drawn_is_changed_bit_by_bit_as_well():
    head = (
        "# ours\n\n[zones]\nbay = [[0, 0], [1, 0], [1, 1]] # behind\n\n[lights.ready]\nbox = [0, 0, 1, 1]\n"
    )
    rules = read(head)
    more = replace(rules, zones={**rules.zones, "yard": ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))})
    made = rewritten(head, more)
    assert read(made) == more
    assert made == head.replace("# behind\n", "# behind\nyard = [[0, 0], [1, 0], [0, 1]]\n")


@pytest.mark.parametrize("name", ["\x7f", "a\nb", "'\"\\", "ключ", "#", "[[rules]]", "a.b"])
def test_any_name_that_can_be_read_can_be_written(name: str):
    rule = words.RuleText(name=f"x{name}", when=words.Zone(zone=f"x{name}"))
    rules = words.RulesText(rules=(rule,), zones={f"x{name}": ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))})
    assert read(rewritten(TEXT, rules)) == rules


def test_what_no_file_can_say_is_refused():
    with pytest.raises(RulesError, match="cannot be written"):
        rewritten("", words.RulesText(rules=(words.RuleText(name="", when=words.Present()),)))


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_left_out_mixed_and_changed_comes_back(seed: int):
    dice, rules = random.Random(seed), read(WHOLE)
    texts = [WHOLE, TEXT, ""]
    other = read(dice.choice(texts))
    every = [*rules.rules, *(each for each in other.rules if each.name not in {"car waits", "pump fails"})]
    chosen = dice.sample(every, dice.randrange(len(every) + 1))
    wished = replace(
        rules,
        rules=tuple(replace(each, cooldown=float(dice.randrange(3))) for each in chosen),
        zones={**rules.zones, **other.zones} if dice.random() < 0.7 else {},
        lights=other.lights if dice.random() < 0.5 else rules.lights,
        quota=dice.choice([words.QUOTA, 5]),
    )
    text = dice.choice(texts)
    told = decoded(NamedText("made", rewritten(text, wished)))
    assert sorted(told.rules, key=str) == sorted(wished.rules, key=str)
    assert replace(told, rules=()) == replace(wished, rules=())

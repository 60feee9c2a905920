"""What a rules file may say, as records: msgspec checks a file against them, and makes the JSON schema.

Times are seconds; places and distances are shares of the picture, from its left upper corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from ..records import FACE

VISIBLE = r"\S"
LONGEST_NAME = 200  # characters
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=31_536_000)]
Above0: TypeAlias = Annotated[float, Meta(gt=0, le=1_000_000)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=VISIBLE)]
Point: TypeAlias = tuple[Share, Share]
Counting: TypeAlias = Literal["bottom", "centre", "any", "all"]
Severity: TypeAlias = Literal["info", "warning", "alarm"]
Kind: TypeAlias = Literal["face", "object", "picture", "light"]
Channel: TypeAlias = Literal["output", "slack", "webhook", "mqtt"]
Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

INERTIA = 0.1
QUOTA = 60
OUTPUT = "output"  # the channel that is standard output
COLOUR = "^#[0-9a-fA-F]{6}$"
WHITE = "^#(?:[1-9a-fA-F][0-9a-fA-F]|0[1-9a-fA-F]){3}$"
START = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
CLIP = r"^([0-9]{1,2}(?:\.[0-9]+)?)s\.\.([0-9]{1,2}(?:\.[0-9]+)?)s$"
END = "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A table of the file; a key that it does not know is an error."""


class _Condition(_Record, frozen=True, tag_field="is", kw_only=True):
    """Something that holds or does not."""


class Look(_Record, frozen=True, kw_only=True):
    """What a rule looks at.

    `kind` is face, object, picture or light; `label` a class, a light's name or, of faces, a person, who may
    also stand as `person`. `unknown` takes those without a name. `score` is the least, 0..1.
    """

    kind: Kind | None = None
    label: Name | None = None
    person: Name | None = None
    unknown: bool = False
    score: Share = 0.0


class Present(_Condition, frozen=True, tag="present", kw_only=True):
    """It has been there for so long; what a detector misses in between does not count."""

    seconds: Seconds = msgspec.field(default=0.5, name="for")


class Gone(_Condition, frozen=True, tag="gone", kw_only=True):
    """It had been there, and has not been seen for so long."""

    seconds: Annotated[float, Meta(gt=0, le=3600)] = msgspec.field(default=2.0, name="for")


class Unseen(_Condition, frozen=True, tag="unseen", kw_only=True):
    """Nothing that the rule looks at has been seen for so long."""

    seconds: Seconds = msgspec.field(name="for")


class Zone(_Condition, frozen=True, tag="in", kw_only=True):
    """It has been in a zone for so long: dwell.

    `point` of its box says so; the box has to be further in or out than the share `inertia` of its height
    to come in or leave, so that trembling at the border is neither.
    """

    zone: Name
    seconds: Seconds = msgspec.field(default=0.0, name="for")
    point: Counting = "bottom"
    inertia: Share = INERTIA


class Line(_Condition, frozen=True, tag="crosses", kw_only=True):
    """The bottom of its box has crossed a line, from one side to the other.

    `to` is the side it goes to, as seen from the line's first point towards the second. A track counts once
    unless it may `again`. It has to be further off the line than the share `inertia` of its height.
    """

    line: Name
    to: Literal["left", "right", "either"] = "either"
    again: bool = False
    inertia: Share = INERTIA


class Count(_Condition, frozen=True, tag="count", kw_only=True):
    """So many of what the rule looks at are there, or in a zone, for so long."""

    at_least: Annotated[int, Meta(ge=0)] | None = None
    at_most: Annotated[int, Meta(ge=0)] | None = None
    zone: Name | None = None
    seconds: Seconds = msgspec.field(default=1.0, name="for")


class Speed(_Condition, frozen=True, tag="speed", kw_only=True):
    """It moves so fast over the last second, in metres a second where the picture is `width` metres wide."""

    width: Above0
    above: Annotated[float, Meta(ge=0)] | None = None
    below: Annotated[float, Meta(ge=0)] | None = None


class Near(_Condition, frozen=True, tag="near", kw_only=True):
    """Something of another label is so near, for so long: the gap of the boxes in heights of the picture."""

    label: Name
    distance: Annotated[float, Meta(ge=0)] = 0.05
    seconds: Seconds = msgspec.field(default=0.5, name="for")


class State(_Condition, frozen=True, tag="state", kw_only=True):
    """A light is on, off or blinks, for so long."""

    state: Literal["on", "off", "blinking"]
    seconds: Seconds = msgspec.field(default=0.0, name="for")


class Blinks(_Condition, frozen=True, tag="blinks", kw_only=True):
    """A light blinks between two frequencies, in Hz, and has changed so often."""

    slowest: Above0 = msgspec.field(default=0.1, name="from")
    fastest: Above0 = msgspec.field(default=1000.0, name="to")
    alternations: Annotated[int, Meta(ge=1)] = 4


class Colour(_Condition, frozen=True, tag="colour", kw_only=True):
    """A light has one of the colours, for so long."""

    colour: Name | tuple[Name, ...]
    seconds: Seconds = msgspec.field(default=0.0, name="for")


class Attribute(_Condition, frozen=True, tag="attribute", kw_only=True):
    """What else is known of it is so: a field of a person, or a number within bounds."""

    name: Name
    equals: str | bool | float | None = None
    at_least: float | None = None
    at_most: float | None = None


class All(_Condition, frozen=True, tag="all", kw_only=True):
    """Each holds."""

    of: Annotated[tuple[Condition, ...], Meta(min_length=1)]


class Any(_Condition, frozen=True, tag="any", kw_only=True):
    """One holds."""

    of: Annotated[tuple[Condition, ...], Meta(min_length=1)]


class Not(_Condition, frozen=True, tag="not", kw_only=True):
    """It does not hold."""

    of: Condition


class Some(_Condition, frozen=True, tag="some", kw_only=True):
    """Something else does: whatever the rule itself looks at, one of those that `look` means meets `of`."""

    look: Look
    of: Condition


class Then(_Condition, frozen=True, tag="then", kw_only=True):
    """One begins to hold after the other, each within so many seconds."""

    of: Annotated[tuple[Condition, ...], Meta(min_length=2)]
    within: Annotated[float, Meta(gt=0, le=31_536_000)]


Condition: TypeAlias = (
    Present
    | Gone
    | Unseen
    | Zone
    | Line
    | Count
    | Speed
    | Near
    | State
    | Blinks
    | Colour
    | Attribute
    | All
    | Any
    | Not
    | Some
    | Then
)


class Schedule(_Record, frozen=True, kw_only=True):
    """When a rule counts, by local time; from 22:00 to 06:00 goes over midnight and is of the first day."""

    days: tuple[Day, ...] = ()
    start: Annotated[str, Meta(pattern=START)] = msgspec.field(default="00:00", name="from")
    end: Annotated[str, Meta(pattern=END)] = msgspec.field(default="24:00", name="to")


class RuleText(_Record, frozen=True, kw_only=True):
    """A rule.

    `channels` are those that are told, all where none is named; "output" is standard output. `clip` as
    "5s..10s" keeps a film from so long before an event began to so long after. `cooldown` are the seconds
    after an event that was told in which another of the same rule and label is only recorded; `patience`
    those for which a detector may miss something without its being gone.
    """

    name: Name
    when: Condition
    look: Look = Look()
    cameras: tuple[Name, ...] = ()
    severity: Severity = "info"
    channels: tuple[Channel, ...] = ()
    clip: Annotated[str, Meta(pattern=CLIP)] | None = None
    cooldown: Seconds = 0.0
    patience: Annotated[float, Meta(ge=0, le=600)] = 1.0
    schedule: Schedule | None = None


class LightText(_Record, frozen=True, kw_only=True):
    """A light and where it is: its `box` on the picture, (left, top, right, bottom), or what has it.

    It is on a thing that a detector finds where `detected` is that thing's class; `box` is then the light's
    place on the thing, in shares of the thing's box, and all of it where none is given.
    Where it `follows`, that is its place on the first picture, and it goes with what is around it when the
    camera moves a little.
    `limit`, `slowest` and `contrast` are as in `lights.settings`. `shortest` are the seconds for which each
    of its states lasts at least, and `after` says which states may come after which: what cannot be is held
    back until it lasts.
    """

    box: tuple[Share, Share, Share, Share] | None = None
    detected: Name | None = None
    cameras: tuple[Name, ...] = ()
    follows: bool = False
    limit: Annotated[float, Meta(ge=0, le=255)] | None = None
    slowest: Annotated[float, Meta(ge=0.05, le=10)] | None = None
    contrast: Annotated[float, Meta(ge=1, le=255)] | None = None
    shortest: dict[Literal["on", "off", "blinking"], Seconds] = {}
    after: dict[Literal["on", "off", "blinking"], tuple[Literal["on", "off", "blinking"], ...]] = {}


class RulesText(_Record, frozen=True, kw_only=True):
    """A rules file.

    `white` is what a camera, by its name, makes of white; `quota` the events an hour that a camera tells.
    """

    quota: Annotated[int, Meta(ge=1)] = QUOTA

    rules: tuple[RuleText, ...] = ()
    zones: dict[Name, Annotated[tuple[Point, ...], Meta(min_length=3, max_length=500)]] = {}
    lines: dict[Name, tuple[Point, Point]] = {}
    lights: dict[Name, LightText] = {}
    colours: dict[Name, Annotated[str, Meta(pattern=COLOUR)]] = {}
    white: dict[Name, Annotated[str, Meta(pattern=WHITE)]] = {}


def called(look: Look) -> str:
    """What a rule looks at, in words."""
    if look.unknown:
        return f"unknown {look.kind or FACE}"
    return look.person or look.label or look.kind or "thing"


def kinds_of(rule: RuleText) -> set[str]:
    """What sorts of things a rule and its conditions name, as far as they do."""
    looks = [rule.look, *(each.look for each in conditions_of(rule.when) if isinstance(each, Some))]
    kinds = (look.kind or (FACE if look.person or look.unknown else None) for look in looks)
    return {kind for kind in kinds if kind is not None}


def longest_of(rule: RuleText) -> float:
    """The longest time that a rule speaks of, in seconds."""
    times = [getattr(each, name, 0.0) for each in conditions_of(rule.when) for name in ("seconds", "within")]
    return max(*times, rule.cooldown, rule.patience)


def clip_of(text: str) -> tuple[float, float]:
    """The seconds before and after of a clip as "5s..10s"."""
    before, after = text.replace("s", "").split("..")
    return float(before), float(after)


def conditions_of(condition: Condition) -> Iterator[Condition]:
    """A condition and all that it is made of."""
    yield condition
    for each in parts_of(condition):
        yield from conditions_of(each)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """What a condition is made of; nothing where it is a plain one."""
    inner = getattr(condition, "of", ())
    return inner if isinstance(inner, tuple) else (inner,)

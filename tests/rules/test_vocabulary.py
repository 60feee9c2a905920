"""What a rules file can name, since one may come over the network: nothing of this machine, and no other."""

from typing import Any

from msgspec import inspect

from svod_rcgn.rules import vocabulary as words

# Texts that somebody may choose freely. Each is a name of something in the file, or of a person, a class, a
# camera or a colour. Before one is added here: it must be no path, address or command, for whoever may write
# rules would then have the rights of this process. tests/web/routes/test_rule_routes.py says who may.
FREE = {
    "Attribute.equals", "Attribute.name", "Colour.colour", "Count.zone", "LightText.cameras",
    "LightText.detected", "Line.line", "Look.label", "Look.person", "Near.label", "RuleText.cameras",
    "RuleText.name", "RulesText.colours", "RulesText.lights", "RulesText.lines", "RulesText.white",
    "RulesText.zones", "Zone.zone",
}  # fmt: skip


def parts_of(kind: Any, place: str) -> list[tuple[Any, str]]:
    """What a type is made of, and where that stands."""
    if isinstance(kind, inspect.StructType):
        return [(each.type, f"{kind.cls.__name__}.{each.encode_name}") for each in kind.fields]
    if isinstance(kind, inspect.DictType):
        return [(kind.key_type, place), (kind.value_type, place)]
    several = [*getattr(kind, "item_types", ()), *getattr(kind, "types", ())]
    return [(each, place) for each in (getattr(kind, "item_type", None), *several) if each is not None]


def free_texts() -> set[str]:
    """Where a text may stand that is neither one of a few nor of a form, or anything at all."""
    found, seen, left = set(), set(), [(inspect.type_info(words.RulesText), "")]
    while left:
        kind, place = left.pop()
        free = isinstance(kind, inspect.StrType) and kind.pattern in (None, words.VISIBLE)
        if free or isinstance(kind, inspect.AnyType | inspect.BytesType | inspect.RawType):
            found.add(place)
        if getattr(kind, "cls", None) not in seen:
            left += parts_of(kind, place)
        seen |= {kind.cls} if isinstance(kind, inspect.StructType) else set()
    return found


def test_a_rules_file_names_no_file_address_or_command():
    assert free_texts() == FREE


def test_channels_are_those_that_were_set_up_and_no_addresses():
    assert words.RuleText.__annotations__["channels"] == "tuple[Channel, ...]"
    assert words.Channel.__args__ == ("output", "slack", "webhook", "mqtt")

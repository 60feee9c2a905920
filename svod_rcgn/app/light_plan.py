"""The lights of a rules file, as the lights wing measures them."""

from ..errors import InputError
from ..lights.analyzer import TOO_BRIGHT, Light, LightPlan
from ..lights.hue import COLOURS, WHITE, ColourNames, linear_of
from ..lights.settings import LightSettings
from ..rules.vocabulary import Colour, LightText, RulesText, conditions_of
from ..text import on_one_line

_DEFAULT = LightSettings()


def plan_of(rules: RulesText) -> LightPlan:
    """All lights that rules speak of; their colours are those of the table and those that the file names.

    Raises:
        InputError: A rule asks for a colour that has no name.
    """
    _check_colours(rules)
    lights = tuple(_light(name, text) for name, text in rules.lights.items())
    names = ColourNames({**COLOURS, **rules.colours})
    return LightPlan(lights, names, {camera: linear_of(text) for camera, text in rules.white.items()})


def _check_colours(rules: RulesText) -> None:
    known = {*COLOURS, *rules.colours, WHITE, TOO_BRIGHT}
    for rule in rules.rules if rules.lights else ():
        for condition in conditions_of(rule.when):
            asked = condition.colour if isinstance(condition, Colour) else ()
            lost = {asked} - known if isinstance(asked, str) else set(asked) - known
            if lost:
                raise InputError(
                    f"rule {on_one_line(rule.name)}: no colour {on_one_line(min(lost))}; there are: "
                    f"{', '.join(sorted(known))}; [colours] names more"
                )


def _light(name: str, text: LightText) -> Light:
    settings = LightSettings(
        slowest=text.slowest or _DEFAULT.slowest,
        contrast=text.contrast or _DEFAULT.contrast,
        limit=text.limit,
        window=max(_DEFAULT.window, 4 / (text.slowest or _DEFAULT.slowest)),
    )
    return Light(name, text.box, text.cameras, text.follows, settings)

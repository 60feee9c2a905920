"""The lights of a rules file, as the lights wing measures them."""

from ..lights.analyzer import Light, LightPlan
from ..lights.hue import COLOURS, ColourNames, linear_of
from ..lights.settings import LightSettings
from ..rules.vocabulary import LightText, RulesText

_DEFAULT = LightSettings()


def plan_of(rules: RulesText) -> LightPlan:
    """All lights that rules speak of; their colours are those of the table and those that the file names."""
    lights = tuple(_light(name, text) for name, text in rules.lights.items())
    names = ColourNames({**COLOURS, **rules.colours})
    return LightPlan(lights, names, {camera: linear_of(text) for camera, text in rules.white.items()})


def _light(name: str, text: LightText) -> Light:
    settings = LightSettings(
        slowest=text.slowest or _DEFAULT.slowest,
        contrast=text.contrast or _DEFAULT.contrast,
        limit=text.limit,
        window=max(_DEFAULT.window, 4 / (text.slowest or _DEFAULT.slowest)),
    )
    return Light(name, text.box, text.cameras, text.follows, settings)

"""The lights of a rules file, as the lights wing measures them."""

from ..lights.analyzer import TOO_BRIGHT, Light, LightPlan
from ..lights.hue import COLOURS, WHITE, ColourNames, linear_of
from ..lights.settings import LightSettings
from ..rules.vocabulary import LightText, RulesText

_DEFAULT = LightSettings()
_WHOLE = (0.0, 0.0, 1.0, 1.0)


KNOWN_COLOURS = (*COLOURS, WHITE, TOO_BRIGHT)
"""What rules may call a colour without naming one themselves."""


def plan_of(rules: RulesText) -> LightPlan:
    """All lights that rules speak of; what the file calls a colour goes before what the table does."""
    lights = tuple(_light(name, text) for name, text in rules.lights.items())
    names = ColourNames(
        {**rules.colours, **{name: each for name, each in COLOURS.items() if name not in rules.colours}}
    )
    return LightPlan(lights, names, {camera: linear_of(text) for camera, text in rules.white.items()})


def _light(name: str, text: LightText) -> Light:
    settings = LightSettings(
        slowest=text.slowest or _DEFAULT.slowest,
        contrast=text.contrast or _DEFAULT.contrast,
        limit=text.limit,
        window=max(_DEFAULT.window, 4 / (text.slowest or _DEFAULT.slowest)),
    )
    return Light(name, text.box or _WHOLE, text.cameras, text.follows, settings, text.detected)

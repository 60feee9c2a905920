"""A light that somebody points at: where it is, and its colour as the rules in use would call it."""

from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..lights.hue import hue_of, linear_of
from ..lights.pick import colour_at, light_at
from ..records import Box, Image
from ..rules.vocabulary import RulesText
from .light_plan import plan_of

_WHITE = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class PickedLight:
    """A light: its `box`, (left, top, right, bottom) in shares of the picture.

    `colour` is #rrggbb, as bright as can be, and `name` what rules would call it; both are None where it is
    too bright to tell.
    """

    box: tuple[float, float, float, float]
    colour: str | None
    name: str | None


def picked(
    image: Image, point: tuple[float, float], camera: str, rules: RulesText, lit: Image | None = None
) -> PickedLight:
    """The light at a point of a picture.

    Args:
        image: The picture that somebody points at, (height, width, 3) uint8, BGR.
        point: (x, y) in shares of the picture.
        camera: Its name, for what it makes of white.
        rules: They say that, and what colours are called.
        lit: The same place as the camera saw it, where that is a better picture for the colour.

    Raises:
        InputError: Nothing there is brighter than what is around it.
    """
    box = light_at(image, point)
    if box is None:
        raise InputError("nothing there is brighter than what is around it; click on a light while it is lit")
    plan, colour = plan_of(rules), None
    white = plan.whites.get(camera, _WHITE)
    for each in (image,) if lit is None else (lit, image):
        place = light_at(each, point)
        colour = colour or (None if place is None else colour_at(each, place, white))
    name = None if colour is None else plan.names.name(hue_of(np.array(linear_of(colour))))
    return PickedLight(_shares(box, image), colour, name)


def _shares(box: Box, image: Image) -> tuple[float, float, float, float]:
    """A box in shares of its picture, within it."""
    height, width = image.shape[:2]
    sides = box.left / width, box.top / height, box.right / width, box.bottom / height
    left, top, right, bottom = (round(min(max(side, 0.0), 1.0), 4) for side in sides)
    return left, top, right, bottom

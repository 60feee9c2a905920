"""Where the five landmarks of a face lie in the crop that a network was trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from ..records import FloatArray

Template: TypeAlias = str | tuple[float, ...]
"""The name of a template, or its ten numbers."""

NUMBERS = 10


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """A template that goes by a name: x and y of each landmark, in pixels of a square of `side`."""

    side: int
    points: tuple[float, ...]


TEMPLATES: Mapping[str, KnownTemplate] = MappingProxyType(
    {
        # Deng et al., "ArcFace: Additive Angular Margin Loss for Deep Face Recognition", 2019, as the
        # project of its authors publishes it (deepinsight/insightface, face_align.py); the points of
        # SphereFace (Liu et al., 2017) for 96x112, moved by 8 pixels to the middle of 112x112.
        "arcface": KnownTemplate(
            112,
            (38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041),
        ),
        # The same for the landmarks of CenterFace, which lie a little otherwise: the eyes wider apart, the
        # nose lower and the mouth higher.
        "arcface-centerface": KnownTemplate(
            112, (37.015, 52.864, 75.276, 52.147, 55.347, 74.805, 40.115, 91.040, 71.561, 90.650)
        ),
    }
)


def fits(template: Template) -> bool:
    """Whether it is one that `landmarks` knows what to do with."""
    return template in TEMPLATES if isinstance(template, str) else len(template) == NUMBERS


def landmarks(template: Template, size: int) -> FloatArray:
    """Where the landmarks come to lie.

    Args:
        template: A name of TEMPLATES, which is scaled to the crop, or ten numbers: x and y of each
            landmark in pixels of the crop, in the order of faces.records.Face.
        size: Side of the crop in pixels.

    Returns:
        (5, 2) float32, pixels of the crop.
    """
    if isinstance(template, str):
        known = TEMPLATES[template]
        template = tuple(value * size / known.side for value in known.points)
    return np.array(template, np.float32).reshape(-1, 2)

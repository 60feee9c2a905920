"""The colour of a light, measured in the glow around its core, where the camera is not blinded.

A bright light saturates the camera: its core reads white, or, where one channel after the other is full, as
a neighbouring colour; blue reads cyan. The glow around it has the light's own colour at a brightness that
the camera can show. Light adds up in linear values, so what the picture shows while the light is off is
taken away there first.

Hues are angles in OKLCh (B. Ottosson, "A perceptual color space for image processing", 2020). It keeps a
hue where people see the same one at any brightness and purity; HSV does not, and CIELAB turns blue into
violet as it pales, which is just what a blue light's glow does.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .records import Hue

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

SATURATED = 240  # a full channel may read less by the camera's noise
_LEAST_LIGHT = 0.004  # linear, 0..1; less is the camera's noise
_LEAST_SHARE = 0.1  # of the brightest point; less may be the glare of others
_LEAST_POINTS = 3
_CLEAR = 0.7  # a point that was saturated more often than in the rest is left out
WHITE = "white"
_STEPS = 24
LEAST_CHROMA = 0.06

_levels = np.arange(256) / 255
_KNEE = 0.04045
LINEAR = np.where(_levels <= _KNEE, _levels / 12.92, ((_levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
"""Linear light, 0..1, of each level of sRGB (IEC 61966-2-1)."""

# Ottosson's matrices: linear sRGB to cone responses, and their cube roots to lightness and the two hues'
# axes, green to red and blue to yellow.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

COLOURS: Mapping[str, str] = {
    "red": "#ff0000",
    "orange": "#ff8000",
    "yellow": "#ffff00",
    "green": "#00ff00",
    "cyan": "#00ffff",
    "blue": "#0000ff",
    "violet": "#8000ff",
    "magenta": "#ff00ff",
}
"""The named hues, each by its purest colour in sRGB."""


def hue_of(bgr: Floats) -> Hue:
    """The hue of a colour in linear light, (3,) BGR of any scale."""
    rgb = np.maximum(bgr[::-1], 0.0)
    _, green_red, blue_yellow = _TO_LAB @ np.cbrt(_TO_CONES @ (rgb / max(float(rgb.max()), 1e-9)))
    angle = float(np.degrees(np.arctan2(blue_yellow, green_red)) % 360)
    return Hue(angle, float(np.hypot(green_red, blue_yellow)))


def glow_hue(
    lit: Floats, dark: Floats, seen: Floats, white: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> Hue | None:
    """The hue of a light by the points on and around it; see `glow_of`."""
    glow = glow_of(lit, dark, seen, white)
    return None if glow is None else hue_of(glow)


def glow_of(
    lit: Floats, dark: Floats, seen: Floats, white: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> Floats | None:
    """The colour of a light, linear BGR of any scale, by the points on and around it.

    Args:
        lit: (points, 3) linear BGR while it is on, of its unsaturated looks.
        dark: The same while it is off, or the surroundings where that was not seen.
        seen: (points,) how often each was seen unsaturated, 0..1.
        white: What the camera makes of white, linear BGR.

    Returns:
        None where it is too bright to tell.
    """
    light = np.where(seen[:, None] > _CLEAR, lit - dark, 0.0)
    blue, green, red = light.T
    strength = np.maximum(np.maximum(blue, green), red)
    counting = strength > max(_LEAST_LIGHT, _LEAST_SHARE * float(strength.max()))
    if np.count_nonzero(counting) < _LEAST_POINTS:
        return None
    glow: Floats = counting @ light / np.asarray(white)
    return glow


class ColourNames:
    """Calls hues by their names: those of a table, each by one colour, and white.

    A glow is its light mixed with white, by the panel, the lens or the sensor, and such a mixture changes its
    hue a bit (Abney's effect, strongest in blue). So each name is a line from its colour to white, and the
    nearest line counts.
    """

    def __init__(self, table: Mapping[str, str] = COLOURS) -> None:
        """Take the names.

        Args:
            table: A colour as #rrggbb for each name.
        """
        self._lines = {name: _mixtures(LINEAR[_levels_of(text)]) for name, text in table.items()}

    def name(self, hue: Hue) -> str:
        """The nearest name; white where there is hardly a hue."""
        if hue.chroma < LEAST_CHROMA or not self._lines:
            return WHITE
        place = _plane(hue.angle, hue.chroma)
        return min(
            self._lines, key=lambda name: float(np.linalg.norm(self._lines[name] - place, axis=1).min())
        )


def linear_of(text: str) -> tuple[float, float, float]:
    """The linear BGR, 0..1, of #rrggbb."""
    blue, green, red = LINEAR[_levels_of(text)].tolist()
    return blue, green, red


def text_of(bgr: Floats) -> str:
    """The colour as #rrggbb of linear BGR of any scale, as bright as can be."""
    bright = np.maximum(bgr, 0.0)
    levels = np.searchsorted(LINEAR, bright / max(float(bright.max()), 1e-9) - 1e-6)
    blue, green, red = np.minimum(levels, 255).tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"


def _levels_of(text: str) -> list[int]:
    """Blue, green and red, 0..255, of #rrggbb."""
    return [int(text[place : place + 2], 16) for place in (5, 3, 1)]


def _mixtures(bgr: Floats) -> Floats:
    """A colour in linear light with more and more white, as places in the plane of hues, (steps, 2)."""
    shares = np.linspace(0.0, 0.6, _STEPS)
    hues = [hue_of((1 - share) * bgr + share * bgr.max()) for share in shares]
    return np.array([_plane(hue.angle, hue.chroma) for hue in hues])


def _plane(angle: float, chroma: float) -> Floats:
    turned = np.radians(angle)
    return chroma * np.array([np.cos(turned), np.sin(turned)])

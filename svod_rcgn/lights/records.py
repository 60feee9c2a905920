"""What is said of a light."""

from dataclasses import dataclass
from enum import Enum


class LightState(str, Enum):
    """What a light does."""

    ON = "on"
    OFF = "off"
    BLINKING = "blinking"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Blinking:
    """How a light blinks: flashes a second and the part of the time that it is on, 0..1.

    The uncertainties are one standard deviation. `alternations` counts the changes that were seen.
    """

    frequency: float
    frequency_uncertainty: float
    duty: float
    duty_uncertainty: float
    alternations: int


@dataclass(frozen=True, slots=True)
class Hue:
    """The colour of a light in OKLCh, whatever its brightness.

    `angle` is in degrees, 0..360; `chroma` is 0 for white and about 0.3 for the purest.
    """

    angle: float
    chroma: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a light at a moment.

    `reason` says why its state cannot be told, "" where it can. `brightness` is that of its core against
    its surroundings, in grey levels; None where it is not seen. `blinking` is there where it blinks. `hue`
    is None while it has not been seen lit, and where it is too bright to tell: `too_bright`.
    """

    state: LightState
    reason: str = ""
    brightness: float | None = None
    blinking: Blinking | None = None
    hue: Hue | None = None
    too_bright: bool = False

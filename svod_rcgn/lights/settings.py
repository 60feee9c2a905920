"""What a light has to do to be told of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LightSettings:
    """How lights are measured.

    `window` are the seconds that are looked back on. `slowest` is the lowest frequency, in Hz, that is told
    as blinking: a light that has changed is called on or off again only when one of that frequency would
    have changed once more. `contrast` is the least difference of two levels, in grey levels of 0..255.
    `share` is the part of the variation, 0..1, that one flash a period has to explain. `interval` are the
    seconds after which each light is judged anew, and `patience` those without sight of it after which it
    counts as hidden. `limit` is the contrast, in grey levels, above which a light counts as on that has
    been seen at one brightness only; None leaves it undecided.
    """

    window: float = 8.0
    slowest: float = 0.45
    contrast: float = 20.0
    share: float = 0.6
    interval: float = 0.5
    patience: float = 0.6
    limit: float | None = None


FASTEST_SHARE = 0.45  # of the frame rate; at a half of it a light and a standing one look alike

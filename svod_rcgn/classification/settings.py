"""The defaults of the classification wing, in frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

MODELS_DIR = Path("models")
IMAGENET, DIGITS = "imagenet", "digits"
FETCH: Mapping[str, str] = MappingProxyType(
    {
        IMAGENET: "run `python download_models.py --classes`",
        DIGITS: "run `python download_models.py --digits`",
    }
)
"""How the networks come that are known by name."""


@dataclass(frozen=True, slots=True)
class SmoothingSettings:
    """How answers are smoothed over time.

    An answer's weight falls to 1/e in `memory` seconds; after a pause of more than `pause` seconds, what
    was seen before counts no more.
    """

    memory: float = 0.5
    pause: float = 2.0

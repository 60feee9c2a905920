"""How a recogniser learns and answers."""

from dataclasses import dataclass
from pathlib import Path

NONE = "none of these"  # the class whose pictures show none of the others


@dataclass(frozen=True, slots=True)
class TeachPlaces:
    """Where datasets and networks lie, which network is learned on, and the device that runs it."""

    datasets_dir: Path
    models_dir: Path
    backbone: str
    device: str = "CPU"


@dataclass(frozen=True, slots=True)
class TeachSettings:
    """What is wished of one recogniser, by whoever teaches it.

    With `training` it learns after each change, with `classification` it answers. `smoothing` is the time in
    seconds in which an answer's weight falls to 1/e, 0 for none; from a probability of `limit`, 0..1, on a
    class is told. With `collecting`, doubtful ones of the pictures that it answers wait in memory until
    somebody says what they show; without, none do, and those that did are forgotten.
    """

    training: bool = True
    classification: bool = True
    smoothing: float = 0.3
    limit: float = 0.5
    collecting: bool = False


LONGEST_SMOOTHING = 5.0  # seconds

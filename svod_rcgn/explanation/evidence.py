"""Evidence found by hiding parts of a picture, whatever answers."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from ..records import FloatArray
from .control import random_map
from .occlusion import occlusion
from .records import ControlKind, Evidence, Method
from .rise import rise
from .settings import ExplanationSettings
from .shapley import shapley
from .trial import Deadline, Trial

Search: TypeAlias = Callable[[Trial, Deadline, np.random.Generator], FloatArray]

SEARCHES: Mapping[Method, Search] = MappingProxyType(
    {Method.OCCLUSION: occlusion, Method.RISE: rise, Method.SHAP: shapley}
)
_HALVES = 2


def find_evidence(trial: Trial, search: Search, settings: ExplanationSettings) -> Evidence:
    """Look twice for half the time each, and take the mean: so it is known how much was chance.

    Args:
        trial: What is asked.
        search: How.
        settings: For how long, and how many controls are made.
    """
    before = trial.looks
    halves = [
        search(trial, Deadline(settings.seconds / _HALVES), np.random.default_rng([settings.seed, half]))
        for half in range(_HALVES)
    ]
    heat: FloatArray = np.asarray(np.mean(halves, 0), np.float32)
    return Evidence(
        heat, agreement(*halves), random_maps(heat, settings), ControlKind.RANDOM_MAP, trial.looks - before
    )


def random_maps(heat: FloatArray, settings: ExplanationSettings) -> tuple[FloatArray, ...]:
    """As many controls as are wanted; see `random_map`."""
    generator = np.random.default_rng([settings.seed, _HALVES])
    return tuple(random_map(heat, generator) for _ in range(settings.controls))


def agreement(one: FloatArray, other: FloatArray) -> float:
    """The correlation of two maps, -1..1; 0 where one is the same all over."""
    first, second = (each.astype(np.float64) - each.mean(dtype=np.float64) for each in (one, other))
    size = np.sqrt((first * first).sum() * (second * second).sum())
    return float((first * second).sum() / size) if size > 0 else 0.0

"""How long a detector takes on this machine for a picture: from its pixels to its boxes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from ...records import Image
from ..stages.detect import ObjectDetector

LOOKS, WARM_UP = 200, 10
_MOST_SECONDS = 30.0
_LEAST_LOOKS = 30


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds for a picture: the median, and what 95 and 99 of 100 looks take at most.

    `cold` is from nothing, the network loaded and its first answer given; the others are of `looks` at a
    network that is warm.
    """

    p50: float
    p95: float
    p99: float
    cold: float
    looks: int


def measure(load: Callable[[], ObjectDetector], pictures: Sequence[Image]) -> Latency:
    """Measure with pictures in turn, one after another.

    Args:
        load: Makes the detector anew.
        pictures: At least one.
    """
    begun = perf_counter()
    detector = load()
    detector.detect(pictures[0])
    cold = perf_counter() - begun
    for number in range(WARM_UP):
        detector.detect(pictures[number % len(pictures)])
    times: list[float] = []
    begun = perf_counter()
    while len(times) < LOOKS and (len(times) < _LEAST_LOOKS or perf_counter() - begun < _MOST_SECONDS):
        image, start = pictures[len(times) % len(pictures)], perf_counter()
        detector.detect(image)
        times.append(perf_counter() - start)
    p50, p95, p99 = (float(each) * 1000 for each in np.percentile(times, (50, 95, 99)))
    return Latency(p50, p95, p99, cold * 1000, len(times))

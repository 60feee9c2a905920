"""Normal distributions of likeness: what is usual, with what was measured weighed in."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, TypeAlias

import numpy as np

from ...records import FloatArray

Labels: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class WeighedBell:
    """A normal distribution of likeness, and how many persons it is worth beside measured ones."""

    mean: float
    deviation: float
    persons: float

    def with_measured(self, values: FloatArray, persons: float) -> "WeighedBell":
        """Weigh in measured values of so many persons.

        The pictures of a person are alike, so it is persons that count. Mean and variance are those
        of the conjugate normal model: Murphy, "Conjugate Bayesian analysis of the Gaussian
        distribution", 2007, equations 85-91, with the persons as the sample size.
        """
        if not persons:
            return self
        total = self.persons + persons
        mean = (self.persons * self.mean + persons * float(values.mean())) / total
        apart = self.persons * persons / total * (float(values.mean()) - self.mean) ** 2
        spread = self.persons * self.deviation**2 + persons * float(values.var()) + apart
        return WeighedBell(mean, float(np.sqrt(spread / total)), total)

    def exceeded_by(self, share: float) -> float:
        """The likeness that this share, 0..1, lies above."""
        return NormalDist(self.mean, self.deviation).inv_cdf(1 - share)

"""Maps that know nothing of the answer, and are else like one that does."""

import numpy as np

from ..records import FloatArray


def random_map(heat: FloatArray, generator: np.random.Generator) -> FloatArray:
    """A map as smooth as another, with its values elsewhere.

    The other's frequencies with the phases of noise (Theiler et al., "Testing for nonlinearity in time
    series: the method of surrogate data", 1992), and its values in that order.

    Args:
        heat: (height, width).
        generator: Draws the noise.
    """
    noise = np.fft.rfft2(generator.normal(size=heat.shape))
    strengths = np.abs(np.fft.rfft2(heat - heat.mean()))
    mixed = np.fft.irfft2(strengths * noise / np.maximum(np.abs(noise), 1e-12), heat.shape)
    made = np.empty(heat.size, np.float32)
    made[np.argsort(mixed, axis=None)] = np.sort(heat, axis=None)
    return made.reshape(heat.shape)

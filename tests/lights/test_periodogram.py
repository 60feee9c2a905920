"""Frequencies of flashes at times of any kind."""

import numpy as np
import pytest

from svod_rcgn.lights.periodogram import Spectrum

SPECTRUM = Spectrum(0.4, 13.5, 8.0)


def fitted(times: np.ndarray, values: np.ndarray):
    waves = np.array([SPECTRUM.waves(float(time)) for time in times])
    return SPECTRUM.fit(times, values[None], waves)


def flashes(times: np.ndarray, frequency: float, duty: float) -> np.ndarray:
    return ((times * frequency + 0.3) % 1 < duty).astype(float)


@pytest.mark.parametrize("duty", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("frequency", [0.52, 1.7, 5.3, 11.9])
def test_flashes_of_any_duty_are_found(frequency: float, duty: float):
    times = np.arange(240) / 30
    found = fitted(times, flashes(times, frequency, duty))
    assert found.frequency[0] == pytest.approx(frequency, rel=0.02)
    assert found.share[0] > 0.7


def test_half_of_the_frames_at_uneven_times_are_enough():
    rng = np.random.default_rng(1)
    times = np.sort(rng.uniform(0, 8, 240))
    values = flashes(times, 3.3, 0.3)
    values[rng.random(240) < 0.5] = np.nan
    assert fitted(times, values).frequency[0] == pytest.approx(3.3, rel=0.02)


def test_noise_has_no_frequency():
    rng = np.random.default_rng(2)
    times = np.arange(240) / 30
    assert fitted(times, rng.random(240)).share[0] < 0.4


def test_a_known_frequency_is_followed_with_little_work():
    times = np.arange(240) / 30
    found = SPECTRUM.follow(times, flashes(times, 4.0, 0.4)[None], np.array([4.02]))
    assert found.frequency[0] == pytest.approx(4.0, rel=0.005)
    other = SPECTRUM.follow(times, flashes(times, 4.0, 0.4)[None], np.array([6.1]))
    assert other.share[0] < 0.5

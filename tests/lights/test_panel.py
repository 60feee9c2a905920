"""Lights on drawn panels: what is told of them, and what is not."""

import re
from dataclasses import replace

import cv2
import numpy as np
import pytest

from benchmarks.drawn_panels import Camera, DrawnLight, DrawnPanel, Phase
from benchmarks.lights import CASES, measure
from svod_rcgn.lights.hue import COLOURS, LINEAR, ColourNames
from svod_rcgn.lights.panel import LightPanel
from svod_rcgn.lights.records import LightState, Reading
from svod_rcgn.lights.settings import LightSettings
from svod_rcgn.records import Box

GREEN = (0.1, 1.0, 0.1)
CAMERA = Camera()


def light(*phases: Phase, colour: str = "green", radiance: float = 5.0) -> DrawnLight:
    bgr = LINEAR[[int(COLOURS[colour][place : place + 2], 16) for place in (5, 3, 1)]]
    return DrawnLight(phases, colour, tuple(bgr.tolist()), radiance, 4.5)


def watch(
    drawn: DrawnLight, seconds: float, camera: Camera = CAMERA, settings: LightSettings | None = None
) -> list[Reading]:
    """The readings of one light, frame by frame."""
    panel = LightPanel(1, settings, camera.white)
    film = DrawnPanel([drawn], camera, seconds, seed=5, columns=1)
    return [panel.look(frame.image, frame.time, frame.boxes)[0] for frame in film.frames()]


@pytest.mark.parametrize(
    ("frequency", "duty"), [(0.5, 0.1), (0.5, 0.9), (1.0, 0.5), (4.3, 0.15), (11.7, 0.6)]
)
def test_a_light_that_blinks_is_told_with_its_frequency_and_duty(frequency: float, duty: float):
    last = watch(light(Phase(0, frequency, duty)), 9)[-1]
    assert last.state is LightState.BLINKING
    assert last.blinking is not None
    assert last.blinking.frequency == pytest.approx(frequency, rel=0.05)
    assert last.blinking.duty == pytest.approx(duty, abs=max(0.05, 2 * last.blinking.duty_uncertainty))
    assert last.blinking.alternations >= 4


def test_the_uncertainty_of_a_frequency_holds_what_is_true():
    for frequency in (0.8, 2.9, 6.3):
        last = watch(light(Phase(0, frequency, 0.4)), 9)[-1]
        assert last.blinking is not None
        off = abs(last.blinking.frequency - frequency)
        assert off < 3 * last.blinking.frequency_uncertainty < 0.1 * frequency


def test_a_light_seen_at_one_brightness_only_cannot_be_told_without_a_limit():
    steady = light(Phase(0, 0, 1.0))
    last = watch(steady, 4)[-1]
    assert last.state is LightState.UNKNOWN
    assert "only one brightness" in last.reason
    assert watch(steady, 4, settings=LightSettings(limit=20.0))[-1].state is LightState.ON


@pytest.mark.parametrize("radiance", [0.55, 0.7])
def test_a_light_about_as_bright_as_the_limit_is_not_told_by_it(radiance: float):
    dim = light(Phase(0, 0, 1.0), radiance=radiance)
    level = watch(dim, 4)[-1].brightness
    assert level is not None
    last = watch(dim, 4, settings=LightSettings(limit=1.4 * level))[-1]
    assert last.state is LightState.UNKNOWN
    assert "too near to the limit" in last.reason
    assert watch(dim, 4, settings=LightSettings(limit=0.7 * level))[-1].state is LightState.ON
    assert watch(dim, 4, settings=LightSettings(limit=2.0 * level))[-1].state is LightState.OFF


def test_what_was_seen_of_a_light_goes_before_its_limit():
    panel = LightPanel(1, LightSettings(limit=20.0))
    image = np.full((60, 60, 3), 20, np.uint8)
    for index in range(300):
        level = 70 if index < 120 else 200  # a pale cap, brighter than its surroundings while it is off
        cv2.circle(image, (30, 30), 5, (level,) * 3, cv2.FILLED)
        reading = panel.look(image, index / 30, [Box(25, 25, 35, 35)])[0]
        if index == 119:
            assert reading.state is LightState.ON  # nothing is known yet but the limit
    assert reading.state is LightState.ON
    cv2.circle(image, (30, 30), 5, (70,) * 3, cv2.FILLED)
    for index in range(300, 400):
        reading = panel.look(image, index / 30, [Box(25, 25, 35, 35)])[0]
    assert reading.state is LightState.OFF


def test_a_light_that_is_switched_is_told_once_a_slow_blinking_is_out_of_question():
    states = [each.state for each in watch(light(Phase(0, 0, 0.0), Phase(3, 0, 1.0), Phase(8, 0, 0.0)), 12)]
    assert states[int(7.5 * 30)] is LightState.ON
    assert states[-1] is LightState.OFF
    assert LightState.BLINKING not in states
    just_after = watch(light(Phase(0, 0, 0.0), Phase(3, 0, 1.0)), 4.2)[-1]
    assert "may blink" in just_after.reason


def test_a_light_that_ceases_to_blink_is_told_so():
    readings = watch(light(Phase(0, 2.0, 0.5), Phase(7, 0, 1.0)), 9)
    assert readings[int(6.5 * 30)].state is LightState.BLINKING
    assert readings[-1].state is LightState.ON


def test_a_steady_light_never_blinks_however_many_frames_miss_it():
    camera = replace(CAMERA, missed=0.3, box_jitter=0.05, noise=6.0)
    for settings in (LightSettings(), LightSettings(limit=20.0)):
        states = {each.state for each in watch(light(Phase(0, 0, 1.0)), 10, camera, settings)}
        assert LightState.BLINKING not in states


def test_nothing_is_told_at_the_start():
    readings = watch(light(Phase(0, 3.0, 0.5)), 1.9)
    assert {each.state for each in readings} == {LightState.UNKNOWN}


def test_a_light_that_is_not_found_any_more_is_told_nothing_of():
    panel = LightPanel(1)
    film = DrawnPanel([light(Phase(0, 2.0, 0.5))], CAMERA, 7, seed=5, columns=1)
    for frame in film.frames():
        box = None if frame.time > 5 else Box(*frame.boxes[0])
        reading = panel.look(frame.image, frame.time, [box])[0]
    assert reading.state is LightState.UNKNOWN
    assert "has not been seen for" in reading.reason
    assert reading.brightness is None


def test_a_hand_before_the_light_is_no_change_of_it():
    camera = replace(CAMERA, hands=True)
    settings = LightSettings()
    readings = watch(light(Phase(0, 0, 0.0), Phase(2.6, 0, 1.0)), 14, camera, settings)
    assert LightState.BLINKING not in {each.state for each in readings}
    assert LightState.OFF not in {each.state for each in readings[150:]}


def test_what_blinks_faster_than_frames_can_show_is_not_given_a_frequency():
    camera = replace(CAMERA, rate=15.0, exposure=0.004, jitter=0.2)
    last = watch(light(Phase(0, 11.3, 0.5)), 9, camera)[-1]
    assert last.state is LightState.UNKNOWN
    assert re.search("at 1[45] frames a second nothing faster than [67] Hz", last.reason)


def test_a_rhythm_that_is_none_is_told_as_such():
    rng = np.random.default_rng(3)
    moments = np.cumsum(rng.uniform(0.15, 1.4, 40))
    phases = [Phase(float(moment), 0, float(number % 2)) for number, moment in enumerate(moments)]
    last = watch(light(Phase(0, 0, 0.0), *phases), 12)[-1]
    assert last.state is LightState.UNKNOWN
    assert "no steady rhythm" in last.reason


@pytest.mark.parametrize("colour", COLOURS)
def test_a_saturated_light_keeps_its_colour(colour: str):
    last = watch(light(Phase(0, 0, 0.0), Phase(3, 0, 1.0), colour=colour, radiance=18.0), 6)[-1]
    assert last.hue is not None
    assert ColourNames().name(last.hue) == colour


def test_a_camera_whose_white_is_warm_sees_the_same_colours():
    camera = replace(CAMERA, white=(0.45, 0.8, 1.0))
    drawn = light(Phase(0, 0, 0.0), Phase(3, 0, 1.0), colour="cyan", radiance=8.0)
    last = watch(drawn, 6, camera)[-1]
    assert last.hue is not None
    assert ColourNames().name(last.hue) == "cyan"


def test_a_light_that_blinds_the_camera_is_too_bright_to_tell():
    panel = LightPanel(1, LightSettings(limit=20.0))
    image = np.full((60, 60, 3), 20, np.uint8)
    for index in range(240):
        if index == 120:
            cv2.circle(image, (30, 30), 6, (255, 255, 255), cv2.FILLED)  # without any glow around it
        reading = panel.look(image, index / 30, [Box(25, 25, 35, 35)])[0]
    assert reading.state is LightState.ON
    assert reading.too_bright
    assert reading.hue is None


@pytest.mark.parametrize(("back", "state"), [(0.5, LightState.BLINKING), (30.0, LightState.UNKNOWN)])
def test_a_clock_that_is_set_right_by_a_bit_forgets_nothing(back: float, state: LightState):
    panel = LightPanel(1)
    film = DrawnPanel([light(Phase(0, 2.0, 0.5))], CAMERA, 6, seed=5, columns=1)
    for frame in film.frames():
        time = frame.time - back * (frame.time > 5)
        reading = panel.look(frame.image, time, frame.boxes)[0]
    assert reading.state is state


def test_a_pause_of_the_camera_begins_anew():
    panel = LightPanel(1)
    film = DrawnPanel([light(Phase(0, 2.0, 0.5))], CAMERA, 5, seed=5, columns=1)
    for frame in film.frames():
        reading = panel.look(frame.image, frame.time, frame.boxes)[0]
    assert reading.state is LightState.BLINKING
    assert panel.look(frame.image, frame.time + 60, frame.boxes)[0].state is LightState.UNKNOWN


@pytest.mark.slow
@pytest.mark.parametrize(
    "title", ["blinking, 30 a second", "blinking, uneven frames", "all faults, changing"]
)
def test_the_bank_is_told_rightly(title: str):
    case = next(each for each in CASES if each.title == title)
    ((_, score),) = measure([case], seconds=12, count=30)
    assert score.right >= 0.98 * score.told > 0
    assert score.close >= 0.98 * score.blinking > 0
    assert score.early == 0


@pytest.mark.slow
def test_with_a_limit_a_light_that_never_changed_is_told_too():
    case = next(each for each in CASES if each.title == "changing, limit given")
    ((_, score),) = measure([case], seconds=12, count=20)
    assert score.right >= 0.98 * score.told
    assert score.told >= 0.95 * score.asked > 0


@pytest.mark.slow
def test_colours_of_the_bank_are_right():
    case = next(each for each in CASES if each.title == "colours, saturated")
    ((_, score),) = measure([case], seconds=10, count=40)
    assert score.colour_right >= 0.98 * score.coloured > 0


@pytest.mark.slow
def test_the_rule_that_counts_frames_is_measured_beside_it():
    case = next(each for each in CASES if each.title == "steady, 30 % missed")
    ((_, score),) = measure([case], seconds=8, count=30)
    assert score.falsely_blinking == 0
    assert score.seed_right < 0.9 * score.asked

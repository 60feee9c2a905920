"""How rightly lights are told on drawn panels, beside a rule that counts frames; and what it costs.

`python -m benchmarks.lights` draws panels of 100 lights under several cameras, whose truth is exact, and
judges every half second of each light. The rule beside it calls a light blinking when, of its last 30
frames, those on and those off differ by 10 at most and the newest is as the oldest; it is given a perfect
eye for on and off, and takes a light that its detector missed for one that is off.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.drawn_panels import (
    Camera,
    DrawnFrame,
    DrawnPanel,
    Phase,
    blinking_panel,
    changing_panel,
    coloured_panel,
    steady_panel,
)
from svod_rcgn.lights.hue import ColourNames
from svod_rcgn.lights.panel import LightPanel
from svod_rcgn.lights.records import LightState, Reading
from svod_rcgn.lights.settings import LightSettings
from svod_rcgn.reports.proportions import proportion

COUNTED, NEAR = 30, 10
EVERY = 0.5  # seconds between two judgements
GRACE = 4.5  # seconds after a change in which nobody has to know
START = 2.0  # seconds, after which anything that is told may be an event
CLOSE = 0.05

PLAIN = Camera()
ALL_FAULTS = replace(
    PLAIN, jitter=0.1, lost=0.05, missed=0.1, noise=6.0, shake=0.7, box_jitter=0.03, hands=True
)
SECONDS = 16.0


@dataclass(frozen=True)
class Case:
    """A kind of panel under a camera."""

    title: str
    draw: Callable[[int, Camera, float, int], DrawnPanel]
    camera: Camera
    settings: LightSettings = field(default_factory=LightSettings)


CASES = (
    Case("blinking, 30 a second", blinking_panel, PLAIN),
    Case("blinking, 15 a second", blinking_panel, replace(PLAIN, rate=15.0, exposure=0.02)),
    Case("blinking, 60 a second", blinking_panel, replace(PLAIN, rate=60.0, exposure=0.005)),
    Case("blinking, long exposure", blinking_panel, replace(PLAIN, exposure=0.03)),
    Case("blinking, short exposure", blinking_panel, replace(PLAIN, exposure=0.001)),
    Case("blinking, uneven frames", blinking_panel, replace(PLAIN, jitter=0.15, lost=0.1)),
    Case("blinking, 30 % missed", blinking_panel, replace(PLAIN, missed=0.3, box_jitter=0.05)),
    Case("blinking, noise and blur", blinking_panel, replace(PLAIN, noise=10.0, blur=2.0)),
    Case("blinking, shaken", blinking_panel, replace(PLAIN, shake=1.5, box_jitter=0.03)),
    Case("blinking, hands", blinking_panel, replace(PLAIN, hands=True)),
    Case("changing", changing_panel, PLAIN),
    Case("changing, limit given", changing_panel, PLAIN, LightSettings(limit=20.0)),
    Case("all faults, changing", changing_panel, ALL_FAULTS),
    Case("all faults, changing, limit given", changing_panel, ALL_FAULTS, LightSettings(limit=20.0)),
    Case("steady, 30 % missed", steady_panel, replace(PLAIN, missed=0.3, box_jitter=0.05),
         LightSettings(limit=20.0)),
    Case("colours, saturated", coloured_panel, PLAIN),
    Case("colours, warm camera", coloured_panel, replace(PLAIN, white=(0.6, 0.9, 1.0))),
)  # fmt: skip


@dataclass
class Score:
    """What came of a case: judgements that could be asked for, that were given, and that were right."""

    asked: int = 0
    told: int = 0
    right: int = 0
    blinking: int = 0
    close: int = 0
    falsely_blinking: int = 0
    early: int = 0
    coloured: int = 0
    colour_right: int = 0
    too_bright: int = 0
    seed_right: int = 0
    milliseconds: float = 0.0

    def take(self, truth: Phase, reading: Reading) -> None:
        """Judge a reading."""
        self.asked += 1
        if reading.state is LightState.UNKNOWN:
            return
        self.told += 1
        right = reading.state.value == truth.state
        if right and reading.blinking:
            self.blinking += 1
            is_close = abs(reading.blinking.frequency / truth.frequency - 1) <= CLOSE
            self.close += is_close
        self.right += right
        self.falsely_blinking += reading.state is LightState.BLINKING and truth.state != "blinking"


class CountingRule:
    """The rule that counts frames, for all lights of a panel."""

    def __init__(self, count: int) -> None:
        self._frames: deque[np.ndarray] = deque(maxlen=COUNTED)
        self._count = count

    def look(self, lit: np.ndarray) -> list[str]:
        """Take in which lights were found and found on; returns the states."""
        self._frames.append(lit)
        on = sum(frame.astype(int) for frame in self._frames)
        off = len(self._frames) - on
        blinks = (np.abs(on - off) <= NEAR) & (self._frames[0] == lit)
        return [
            "blinking" if flashes else "on" if shines else "off"
            for flashes, shines in zip(blinks, lit, strict=True)
        ]


def judge(panel: DrawnPanel, settings: LightSettings) -> Score:
    """Measure a panel and judge what is told of its lights."""
    measured = LightPanel(len(panel.lights), settings, panel.camera.white)
    counting, names, score = CountingRule(len(panel.lights)), ColourNames(), Score()
    due, frames, spent = 0.0, 0, 0.0
    for frame in panel.frames():
        begun = time.process_time()
        readings = measured.look(frame.image, frame.time, frame.boxes)
        spent += time.process_time() - begun
        frames += 1
        seed = counting.look(_perfect_eye(panel, frame))
        if frame.time < START:
            score.early += sum(each.state is LightState.BLINKING for each in readings)
        if frame.time >= due:
            due = frame.time + EVERY
            _judge_all(panel, frame, readings, seed, names, score)
    score.milliseconds = 1000 * spent / frames
    return score


def _judge_all(panel: DrawnPanel, frame: DrawnFrame, readings: Sequence[Reading], seed: Sequence[str],
               names: ColourNames, score: Score) -> None:  # fmt: skip
    for number, (light, reading) in enumerate(zip(panel.lights, readings, strict=True)):
        truth = panel.truth(number, frame.time, GRACE)
        if truth is None:
            continue
        score.take(truth, reading)
        score.seed_right += seed[number] == truth.state
        if truth.state == "off" or reading.state is LightState.UNKNOWN:
            continue
        score.too_bright += reading.too_bright
        if reading.hue is not None:
            score.coloured += 1
            score.colour_right += names.name(reading.hue) == light.colour


def _perfect_eye(panel: DrawnPanel, frame: DrawnFrame) -> np.ndarray:
    exposure = panel.camera.exposure
    lit = [light.phase(frame.time).lit(frame.time, frame.time + exposure) > 0.5 for light in panel.lights]
    return np.array(lit) & np.isfinite(frame.boxes[:, 0]) & ~frame.hidden


def measure(
    cases: Sequence[Case] = CASES, seconds: float = SECONDS, count: int = 100
) -> Iterator[tuple[Case, Score]]:
    """Judge each case on a panel of its own."""
    for seed, case in enumerate(cases):
        yield case, judge(case.draw(seed, case.camera, seconds, count), case.settings)


def _share(part: int, whole: int) -> str:
    found = proportion(part, whole)
    return f"{100 * found.share:.1f} ({100 * found.low:.1f}-{100 * found.high:.1f})" if found else ""


def _row(case: Case, score: Score) -> Sequence[str]:
    return (
        case.title,
        f"{score.asked * EVERY:.0f}",
        f"{100 * score.told / score.asked:.1f}" if score.asked else "",
        _share(score.right, score.told),
        _share(score.close, score.blinking),
        f"{score.falsely_blinking}",
        f"{score.early}",
        _share(score.colour_right, score.coloured),
        f"{score.too_bright}",
        _share(score.seed_right, score.asked),
        f"{score.milliseconds:.2f}",
    )


COLUMNS = ("panel", "light seconds", "told %", "right %", "frequency within 5 %", "wrongly blinking",
           "at start", "colour right %", "too bright", "counting frames, right %", "ms a frame")  # fmt: skip


@click.command()
@click.option("--seconds", default=SECONDS, show_default=True)
@click.option("--lights", "count", default=100, show_default=True)
@click.option("--only", default="", help="Cases whose title begins so.")
def main(seconds: float, count: int, only: str) -> None:
    """Draw panels, measure them, and print how rightly."""
    table = Table(*COLUMNS)
    for case, score in measure([case for case in CASES if case.title.startswith(only)], seconds, count):
        table.add_row(*_row(case, score))
    Console(width=180).print(table)


if __name__ == "__main__":
    main()

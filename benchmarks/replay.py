"""How long `svod rules replay` takes over a month of one camera: `python -m benchmarks.replay --days 30`.

What the camera saw is made up: each hour of the day so many walkers go by, missed in a fifth of the frames
and trembling by a twentieth of a box, and nothing in between. It is kept by the recorder of cameras, and
nothing is read but that.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import numpy as np

from benchmarks.drawn_walkers import BAY, DOOR, HEIGHT, PERSON, WIDTH
from svod_rcgn.app.rule_replay import Replay, replay
from svod_rcgn.history.database import FILE, Database
from svod_rcgn.history.observations import ObservationRecorder, Observations, SeenFrame
from svod_rcgn.records import OBJECT, Box, Observation, Subject
from svod_rcgn.rules.rule_file import parse_rules

DAY = 86_400.0
VISIT = 12.0  # seconds that a walker is seen
EMPTY = 10.0  # seconds between two frames of an empty scene
RATE = 5.0  # frames a second that are kept of a walker
RULES = f"""
[lines]
door = {[list(point) for point in DOOR]}

[zones]
bay = {[list(point) for point in BAY]}

[[rules]]
name = "out by the door"
look = {{ kind = "object", label = "{PERSON}" }}
when = {{ is = "crosses", line = "door" }}

[[rules]]
name = "in the bay"
look = {{ kind = "object", label = "{PERSON}" }}
when = {{ is = "in", zone = "bay", for = 3 }}
cooldown = 60
"""


def walkers(days: float, an_hour: int, seed: int = 0) -> Iterator[tuple[float, float]]:
    """When each walker comes, in seconds from the beginning, and how high on the picture the feet are."""
    rng = np.random.default_rng(seed)
    for hour in range(round(24 * days)):
        gap = 3600.0 / an_hour
        for number in range(an_hour):
            yield 3600.0 * hour + gap * (number + 0.4 * rng.random()), rng.uniform(0.5, 0.95)


def seen_of(begin: float, days: float, an_hour: int) -> Iterator[SeenFrame]:
    """What the camera saw from a time on, in seconds since the epoch."""
    rng, clock = np.random.default_rng(1), 0.0
    for number, (start, feet) in enumerate(walkers(days, an_hour)):
        for moment in np.arange(clock, start, EMPTY):
            yield SeenFrame("yard", begin + float(moment), WIDTH, HEIGHT, {})
        for moment in np.arange(0.0, VISIT, 1 / RATE):
            there = {} if rng.random() < 0.2 else _walker(rng, number, float(moment) / VISIT, feet)
            yield SeenFrame("yard", begin + start + float(moment), WIDTH, HEIGHT, there)
        clock = start + VISIT


def _walker(rng: np.random.Generator, number: int, share: float, feet: float) -> dict[Subject, Observation]:
    tall = 0.3 * HEIGHT
    x, y = WIDTH * (0.1 + 0.8 * share), HEIGHT * feet
    tremble = rng.normal(0, 0.05 * tall / 2, 4)
    left, top, right, bottom = tremble + np.array([x - tall / 4, y - tall, x + tall / 4, y])
    seen = Observation(
        kind=OBJECT, label=PERSON, score=0.8, box=Box(left, top, right, bottom), track=number + 1
    )
    return {Subject(OBJECT, PERSON, number + 1): seen}


def record(folder: Path, begin: float, days: float, an_hour: int) -> None:
    """Keep it as a camera would."""
    with closing(Database(folder / FILE)) as database:
        recorder = ObservationRecorder(Observations(database), "yard")
        for frame in seen_of(begin, days, an_hour):
            recorder.take(frame)
        recorder.flush()


def measure(folder: Path, days: float, an_hour: int) -> tuple[Replay, float, int]:
    """The replay, its seconds, and the bytes that the record takes."""
    begin = time.time() - DAY * days
    record(folder, begin, days, an_hour)
    started = time.perf_counter()
    done = replay(folder, parse_rules(RULES, "rules.toml"), begin)
    return done, time.perf_counter() - started, (folder / FILE).stat().st_size


@click.command()
@click.option("--days", default=30.0, show_default=True)
@click.option("--walkers", "an_hour", default=12, show_default=True, help="An hour.")
def main(days: float, an_hour: int) -> None:
    """Make up what was seen, and run two rules over it."""
    with tempfile.TemporaryDirectory() as folder:
        done, seconds, size = measure(Path(folder), days, an_hour)
    click.echo(
        f"{days:g} days, {an_hour} walkers an hour: {done.frames:,} frames kept in {size / 1e6:.1f} MB, "
        f"{len(done.begun):,} events, replayed in {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()

"""A film of one lamp that is steady, blinks, and blinks faster, in spells whose count is known exactly."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.drawn_panels import Camera, DrawnLight, DrawnPanel, Phase
from svod_rcgn.app.event_service import EventService, EventServiceSettings
from svod_rcgn.app.rule_service import RulesInUse
from svod_rcgn.records import Frame
from svod_rcgn.rules.rule_file import parse_rules
from tests.app.car_watch import Road

GREEN = (0.05, 1.0, 0.05)  # linear BGR
SLOW, FAST = 1.0, 2.5  # Hz
_LONGEST = 60.0  # seconds of a steady spell and one that blinks, and some to tell that it is over


class LiveCamera(Road):
    """A live camera of a name."""

    live = True

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass
class BlinkingFilm:
    """So many seconds at so many frames a second; the same seed draws the same film."""

    seconds: float
    rate: float = 10.0
    seed: int = 0
    source: str = "panel"
    begin: float = 0.0
    phases: list[Phase] = field(init=False)

    def __post_init__(self) -> None:
        rng, start, self.phases = np.random.default_rng(self.seed), 0.0, []
        while start + _LONGEST < self.seconds:  # a steady spell, on by turns, and one that blinks
            self._steady(start)
            start += rng.uniform(12.0, 25.0)
            self.phases.append(Phase(start, float(rng.choice([SLOW, FAST])), 0.5, rng.random()))
            start += rng.uniform(15.0, 30.0)
        self._steady(start)

    def _steady(self, start: float) -> None:
        self.phases.append(Phase(start, 0.0, float(len(self.phases) % 4 == 0)))

    def spells(self, frequency: float) -> list[float]:
        """When it begins to blink so often, in seconds from the beginning."""
        return [start for start, _ in self.spans(frequency)]

    def spans(self, frequency: float) -> list[tuple[float, float]]:
        """When it begins to blink so often and when that is over, in seconds from the beginning."""
        pairs = pairwise(self.phases)  # the last is steady
        return [(each.start, after.start) for each, after in pairs if each.frequency == frequency]

    @cached_property
    def panel(self) -> DrawnPanel:
        """As it is drawn."""
        light = DrawnLight(tuple(self.phases), "green", GREEN, 3.0, 5.0)
        return DrawnPanel([light], Camera(rate=self.rate, noise=2.0), self.seconds, self.seed, columns=1)

    @cached_property
    def box(self) -> list[float]:
        """Where the lamp is, in shares of the picture."""
        first = next(iter(self.panel.frames()))
        height, width = first.image.shape[:2]
        return [round(float(side), 4) for side in first.boxes[0] / [width, height, width, height]]

    def frames(self) -> Iterator[Frame]:
        """The film, from `begin` on."""
        for index, each in enumerate(self.panel.frames()):
            yield Frame(each.image, index, self.begin + each.time, self.source)

    def store(self, folder: Path) -> None:
        """Keep what a camera sees of it, while no rule is asked."""
        in_use = RulesInUse(lambda: parse_rules(self.lamp(), "rules.toml"))
        service = EventService(EventServiceSettings(folder), [], rules=in_use)
        service.start()
        (watch,) = service.rule_watches(LiveCamera(self.source), [])
        analyzer = watch.build_analyzer()
        for frame in self.frames():
            watch.dispatcher.observe(frame, analyzer.analyze(frame))
        service.close(0.0)

    def lamp(self) -> str:
        """The lamp in a rules file."""
        return f"[lights.ready]\nbox = {self.box}\n"


def blinks(name: str, slowest: float, fastest: float) -> str:
    """A rule on the lamp."""
    return (
        f'[[rules]]\nname = "{name}"\nlook = {{ kind = "light", label = "ready" }}\n'
        f'when = {{ is = "blinks", from = {slowest}, to = {fastest} }}\n'
    )

"""The lights of a camera, frame by frame, as observations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..records import LIGHT, Box, Frame, Observation
from .detected_place import DetectedPlace
from .hue import ColourNames
from .panel import LightPanel
from .records import LightState, Reading
from .registration import Registration
from .settings import LightSettings

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Detected: TypeAlias = Callable[[Frame], Sequence[Observation]]

TOO_BRIGHT = "too bright to tell"


def nothing_detected(frame: Frame) -> Sequence[Observation]:  # noqa: ARG001
    """What detectors find where there is none."""
    return ()


@dataclass(frozen=True, slots=True)
class Light:
    """A light and its place: `box` is (left, top, right, bottom) in shares of the picture.

    Where it is on a thing of which `detected` is the class, they are shares of that thing's box.

    It is looked for by the cameras that are named, by all where none is. One that `follows` goes with what is
    around it when the camera moves a little; the others stay where they are.
    """

    name: str
    box: tuple[float, float, float, float]
    cameras: tuple[str, ...] = ()
    follows: bool = False
    settings: LightSettings = field(default_factory=LightSettings)
    detected: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LightPlan:
    """All lights of a process, what their colours are called, and what each camera makes of white.

    The white of a camera is linear BGR of any scale; one that has none makes white of it.
    """

    lights: tuple[Light, ...] = ()
    names: ColourNames = field(default_factory=ColourNames)
    whites: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)


class SharedLights:
    """The lights in use, which may be replaced while analyzers run; each asks for them once a frame."""

    def __init__(self, plan: LightPlan) -> None:
        self.current = plan

    def replace(self, plan: LightPlan) -> None:
        """Measure these from now on; any thread may call it."""
        self.current = plan

    def analyzer(self, detected: Detected = nothing_detected) -> "LightAnalyzer":
        """One for a camera, whose `detected` objects may have lights on them."""
        return LightAnalyzer(self, detected)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Lights that are measured alike, with what is known of them; of some the plan may speak no more."""

    lights: tuple[Light, ...]
    panel: LightPanel
    registration: Registration
    places: Sequence[DetectedPlace]
    white: tuple[float, float, float]

    def rows(self, frame: Frame, detected: Detected) -> Floats:
        """Where its lights are, (n, 4) in pixels, nan where one was not found."""
        if self.places:
            seen = detected(frame)
            return np.stack([place.row(seen) for place in self.places])
        height, width = frame.image.shape[:2]
        rows: Floats = np.array([light.box for light in self.lights]) * [width, height, width, height]
        return self.registration.moved(frame.image, frame.time, rows) if self.lights[0].follows else rows


class LightAnalyzer:
    """Measures the lights of one camera. What is known of lights that stay the same outlasts a new plan."""

    def __init__(self, shared: SharedLights, detected: Detected = nothing_detected) -> None:
        self._shared, self._detected = shared, detected
        self._plan: LightPlan | None = None
        self._lights: frozenset[Light] = frozenset()
        self._groups: Sequence[_Group] = ()

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        """See `Analyzer.analyze`: each light with what is known of it."""
        plan = self._shared.current
        if plan is not self._plan:
            self._take(plan, frame.source)
        return tuple(
            _observation(light, box, reading, plan.names)
            for group in self._groups
            for light, box, reading in zip(group.lights, *self._looked(group, frame), strict=True)
            if light in self._lights
        )

    def _take(self, plan: LightPlan, camera: str) -> None:
        mine = [light for light in plan.lights if not light.cameras or camera in light.cameras]
        white = plan.whites.get(camera, (1.0, 1.0, 1.0))
        self._plan, self._lights = plan, frozenset(mine)
        kept = [each for each in self._groups if each.white == white and self._lights & set(each.lights)]
        known = {light for group in kept for light in group.lights}
        self._groups = [*kept, *_groups_of([light for light in mine if light not in known], white)]

    def _looked(self, group: _Group, frame: Frame) -> tuple[Sequence[Box | None], Sequence[Reading]]:
        rows = group.rows(frame, self._detected)
        readings = group.panel.look(frame.image, frame.time, rows)
        return [Box(*row) if np.isfinite(row).all() else None for row in rows.tolist()], readings


def _groups_of(lights: Sequence[Light], white: tuple[float, float, float]) -> list[_Group]:
    alike: dict[tuple[LightSettings, bool, bool], list[Light]] = {}
    for light in lights:
        alike.setdefault((light.settings, light.follows, light.detected is not None), []).append(light)
    return [
        _Group(
            tuple(each),
            LightPanel(len(each), settings, white),
            Registration(),
            [DetectedPlace(light.detected, light.box) for light in each if light.detected],
            white,
        )
        for (settings, *_), each in alike.items()
    ]


def _observation(light: Light, box: Box | None, reading: Reading, names: ColourNames) -> Observation:
    return Observation(
        kind=LIGHT, label=light.name, score=1.0, box=box, worth=0.5, attributes=_attributes(reading, names)
    )


def _attributes(reading: Reading, names: ColourNames) -> Mapping[str, Any]:
    """What is known of a light; `state` is None where it cannot be told, for the `reason`."""
    about: dict[str, Any] = {
        "state": None if reading.state is LightState.UNKNOWN else reading.state.value,
        "reason": reading.reason,
        "colour": TOO_BRIGHT
        if reading.too_bright
        else None
        if reading.hue is None
        else names.name(reading.hue),
        "brightness": None if reading.brightness is None else round(reading.brightness, 1),
    }
    if reading.blinking is not None:
        blinking = reading.blinking
        about |= {
            "frequency": round(blinking.frequency, 3),
            "frequency_uncertainty": round(blinking.frequency_uncertainty, 4),
            "duty": round(blinking.duty, 3),
            "duty_uncertainty": round(blinking.duty_uncertainty, 3),
            "alternations": blinking.alternations,
        }
    return about

"""Films of panels with lights, drawn with a camera's faults: what each light does is known exactly.

Light adds up in linear values while the shutter is open, is blurred, glows, is cut off where the camera
saturates, and gets noise; frames come late, are lost, shake, and a hand passes before the lights.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from svod_rcgn.lights.hue import COLOURS, LINEAR

CELL = 36
MARGIN = 8
SKIN = np.array([0.16, 0.24, 0.48])  # linear BGR


@dataclass(frozen=True)
class Phase:
    """From `start` on, in seconds, a light flashes so often and so long; frequency 0 is a steady light."""

    start: float
    frequency: float
    duty: float
    offset: float = 0.0

    @property
    def state(self) -> str:
        """As a reading calls it."""
        return "blinking" if self.frequency else "on" if self.duty > 0.5 else "off"

    def lit(self, begun: float, ended: float) -> float:
        """The share of an exposure in which it is lit."""
        if not self.frequency:
            return self.duty
        turns = np.array([begun, ended]) * self.frequency + self.offset
        whole = np.floor(turns)
        light = whole * self.duty + np.minimum(turns - whole, self.duty)
        return float((light[1] - light[0]) / (turns[1] - turns[0]))


@dataclass(frozen=True)
class DrawnLight:
    """A round light that does one thing after the other."""

    phases: tuple[Phase, ...]
    colour: str
    bgr: tuple[float, float, float]  # linear, the strongest 1
    radiance: float  # of the core; over 1 it saturates
    radius: float

    def phase(self, time: float) -> Phase:
        """What it does at a time."""
        return [each for each in self.phases if each.start <= time or each is self.phases[0]][-1]


@dataclass(frozen=True)
class Camera:
    """What a camera does to a picture, and when; a detector's faults besides."""

    rate: float = 30.0
    exposure: float = 0.01
    jitter: float = 0.0  # of the frame length
    lost: float = 0.0  # share of the frames
    missed: float = 0.0  # share of the boxes
    noise: float = 3.0  # grey levels
    blur: float = 0.8  # pixels
    shake: float = 0.0  # pixels
    box_jitter: float = 0.0  # share of a box
    hands: bool = False
    white: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, eq=False)
class DrawnFrame:
    """A picture, where its lights are said to be, and which a hand covers."""

    time: float
    image: np.ndarray
    boxes: np.ndarray  # (lights, 4), nan where missed
    hidden: np.ndarray  # (lights,)
    shift: tuple[float, float]


@dataclass(frozen=True, eq=False)
class DrawnPanel:
    """Lights before a camera, for so long; the same seed draws the same film."""

    lights: Sequence[DrawnLight]
    camera: Camera
    seconds: float
    seed: int = 0
    columns: int = field(default=10)

    def frames(self) -> Iterator[DrawnFrame]:
        """The film."""
        return _Drawing(self).frames()

    def truth(self, light: int, time: float, grace: float) -> Phase | None:
        """What a light does, None within the grace after a change, which nobody can know at once."""
        phase = self.lights[light].phase(time)
        needed = max(grace, 2.5 / phase.frequency + 1) if phase.frequency else grace
        return phase if time - phase.start >= needed else None


def drawn_light(
    rng: np.random.Generator, phases: Sequence[Phase], radiance: float | None = None
) -> DrawnLight:
    """A light of a drawn colour: one of the eight hues, a bit off it, and paler than pure."""
    name = str(rng.choice(list(COLOURS)))
    rgb = [LINEAR[int(COLOURS[name][place : place + 2], 16)] for place in (1, 3, 5)]
    pale = rng.uniform(0.0, 0.12)
    off = np.clip(np.array(rgb, float) + rng.normal(0, 0.02, 3), 0, None)
    bgr = ((1 - pale) * off + pale)[::-1]
    strong = float(np.exp(rng.uniform(np.log(0.6), np.log(20)))) if radiance is None else radiance
    return DrawnLight(tuple(phases), name, tuple(bgr / bgr.max()), strong, rng.uniform(3.0, 6.0))


class _Drawing:
    def __init__(self, panel: DrawnPanel) -> None:
        self._panel = panel
        self._rng = np.random.default_rng(panel.seed)
        rows = -(-len(panel.lights) // panel.columns)
        self._shape = rows * CELL + 2 * MARGIN, panel.columns * CELL + 2 * MARGIN
        self._places = [
            (MARGIN + CELL * (n % panel.columns) + CELL / 2, MARGIN + CELL * (n // panel.columns) + CELL / 2)
            for n in range(len(panel.lights))
        ]
        self._ground = self._drawn_ground()
        self._glows = [
            self._drawn_glow(light, place) for light, place in zip(panel.lights, self._places, strict=True)
        ]
        noise = self._rng.normal(0, panel.camera.noise, (6, *self._shape, 3))
        self._noise = noise.astype(np.float32)
        self._marks = np.array([self._mark(n) for n in range(len(panel.lights))])
        self._encode = _encoding()

    def _drawn_ground(self) -> np.ndarray:
        height, width = self._shape
        level = self._rng.uniform(0.02, 0.2)
        ground = np.full((height, width, 3), level, np.float32)
        for _ in range(len(self._places) * 2):  # labels, screws, edges
            x, y = self._rng.integers(0, width), self._rng.integers(0, height)
            w, h = self._rng.integers(3, 14), self._rng.integers(1, 4)
            cv2.rectangle(
                ground,
                (int(x), int(y)),
                (int(x + w), int(y + h)),
                [float(level * self._rng.uniform(0.4, 3))] * 3,
                -1,
            )
        return ground * np.linspace(0.8, 1.2, width, dtype=np.float32)[None, :, None]

    def _drawn_glow(self, light: DrawnLight, place: tuple[float, float]) -> tuple[slice, slice, np.ndarray]:
        x, y = int(place[0]), int(place[1])
        half = CELL // 2 + MARGIN
        rows, columns = slice(max(y - half, 0), y + half), slice(max(x - half, 0), x + half)
        yy, xx = np.mgrid[
            rows.start : min(rows.stop, self._shape[0]), columns.start : min(columns.stop, self._shape[1])
        ]
        far = np.hypot(xx + 0.5 - place[0], yy + 0.5 - place[1])
        soft = self._panel.camera.blur
        core = 1 / (1 + np.exp((far - light.radius) / (0.5 * soft)))
        glow = 0.05 / (1 + (far / light.radius) ** 2) ** 1.5
        lit = (light.radiance * (core + glow))[..., None] * np.array(light.bgr)
        return rows, columns, lit.astype(np.float32)

    def _mark(self, number: int) -> np.ndarray:
        x, y = self._places[number]
        half = self._panel.lights[number].radius * self._rng.uniform(1.1, 1.5)
        x, y = x + self._rng.normal(0, 0.05 * half), y + self._rng.normal(0, 0.05 * half)
        return np.array([x - half, y - half, x + half, y + half])

    def frames(self) -> Iterator[DrawnFrame]:
        camera = self._panel.camera
        step = 1 / camera.rate
        for index in range(int(self._panel.seconds * camera.rate)):
            time = (
                index * step + step * float(np.clip(self._rng.normal(0, camera.jitter), -0.45, 0.45)) + step
            )
            if self._rng.random() < camera.lost:
                continue
            shift = tuple(self._rng.normal(0, camera.shake, 2)) if camera.shake else (0.0, 0.0)
            image, hidden = self._exposed(time, shift)
            yield DrawnFrame(time, image, self._boxes(shift), hidden, shift)

    def _exposed(self, time: float, shift: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
        camera = self._panel.camera
        scene = self._ground.copy()
        for light, (rows, columns, glow) in zip(self._panel.lights, self._glows, strict=True):
            lit = light.phase(time).lit(time, time + camera.exposure)
            if lit:
                scene[rows, columns] += np.float32(lit) * glow
        hidden = self._hide(scene, time)
        if shift != (0.0, 0.0):
            matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
            scene = cv2.warpAffine(scene, matrix, self._shape[::-1], borderMode=cv2.BORDER_REPLICATE)
        scene *= np.array(camera.white, np.float32)
        levels = self._encode[np.minimum(scene * 4095, 4095).astype(np.uint16)]
        levels += self._noise[self._rng.integers(len(self._noise))]
        return np.clip(np.rint(levels), 0, 255).astype(np.uint8), hidden

    def _hide(self, scene: np.ndarray, time: float) -> np.ndarray:
        hidden = np.zeros(len(self._places), bool)
        if not self._panel.camera.hands:
            return hidden
        height, width = self._shape
        turn = (time % 7.0) / 2.5  # every seven seconds, for two and a half
        if turn >= 1:
            return hidden
        x, y = width * (1.4 * turn - 0.2), height * (0.35 + 0.3 * np.sin(time // 7.0 * 2.0))
        mask = np.zeros((height, width), np.uint8)
        cv2.ellipse(mask, ((x, y), (70, 46), 20), 255, -1)
        cv2.line(mask, (int(x), int(y)), (int(x - 40), height + 40), 255, 34)
        covered = mask > 0
        scene[covered] = (
            SKIN
            * (0.8 + 0.4 * np.hypot(*np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))))[
                covered
            ][:, None]
        )
        return np.array([covered[int(py), int(px)] for px, py in self._places])

    def _boxes(self, shift: tuple[float, float]) -> np.ndarray:
        camera = self._panel.camera
        boxes = self._marks + np.array([*shift, *shift])
        if camera.box_jitter:
            sides = (self._marks[:, 2:] - self._marks[:, :2]).mean(axis=1, keepdims=True)
            boxes = boxes + self._rng.normal(0, camera.box_jitter, boxes.shape) * sides
        boxes[self._rng.random(len(boxes)) < camera.missed] = np.nan
        return boxes


def _encoding() -> np.ndarray:
    linear = np.arange(4096) / 4095
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (255 * encoded).astype(np.float32)


def blinking_panel(seed: int, camera: Camera, seconds: float, count: int = 100) -> DrawnPanel:
    """Lights that blink at 0.5 Hz to 0.4 of the frame rate with a duty of 10 to 90 %."""
    rng = np.random.default_rng(seed)
    lights = []
    for _ in range(count):
        frequency = float(np.exp(rng.uniform(np.log(0.5), np.log(0.4 * camera.rate))))
        flashes = Phase(0.0, frequency, rng.uniform(0.1, 0.9), rng.random())
        lights.append(drawn_light(rng, [flashes]))
    return DrawnPanel(lights, camera, seconds, seed)


def changing_panel(seed: int, camera: Camera, seconds: float, count: int = 100) -> DrawnPanel:
    """Lights that are switched, begin and cease to blink, and change how fast they do."""
    rng = np.random.default_rng(seed)
    lights = []
    for _ in range(count):
        phases, start = [], 0.0
        while start < seconds:
            blinks = rng.random() < 0.5
            frequency = float(np.exp(rng.uniform(np.log(0.5), np.log(0.4 * camera.rate)))) if blinks else 0.0
            duty = rng.uniform(0.1, 0.9) if blinks else float(rng.random() < 0.5)
            phases.append(Phase(start, frequency, duty, rng.random()))
            start += rng.uniform(8.0, 14.0)
        lights.append(drawn_light(rng, _joined(phases)))
    return DrawnPanel(lights, camera, seconds, seed)


def steady_panel(seed: int, camera: Camera, seconds: float, count: int = 100) -> DrawnPanel:
    """Lights that are on all the time."""
    rng = np.random.default_rng(seed)
    lights = [drawn_light(rng, [Phase(0.0, 0.0, 1.0)]) for _ in range(count)]
    return DrawnPanel(lights, camera, seconds, seed)


def coloured_panel(seed: int, camera: Camera, seconds: float, count: int = 100) -> DrawnPanel:
    """Lights whose cores are saturated: dark for three seconds, then on."""
    rng = np.random.default_rng(seed)
    phases = [Phase(0.0, 0.0, 0.0), Phase(3.0, 0.0, 1.0)]
    lights = [drawn_light(rng, phases, rng.uniform(4.0, 20.0)) for _ in range(count)]
    return DrawnPanel(lights, camera, seconds, seed)


def _joined(phases: Sequence[Phase]) -> list[Phase]:
    """Two steady phases alike are one."""
    joined = [phases[0]]
    for phase in phases[1:]:
        last = joined[-1]
        if (last.frequency, last.duty) != (phase.frequency, phase.duty):
            joined.append(replace(phase))
    return joined

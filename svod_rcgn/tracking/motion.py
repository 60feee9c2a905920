"""When the detector looks: where something moves, now and then where nothing does, at once after a cut.

Between two looks what was found is carried along with the picture around them, by the median of the ways
that points in and around each thing have gone (Lucas and Kanade, "An iterative image registration
technique", 1981; the median after Kalal et al., "Forward-backward error", 2010).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import cv2
import numpy as np

from ..geometry import fit_within
from ..records import Box, FloatArray, Frame, Image


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """When a frame of a film is searched.

    Where something moves, every `interval` seconds; where nothing does, every `still_interval`. A
    picture is taken as still while none of its cells has changed by `motion_threshold` grey levels
    since it was searched, and as another scene, searched at once, when the share `scene_change_share`
    of them has since the frame before.
    """

    interval: float = 0.12
    still_interval: float = 2.0
    motion_threshold: float = 6.0
    scene_change_share: float = 0.5


_VIEW = 320
_CELL = 8
# Grey levels by which a point's surroundings differ where it was lost; on films 1 point in 1,000 that
# was followed differs by 30, and those of a face that was covered by 30 and more.
_LOST = 20.0
_GRID = np.stack(np.meshgrid((0.2, 0.5, 0.8), (0.2, 0.5, 0.8)), axis=-1).reshape(-1, 2).astype(np.float32)


class Movable(Protocol):
    """Something found in a picture that can be carried along with it."""

    @property
    def box(self) -> Box:
        """Where it is, in pixels."""
        ...

    def moved(self: "Found", x: float, y: float) -> "Found":
        """The same, so many pixels further right and down."""
        ...


Found = TypeVar("Found", bound=Movable)
Found_co = TypeVar("Found_co", bound=Movable, covariant=True)


class Detector(Protocol[Found_co]):
    """Finds things in a picture."""

    def detect(self, image: Image) -> tuple[Found_co, ...]:
        """Find what is in a picture, the surest first.

        Args:
            image: (height, width, 3) uint8, BGR, of any size.

        Returns:
            What was found, in the picture's own pixels.
        """
        ...


class MotionGate(Generic[Found]):
    """Finds things in the frames of one source, and spares the detector what it can."""

    def __init__(self, detector: Detector[Found], settings: MotionSettings) -> None:
        self._detector = detector
        self._settings = settings
        self._last: _View | None = None
        self._looked: _View | None = None
        self._found: tuple[Found, ...] = ()
        self.scenes = 0
        """How many scenes there were, as far as they were told apart by what changed at a cut."""

    def find(self, frame: Frame, foreground: Callable[[], Image]) -> tuple[Found, ...]:
        """Everything that is on a frame, in its pixels.

        Args:
            frame: The next of the source's frames.
            foreground: Gives what the detector is to look at; asked only where it looks.
        """
        view = _View.of(frame)
        carried = self._carried(view)
        if carried is None:
            self._looked, carried = view, self._detector.detect(foreground())
        self._last, self._found = view, carried
        return carried

    def _carried(self, view: "_View") -> tuple[Found, ...] | None:
        """What was found as it is now, without a look; None where a look is due."""
        last, looked = self._last, self._looked
        if last is None or looked is None or self._is_another_scene(last, view):
            self.scenes += 1
            return None
        passed = view.time - looked.time
        if self._is_still(looked, view):
            return self._found if 0 <= passed < self._settings.still_interval else None
        return _moved(self._found, last, view) if 0 <= passed < self._settings.interval else None

    def _is_still(self, looked: "_View", view: "_View") -> bool:
        return bool((view.change_from(looked) < self._settings.motion_threshold).all())

    def _is_another_scene(self, last: "_View", view: "_View") -> bool:
        if view.cells.shape != last.cells.shape:
            return True
        changed = view.change_from(last) >= self._settings.motion_threshold
        return bool(changed.mean() >= self._settings.scene_change_share)


class EveryFrame(Generic[Found]):
    """Stands in where frames have nothing to do with each other, as photographs: each is looked at."""

    def __init__(self, detector: Detector[Found]) -> None:
        self._detector = detector

    def find(self, frame: Frame, foreground: Callable[[], Image]) -> tuple[Found, ...]:  # noqa: ARG002
        """See `MotionGate.find`."""
        return self._detector.detect(foreground())


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """A frame in little: its grey levels at `scale`, and their means over cells of 8 by 8."""

    time: float
    scale: float
    grey: Image
    cells: Image

    @classmethod
    def of(cls, frame: Frame) -> "_View":
        height, width = frame.image.shape[:2]
        scale = fit_within(width, height, _VIEW, _VIEW)
        small = _scaled(frame.image, scale)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        return cls(frame.time, scale, grey, _scaled(grey, 1 / _CELL))

    def change_from(self, other: "_View") -> Any:
        """How many grey levels each cell has changed."""
        return cv2.absdiff(self.cells, other.cells)


def _scaled(image: Any, scale: float) -> Any:
    size = [max(1, round(side * scale)) for side in image.shape[1::-1]]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def carried(found: Sequence[Found], before: Frame, after: Frame) -> tuple[Found | None, ...]:
    """What was found on a frame, carried to a later one of the same scene; None for what is lost on the way.

    Args:
        found: In pixels of the frame before.
        before: Where it was found.
        after: A frame of the same size soon afterwards; on one of another size all is lost.
    """
    if before.image.shape != after.image.shape:
        return (None,) * len(found)
    return _followed(found, _View.of(before), _View.of(after))


def _moved(found: Sequence[Found], before: _View, after: _View) -> tuple[Found, ...] | None:
    """What was found, carried from one view to the next; None where one of it cannot be followed."""
    moved = _followed(found, before, after)
    kept = tuple(each for each in moved if each is not None)
    return kept if len(kept) == len(moved) else None


def _followed(found: Sequence[Found], before: _View, after: _View) -> tuple[Found | None, ...]:
    if not found:
        return ()
    points = np.concatenate([_points(each.box) for each in found]) * np.float32(before.scale)
    there, kept, error = cv2.calcOpticalFlowPyrLK(before.grey, after.grey, points, None, winSize=(11, 11))  # type: ignore[call-overload]
    ways = ((there - points) / np.float32(before.scale)).reshape(len(found), -1, 2)
    held = (kept.astype(bool) & (error < _LOST)).reshape(len(found), -1)
    return tuple(
        each.moved(*np.median(way[hold], axis=0).tolist())
        if hold.mean() >= 0.5  # noqa: PLR2004 - a median of fewer points may be anybody's
        else None
        for each, way, hold in zip(found, ways, held, strict=True)
    )


def _points(box: Box) -> FloatArray:
    corner, size = np.array([[box.left, box.top], [box.width, box.height]], np.float32)
    points: FloatArray = corner + _GRID * size
    return points

"""Whoever looks at what the rules of a camera are asked about, and has no part in what they say."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

from ..records import Frame, Observation, Subject


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A frame after all wings have seen it, and whom or what they saw.

    The frame's `time` is in seconds since the epoch here, of films as well.
    """

    frame: Frame
    subjects: Mapping[Subject, Observation]


Look: TypeAlias = Callable[[Looked], None]
"""Takes one, from the camera's thread, so it must not take long."""


class Onlookers:
    """Those of all cameras of a process; any thread may come and go."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._there: dict[str, tuple[Look, ...]] = {}

    def of(self, camera: str) -> tuple[Look, ...]:
        """Who looks at a camera now."""
        return self._there.get(camera, ())

    @contextmanager
    def looking(self, camera: str, look: Look) -> Iterator[None]:
        """Show it what is seen on a camera, by its name, while the block runs."""
        with self._lock:
            self._there[camera] = (*self.of(camera), look)
        try:
            yield
        finally:
            with self._lock:
                left = tuple(each for each in self.of(camera) if each is not look)
                if left:
                    self._there[camera] = left
                else:
                    self._there.pop(camera, None)

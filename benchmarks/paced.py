"""video.py before a camera that shows a scene at a steady rate.

`python -m benchmarks.paced FILE WARM SECONDS RATE PORTRAITS OPTIONS...` runs video.py with these options on
a room with the people of PORTRAITS (paths, a comma between two; none for an empty room). From WARM seconds
on it takes the processor time of so many SECONDS, and writes it to FILE.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks import scenes
from svod_rcgn.commands import shutdown, video
from svod_rcgn.commands.watch import camera_options
from svod_rcgn.events.dispatcher import EventDispatcher
from svod_rcgn.media.settings import LiveSettings
from svod_rcgn.media.sources import LiveSource, Source
from svod_rcgn.records import Image
from svod_rcgn.storage import files
from svod_rcgn.storage.images import read_picture


@dataclass(frozen=True, slots=True)
class Load:
    """What a camera costs.

    `cores` is processor time over time on the clock; of `shown` pictures `answered` were answered, with
    `faces` on each in the mean.
    """

    cores: float
    shown: int
    answered: int
    faces: float


class PacedCamera:
    """A camera that gives a round of pictures at a steady rate, and ends the process after its time."""

    def __init__(self, images: Sequence[Image], rate: float, warm: float, seconds: float) -> None:
        self.rate = rate
        self._images = images
        self._marks = [round(each * rate) for each in (warm, warm + seconds)]
        self._count = 0
        self._due = 0.0
        self._clocks: list[tuple[float, float]] = []

    def read(self) -> tuple[bool, Image]:
        """The next picture, when it is due."""
        if self._count in self._marks:
            self._clocks.append((time.process_time(), time.monotonic()))
            if len(self._clocks) == len(self._marks):
                os.kill(os.getpid(), signal.SIGTERM)
        self._due = max(self._due + 1 / self.rate, time.monotonic())
        time.sleep(max(0.0, self._due - time.monotonic()))
        self._count += 1
        return True, self._images[self._count % len(self._images)]

    def get(self, _prop: int, /) -> float:
        """Say the rate, whatever is asked."""
        return self.rate

    def release(self) -> None:
        """There is nothing to let go of."""

    @property
    def window(self) -> tuple[float, float]:
        """From when to when it was measured, in seconds of the monotonic clock."""
        (_, begun), (_, ended) = self._clocks
        return begun, ended

    @property
    def cores(self) -> float:
        """Processor time over time on the clock, in that window."""
        (cpu, begun), (later, ended) = self._clocks
        return (later - cpu) / (ended - begun)


def play(camera: PacedCamera, options: Sequence[str]) -> Load:
    """Let video.py watch a camera in this process, until the camera has seen enough."""
    answers: list[tuple[float, int]] = []
    observe = EventDispatcher.observe

    def counted(dispatcher: EventDispatcher, frame: Any, observations: Sequence[Any]) -> None:
        answers.append((time.monotonic(), len(observations)))
        observe(dispatcher, frame, observations)

    def opened(_text: str, settings: LiveSettings, _name: str | None = None) -> Source:
        return LiveSource(lambda: camera, "scene", settings, camera.rate)

    with (
        patch.object(camera_options, "open_source", opened),
        patch.object(EventDispatcher, "observe", counted),
        patch.object(shutdown, "leave", _end_video),
        suppress(SystemExit),  # as it ends on SIGTERM
    ):
        video.main([*options], standalone_mode=False)
    begun, ended = camera.window
    faces = [count for when, count in answers if begun <= when < ended]
    return Load(camera.cores, round((ended - begun) * camera.rate), len(faces), float(np.mean(faces or [0])))


def _end_video(code: int, _line: str = "") -> None:
    """End video.py and not this process, which has its figures to write."""
    sys.exit(code)


def main(answer: Path, numbers: Sequence[str], portraits: str, options: Sequence[str]) -> None:
    """Play the scene to video.py."""
    people = [read_picture(Path(path)) for path in portraits.split(",") if path]
    warm, seconds, rate = map(float, numbers)
    camera = PacedCamera(scenes.scene(people), rate, warm, seconds)
    files.write_record(answer, play(camera, options))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:5], sys.argv[5], sys.argv[6:])

"""video.py with a recorder beside it.

`python -m benchmarks.recorded FILE OPTIONS...` runs video.py with these options, and writes to FILE what
each network was asked and when, and when each frame was answered with which names.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.processes import peak_memory
from svod_rcgn.cameras.loop import CameraLoop
from svod_rcgn.commands import video
from svod_rcgn.events.dispatcher import EventDispatcher
from svod_rcgn.networks import runtime
from svod_rcgn.storage import files


@dataclass(frozen=True, slots=True)
class Call:
    """One question to a network: its file, the shape asked with, and when, in seconds."""

    network: str
    shape: tuple[int, ...]
    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was named on a frame, by folder, and when the answer was there, in seconds."""

    index: int
    time: float
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One camera's loop: its begin and end and its processor time in seconds, its peak memory in bytes."""

    begun: float
    ended: float
    cpu: float
    memory: int
    answers: tuple[Answer, ...]
    calls: tuple[Call, ...]

    @property
    def seconds(self) -> float:
        """How long the loop took, with its first frame."""
        return self.ended - self.begun

    @property
    def own_calls(self) -> tuple[Call, ...]:
        """The calls of the loop, without those of getting ready."""
        return tuple(call for call in self.calls if call.ended > self.begun)

    @property
    def in_calls(self) -> float:
        """Seconds of the loop in which at least one network was at work, however many overlapped."""
        covered, last = 0.0, self.begun
        for call in sorted(self.own_calls, key=lambda each: each.begun):
            covered += max(0.0, call.ended - max(call.begun, last))
            last = max(last, call.ended)
        return covered


@dataclass(slots=True)
class Recorder:
    """Notes what a process does while `attached`."""

    calls: list[Call] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    begun: float = 0.0
    ended: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Listen in while the block runs."""
        with (
            patch.object(runtime, "OpenVinoNetwork", self._network(runtime.OpenVinoNetwork)),
            patch.object(EventDispatcher, "observe", self._observing(EventDispatcher.observe)),
            patch.object(CameraLoop, "run", self._running(CameraLoop.run)),
        ):
            yield

    def run(self) -> Run:
        """What was noted."""
        return Run(self.begun, self.ended, self.cpu, peak_memory(), tuple(self.answers), tuple(self.calls))

    def _network(self, plain: Any) -> Any:
        calls = self.calls

        class Recorded(plain):  # type: ignore[misc]
            def __init__(self, path: Path, *others: Any, **further: Any) -> None:
                super().__init__(path, *others, **further)
                self._file = str(path.resolve())

            def run(self, batch: Any) -> Any:
                begun = time.perf_counter()
                outputs = super().run(batch)
                calls.append(Call(self._file, batch.shape, begun, time.perf_counter()))
                return outputs

        return Recorded

    def _observing(self, observe: Any) -> Any:
        def observed(dispatcher: EventDispatcher, frame: Any, observations: Sequence[Any]) -> None:
            names = [seen.label for seen in observations if seen.label]
            folders = tuple(name.replace(" ", "_") for name in names)
            self.answers.append(Answer(frame.index, time.perf_counter(), folders))
            observe(dispatcher, frame, observations)

        return observed

    def _running(self, run: Any) -> Any:
        def timed(camera: CameraLoop) -> None:
            self.begun, cpu = time.perf_counter(), time.process_time()
            try:
                run(camera)
            finally:
                self.ended, self.cpu = time.perf_counter(), time.process_time() - cpu

        return timed


def main(answer: Path, options: Sequence[str]) -> None:
    """Run video.py with a recorder."""
    recorder = Recorder()
    with recorder.attached():
        video.main(options, standalone_mode=False)
    files.write_record(answer, recorder.run())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

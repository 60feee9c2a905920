"""The floor under the loop: the bare networks, asked again what they were asked, back to back.

`python -m benchmarks.floor FILE RUN` asks the networks that the record RUN names, with the same shapes as
often and in the same order, and writes the seconds to FILE.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.recorded import Run
from svod_rcgn.networks.runtime import OpenVinoNetwork
from svod_rcgn.storage import files


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds on the clock, and seconds of all processors."""

    seconds: float
    cpu: float


def ask_again(run: Run) -> Floor:
    """Ask each question of a run again; one of each shape beforehand, as the first takes longer."""
    calls = run.own_calls
    networks = {name: OpenVinoNetwork(Path(name)) for name in {call.network for call in calls}}
    chance = np.random.default_rng(0)
    questions = {
        (call.network, call.shape): chance.uniform(-1, 1, call.shape).astype(np.float32) for call in calls
    }
    for (name, _), batch in questions.items():
        networks[name].run(batch)
    begun, cpu = time.perf_counter(), time.process_time()
    for call in calls:
        networks[call.network].run(questions[call.network, call.shape])
    return Floor(time.perf_counter() - begun, time.process_time() - cpu)


if __name__ == "__main__":
    files.write_record(Path(sys.argv[1]), ask_again(files.read_record(Path(sys.argv[2]), Run)))

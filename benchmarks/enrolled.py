"""One run over a folder of pictures, from disk to embeddings: `python -m benchmarks.enrolled FILE FOLDER`."""

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import growth
from benchmarks.material import pictures_of
from benchmarks.processes import peak_memory
from benchmarks.recorded import Recorder
from svod_rcgn.faces.settings import FULL_RUN, Paths
from svod_rcgn.storage import files


@dataclass(frozen=True, slots=True)
class Enrolled:
    """How many pictures there were, of how many a face was embedded; seconds, and peak memory in bytes.

    `in_calls` are the seconds of all network calls, one after the other, though several ran at once; `cpu`
    are those of all processors, which other programs on the machine hardly change.
    """

    pictures: int
    used: int
    seconds: float
    memory: int
    in_calls: float
    cpu: float


def enrol(faces: Path) -> Enrolled:
    """Learn the pictures of PERSON/pictures, without the training."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(
            input_dir=faces, aligned_dir=Path(folder, "aligned"), classifiers_dir=Path(folder, "classifiers")
        )
        recorder = Recorder()
        begun = time.process_time()
        with recorder.attached():
            times = growth.measure(paths, FULL_RUN, left_out=True)
        cpu = time.process_time() - begun
    in_calls = sum(call.ended - call.begun for call in recorder.calls)
    return Enrolled(len(pictures_of(faces)), times.used, times.whole, peak_memory(), in_calls, cpu)


if __name__ == "__main__":
    files.write_record(Path(sys.argv[1]), enrol(Path(sys.argv[2])))

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.inference import OpenVinoNetwork

ROOT = Path(__file__).parents[1]
SIGNALLED = """
import os, signal, sys
from pathlib import Path
from svod_rcgn.inference import OpenVinoNetwork

first, second = (OpenVinoNetwork(Path(sys.argv[1])) for _ in range(2))
del first
del second
signal.signal(signal.SIGTERM, lambda *_: print("taken", flush=True))
os.kill(os.getpid(), signal.SIGTERM)
print("still here")
"""


@pytest.fixture
def doubling(tmp_path: Path) -> OpenVinoNetwork:
    numbers = opset13.parameter([-1, 256], name="numbers")
    twice = opset13.multiply(numbers, opset13.constant(np.float32(2)))
    ov.save_model(ov.Model([twice], [numbers], "doubling"), tmp_path / "doubling.xml")
    return OpenVinoNetwork(tmp_path / "doubling.xml")


def test_threads_that_run_it_at_once_get_their_own_answers(doubling: OpenVinoNetwork):
    def differences(number: int) -> float:
        batch = np.full((8, 256), number, np.float32)
        return max(float(abs(doubling.run(batch)[0] - 2 * number).max()) for _ in range(200))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(differences, range(1, 5))) == [0, 0, 0, 0]


@pytest.mark.usefixtures("doubling")
def test_a_signal_after_networks_were_let_go_is_survived(tmp_path: Path):
    command = [sys.executable, "-c", SIGNALLED, str(tmp_path / "doubling.xml")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "taken\nstill here\n")

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.errors import ModelError
from svod_rcgn.networks.runtime import OpenVinoNetwork, device_name
from svod_rcgn.networks.settings import Runtime

ROOT = Path(__file__).parents[2]
SIGNALLED = """
import os, signal, sys
from pathlib import Path
from svod_rcgn.networks.runtime import OpenVinoNetwork

first, second = (OpenVinoNetwork(Path(sys.argv[1])) for _ in range(2))
del first
del second
signal.signal(signal.SIGTERM, lambda *_: print("taken", flush=True))
os.kill(os.getpid(), signal.SIGTERM)
print("still here")
"""


@pytest.fixture
def doubling(tmp_path: Path) -> OpenVinoNetwork:
    return OpenVinoNetwork(_saved_doubling(tmp_path))


def _saved_doubling(tmp_path: Path) -> Path:
    numbers = opset13.parameter([-1, 256], name="numbers")
    twice = opset13.multiply(numbers, opset13.constant(np.float32(2)))
    ov.save_model(ov.Model([twice], [numbers], "doubling"), tmp_path / "doubling.xml")
    return tmp_path / "doubling.xml"


def test_threads_that_run_it_at_once_get_their_own_answers(doubling: OpenVinoNetwork):
    def differences(number: int) -> float:
        batch = np.full((8, 256), number, np.float32)
        return max(float(abs(doubling.run(batch)[0] - 2 * number).max()) for _ in range(200))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(differences, range(1, 5))) == [0, 0, 0, 0]


class Machine:
    """What OpenVINO says of a machine with two graphics cards."""

    available_devices = ("CPU", "GPU.0", "GPU.1")


@pytest.mark.parametrize("device", ["CPU", "GPU", "GPU.1", "AUTO", "AUTO:GPU,CPU", "gpu", "auto:gpu.0"])
def test_a_device_that_is_there_is_taken_in_any_case(device: str):
    assert device_name(Machine(), device) == device.upper()


@pytest.mark.parametrize("device", ["NPU", "AUTO:NPU,CPU", "GPU.2", "CPU:0", "", "graphics"])
def test_a_device_that_is_not_there_is_told_with_those_that_are(device: str):
    with pytest.raises(ModelError) as refusal:
        device_name(Machine(), device)
    assert str(refusal.value) == (
        f"no device {device} on this machine; --device takes AUTO, CPU, GPU.0, GPU.1"
    )


@pytest.mark.parametrize("runtime", [Runtime(), Runtime(workers=2)])
@pytest.mark.parametrize("device", ["AUTO", "cpu"])
def test_a_network_runs_on_the_device_that_openvino_chooses(tmp_path: Path, device: str, runtime: Runtime):
    network = OpenVinoNetwork(_saved_doubling(tmp_path), device, runtime)
    assert network.run(np.full((2, 256), 3, np.float32))[0].tolist() == np.full((2, 256), 6.0).tolist()


@pytest.mark.usefixtures("doubling")
def test_a_signal_after_networks_were_let_go_is_survived(tmp_path: Path):
    command = [sys.executable, "-c", SIGNALLED, str(tmp_path / "doubling.xml")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "taken\nstill here\n")

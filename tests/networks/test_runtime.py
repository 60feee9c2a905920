import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.errors import ModelError
from svod_rcgn.networks.runtime import OpenVinoNetwork, device_name
from svod_rcgn.networks.settings import Runtime

ROOT = Path(__file__).parents[2]
AT_ONCE = """
import os, sys, threading
from pathlib import Path
import numpy as np
from svod_rcgn.networks.runtime import OpenVinoNetwork

network = OpenVinoNetwork(Path(sys.argv[1]))
barrier = threading.Barrier(2)

def ask():
    barrier.wait()
    network.run(np.zeros((1, 256), np.float32))

asking = [threading.Thread(target=ask) for _ in range(2)]
for thread in asking:
    thread.start()
for thread in asking:
    thread.join()
"""
FIRST_USE = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch
import openvino as ov
from svod_rcgn.networks import runtime

inferred = []
infer = ov.InferRequest.infer

def noted(*arguments, **words):
    inferred.append(threading.get_ident())
    return infer(*arguments, **words)

barrier = threading.Barrier(8)

def ask(_):
    barrier.wait()
    return runtime.shared_core()

with patch.object(ov.InferRequest, "infer", noted), ThreadPoolExecutor(8) as pool:
    cores = list(pool.map(ask, range(8)))
print(len(set(map(id, cores))), len(inferred))
"""
UNREPORTED = """
import multiprocessing, sys, threading
import svod_rcgn.networks.runtime

print(sys.modules["openvino_telemetry"], threading.active_count(), len(multiprocessing.active_children()))
"""
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


def _run(code: str, *words: object, **more: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, **more)


@pytest.mark.slow
def test_threads_of_a_fresh_process_that_ask_a_network_at_once_never_hang(tmp_path: Path):
    path = _saved_doubling(tmp_path)
    for _ in range(20):  # one in twenty hung before the first inference was made in one thread
        assert _run(AT_ONCE, path).returncode == 0


def test_the_first_inference_of_a_process_is_made_once_whoever_asks_first():
    assert _run(FIRST_USE).stdout.split() == ["1", "1"]


def test_openvino_reports_nothing_to_its_makers(tmp_path: Path):
    reporting = {**os.environ, "HOME": str(tmp_path)}
    for name in ("CI", "JENKINS_URL", "GITHUB_ACTIONS", "TF_BUILD"):
        reporting.pop(name, None)  # where it reports nothing anyway
    assert _run(UNREPORTED, env=reporting).stdout == "None 1 0\n"
    assert list(tmp_path.iterdir()) == []

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.inference import OpenVinoNetwork


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

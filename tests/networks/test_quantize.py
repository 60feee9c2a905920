"""Making a network of 8 bits, whatever it is a network of."""

import logging
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from svod_rcgn.networks.quantize import quantize

SHAPE = [1, 3, 8, 8]


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "full.xml"
    picture = ops.parameter(SHAPE, np.float32)
    weights = ops.constant(np.random.default_rng(1).normal(size=(4, 3, 3, 3)).astype(np.float32))
    maps = ops.convolution(picture, weights, [1, 1], [0, 0], [0, 0], [1, 1])
    ov.save_model(ov.Model([ops.relu(maps)], [picture]), path)
    return path


@pytest.mark.slow
def test_it_prints_nothing_and_leaves_the_logs_of_others_as_they_are(
    network: Path, capsys: pytest.CaptureFixture[str]
):
    pytest.importorskip("nncf")
    theirs = logging.NullHandler()
    logging.getLogger("nncf").addHandler(theirs)
    try:
        quantize(
            network,
            network.with_name("int8.xml"),
            list(np.random.default_rng(2).random((4, *SHAPE), np.float32)),
        )
    finally:
        logging.getLogger("nncf").removeHandler(theirs)
    assert theirs.level == logging.NOTSET
    assert capsys.readouterr().out == ""
    operations = ov.Core().read_model(network.with_name("int8.xml")).get_ops()
    assert any(each.get_type_name() == "FakeQuantize" for each in operations)

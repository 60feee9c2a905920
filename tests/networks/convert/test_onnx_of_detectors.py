"""Detectors written as ONNX answer as they do in OpenVINO's IR."""

import numpy as np
import openvino as ov
import pytest

from svod_rcgn.networks.convert import cell_head, onnx_file
from svod_rcgn.networks.convert.cell_head import CellHead
from svod_rcgn.networks.convert.cell_maps import Taps, blocks_for
from tests.classification.training.makers import write_backbone

SIZE = (64, 96)


@pytest.fixture(scope="module")
def backbone(tmp_path_factory):
    return write_backbone(tmp_path_factory.mktemp("thin")) / "network.xml"


@pytest.mark.parametrize("stride", [8, 16])
def test_a_linear_head_on_cells_answers_the_same(backbone, tmp_path, stride):
    pytest.importorskip("onnx")
    maps = Taps(backbone, SIZE).maps
    blocks = blocks_for(maps, stride)
    chance = np.random.default_rng(0)
    weights = tuple(chance.normal(0, 0.1, (maps[each.map].channels, 6)).astype(np.float32) for each in blocks)
    head = CellHead(stride, blocks, weights, chance.normal(0, 1, 6).astype(np.float32))
    cell_head.write(backbone, SIZE, head, tmp_path / "network.xml")
    onnx_file.write(tmp_path / "network.xml", tmp_path / "network.onnx", {"name": "squares"})
    fed = chance.normal(0, 1, (1, 3, *SIZE)).astype(np.float32)
    told = [_asked(tmp_path / f"network.{ending}", fed) for ending in ("xml", "onnx")]
    for name in cell_head.OUTPUTS:
        assert told[0][name].shape == told[1][name].shape
        assert told[1][name] == pytest.approx(told[0][name], abs=1e-3, rel=1e-3)
    assert (told[0]["heat"] > 0).any()


def _asked(path, fed):
    network = ov.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    answers = network(fed)
    return {name: answers[name] for name in cell_head.OUTPUTS}

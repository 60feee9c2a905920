from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.errors import ModelError
from svod_rcgn.networks import graphs
from svod_rcgn.networks.runtime import OpenVinoNetwork


class Placeholder:
    """What OpenVINO leaves of an operation that it does not know."""

    friendly_name = "244"

    def __init__(self, *nodes: ov.Node) -> None:
        self._nodes = nodes

    def inputs(self) -> tuple[ov.Node, ...]:
        return self._nodes

    def input_values(self) -> list[ov.Output]:
        return [node.output(0) for node in self._nodes]


def test_a_transposed_convolution_of_mediapipe_doubles_the_sides_and_adds_its_bias():
    random = np.random.default_rng(0)
    values, weights, bias = (
        random.normal(size=size).astype(np.float32) for size in ((1, 3, 4, 5), (2, 2, 2, 5), 2)
    )
    picture = opset13.parameter(values.shape, name="picture")
    node = Placeholder(picture, opset13.constant(weights), opset13.constant(bias))
    model = ov.Model([graphs.transposed_convolution(Path("a.tflite"), node)], [picture], "one")
    (answer,) = ov.Core().compile_model(model, "CPU")([values]).values()
    expected = np.einsum("nyxi,obai->nybxao", values, weights).reshape(1, 6, 8, 2) + bias
    assert np.allclose(answer, expected, atol=1e-5)


def test_another_unknown_operation_is_refused_by_name():
    with pytest.raises(ModelError, match=r"a\.tflite: operation 244 is known neither"):
        graphs.transposed_convolution(Path("a.tflite"), Placeholder(opset13.parameter([1], name="one")))


@pytest.mark.parametrize("name", ["a.tflite", "a.onnx", "a.pb", "a.xml", "saved_model.pb"])
@pytest.mark.parametrize("content", [b"", b"no network at all" * 100])
def test_a_file_that_is_no_network_is_one_line_with_the_way_out(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError) as refusal:
        OpenVinoNetwork(tmp_path / name, way_out="ask a neighbour")
    assert str(refusal.value) == (
        f"{tmp_path / name}: OpenVINO cannot load this network on CPU; ask a neighbour"
    )

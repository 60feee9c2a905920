"""Networks whose files take pictures in batches of one size only."""

from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.errors import ModelError
from svod_rcgn.networks.convert.any_format import convert


def write_rigid(target: Path, batch: int, pattern: list[int]) -> Path:
    """A network that doubles numbers, by a Reshape with a pattern and an operation behind it."""
    pixels = opset13.parameter([batch, 2, 3], name="pixels")
    flat = opset13.reshape(
        opset13.multiply(pixels, opset13.constant(np.float32(2))), pattern, special_zero=True
    )
    flat.friendly_name = "flat"
    answer = opset13.transpose(flat, opset13.constant([0, 1]))
    answer.output(0).set_names({"embeddings"})
    ov.save_model(ov.Model([answer], [pixels], "rigid"), target)
    return target


@pytest.mark.parametrize("name", ["flat", "embeddings"])
@pytest.mark.parametrize(("batch", "pattern"), [(1, [1, 6]), (2, [2, 6]), (1, [1, -1])])
def test_a_network_of_one_size_of_batch_takes_any_when_its_reshape_or_its_output_is_named(
    tmp_path: Path, name: str, batch: int, pattern: list[int]
) -> None:
    source = write_rigid(tmp_path / "rigid.xml", batch, pattern)
    convert(source, tmp_path / "free.xml", (-1, 2, 3), (name,))
    free = ov.Core().compile_model(tmp_path / "free.xml", "CPU")
    for size in (1, 2, 5):
        numbers = np.arange(size * 6, dtype=np.float32).reshape(size, 2, 3)
        assert (free([numbers])[0] == 2 * numbers.reshape(size, 6)).all()


def test_a_file_without_the_named_operation_is_another_network(tmp_path: Path) -> None:
    source = write_rigid(tmp_path / "rigid.xml", 1, [1, 6])
    with pytest.raises(ModelError, match="has no operation logits; is it the one that the"):
        convert(source, tmp_path / "free.xml", (-1, 2, 3), ("logits",))

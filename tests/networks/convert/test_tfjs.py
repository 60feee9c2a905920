from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.networks.convert import tfjs
from svod_rcgn.networks.runtime import OpenVinoNetwork
from tests.networks import tfjs_files
from tests.networks.tfjs_files import CLASSES, SIDE

OUTPUTS = {"deep": "a/deep", "flat": "a/conv"}


def _convert(folder: Path, outputs: dict[str, str] = OUTPUTS) -> Path:
    tfjs.convert(folder / "model.json", folder / "model.bin", folder / "network.xml", outputs)
    return folder / "network.xml"


def test_fused_convolutions_and_packed_weights_become_what_they_stand_for(tmp_path: Path) -> None:
    weights = tfjs_files.write(tmp_path)
    picture = np.random.default_rng(2).normal(size=(1, SIDE, SIDE, 3)).astype(np.float32)
    network = OpenVinoNetwork(_convert(tmp_path))
    assert [output.names for output in network.outputs] == [("deep",), ("flat",)]
    deep, flat = network.run(picture)
    expected = np.clip(picture @ weights["kernel"][0, 0] + weights["bias"], 0, 6)
    assert flat == pytest.approx(expected, abs=0.05)
    for channel in range(CLASSES):
        kernel = weights["filters"][:, :, channel, 0]
        moved = cv2.filter2D(expected[0, ..., channel], -1, kernel, borderType=cv2.BORDER_CONSTANT)
        wanted = np.maximum(moved + weights["shift"][channel], 0)
        assert deep[0, ..., channel] == pytest.approx(wanted, abs=0.3)


def test_what_is_not_wanted_need_not_be_known(tmp_path: Path) -> None:
    tfjs_files.write(tmp_path)
    with pytest.raises(ModelError, match=r"model.json: not a graph model that can be converted"):
        _convert(tmp_path, {"odd": "a/odd"})
    assert _convert(tmp_path).exists()


@pytest.mark.parametrize(
    ("fused", "outputs", "told"),
    [("Prelu", OUTPUTS, "fused with BiasAdd, Prelu"), ("Relu", {"x": "nowhere"}, "nowhere")],
)
def test_what_cannot_be_converted_is_told(tmp_path: Path, fused: str, outputs: dict, told: str) -> None:
    tfjs_files.write(tmp_path, last_fused=fused)
    with pytest.raises(ModelError, match=told):
        _convert(tmp_path, outputs)


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b"{", b'{"modelTopology": {"node": [1]}, "weightsManifest": []}']
)
def test_a_damaged_file_is_told(tmp_path: Path, damage: bytes) -> None:
    tfjs_files.write(tmp_path)
    (tmp_path / "model.json").write_bytes(damage)
    with pytest.raises(ModelError, match="not a graph model"):
        _convert(tmp_path)


def test_weights_that_are_cut_short_are_told(tmp_path: Path) -> None:
    tfjs_files.write(tmp_path)
    (tmp_path / "model.bin").write_bytes(b"12345")
    with pytest.raises(ModelError, match="not a graph model"):
        _convert(tmp_path)

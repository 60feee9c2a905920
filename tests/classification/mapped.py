"""A network on disk that names a picture by its colours, and says where they are."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from svod_rcgn.networks.card import write_card
from svod_rcgn.networks.class_labels import ClassLabel, write_labels
from svod_rcgn.storage.images import write_png
from tests.classification.fakes import make_card

SIDE, CELLS = 32, 4
COLOURS = ("blue", "green", "red")
_STRENGTH = 24.0


def write_network(
    folder: Path, mapped: str | None = "map", labels: Sequence[str] = COLOURS, **changes: object
) -> Path:
    """Write one of three classes.

    Args:
        folder: Is made.
        mapped: "map" for the features, "classmap" for the classes' maps, None for a network without any.
        labels: Of its classes.
        changes: Of the card.
    """
    import openvino as ov
    from openvino import opset13

    folder.mkdir(parents=True)
    pixels = opset13.parameter([-1, 3, SIDE, SIDE], np.float32, name="pixels")
    step = SIDE // CELLS
    features = opset13.avg_pool(pixels, [step, step], [0, 0], [0, 0], [step, step], exclude_pad=False)
    weights = (_STRENGTH * (np.eye(3) - 0.4)).astype(np.float32)
    maps = opset13.convolution(
        features, opset13.constant(weights[:, :, None, None]), [1, 1], [0, 0], [0, 0], [1, 1]
    )
    pooled = opset13.reduce_mean(features, [2, 3], keep_dims=False)
    answer = opset13.softmax(opset13.matmul(pooled, opset13.constant(weights), False, True), 1)
    answer.output(0).set_names({"probability"})
    outputs = [answer]
    if mapped is not None:
        outputs.append({"map": features, "classmap": maps}[mapped])
        outputs[-1].output(0).set_names({mapped})
    ov.save_model(ov.Model(outputs, [pixels], "colours"), folder / "network.xml", compress_to_fp16=False)
    write_labels(folder, tuple(map(ClassLabel, labels)))
    card = {"size": (SIDE, SIDE), "layout": "NCHW", "scale": 255.0, "version": "2"} | changes
    write_card(folder, make_card(**card))
    return folder


def spotted(channel: int = 2, top: int = 4, left: int = 52, height: int = 64, width: int = 96) -> np.ndarray:
    """A dark picture with a spot of one colour; at the top right it is red."""
    image = np.random.default_rng(0).integers(20, 60, (height, width, 3)).astype(np.uint8)
    image[top : top + height // 3, left : left + width // 3, channel] = 250
    return image


def write_spotted(path: Path, channel: int = 2, **changes: int) -> Path:
    write_png(path, spotted(channel, **changes))
    return path

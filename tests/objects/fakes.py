"""A network that finds dots of one colour, and pictures with dots on them."""

from pathlib import Path

import numpy as np

from svod_rcgn.networks.card import ModelCard, write_card
from svod_rcgn.networks.class_labels import ClassLabel, write_labels
from svod_rcgn.objects.settings import ObjectSettings
from svod_rcgn.objects.stages import centernet
from svod_rcgn.objects.stages.detect import ObjectDetector
from svod_rcgn.records import FloatArray

SIDE = 64
HALF = 10.0  # what a dot's box reaches from its middle, in pixels of the network
LABELS = (ClassLabel("red", limit=0.5), ClassLabel("green", limit=0.5), ClassLabel("blue", limit=0.5))
_STRIDE = 4


def make_card(**changes: object) -> ModelCard:
    values = {
        "task": "objects", "name": "Dots", "file": "network.xml", "files": {}, "size": (SIDE, SIDE),
        "layout": "NHWC", "colour": "RGB", "mean": 0.0, "scale": 255.0, "output": "centernet",
        "licence": "MIT", "source": "the test", "source_sha256": "0",
        "batch": 1, "labels": "labels.json", "fit": "squash", "overlap": 0.7, "version": "3",
    }  # fmt: skip
    return ModelCard(**(values | changes))


class Dots:
    """CenterNet's answers: the peaks of each colour's brightness, and boxes of one size."""

    def __init__(self) -> None:
        self.asked = 0

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        self.asked += 1
        cells = batch.reshape(1, SIDE // _STRIDE, _STRIDE, SIDE // _STRIDE, _STRIDE, 3).mean((2, 4))
        padded = np.pad(cells, ((0, 0), (1, 1), (1, 1), (0, 0)))
        rows, columns = cells.shape[1:3]
        around = np.max(
            [padded[:, y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0
        )
        heat = np.where(cells == around, cells, 0).astype(np.float32)
        return heat, np.full((1, rows, columns, 4), HALF, np.float32)


def make_detector(network: Dots | None = None, name: str = "dots", **wishes: object) -> ObjectDetector:
    settings = ObjectSettings(**wishes)
    return ObjectDetector(name, make_card(), LABELS, network or Dots(), centernet.decode, settings)


def scene(
    *dots: tuple[str, float, float], height: int = SIDE, width: int = SIDE, level: float = 255
) -> np.ndarray:
    """A black picture, BGR, with soft dots of about 16 pixels: colour, x and y of each middle."""
    rows, columns = np.mgrid[:height, :width]
    picture = np.zeros((height, width, 3))
    for colour, x, y in dots:
        near = level * np.exp(-((columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2) / 72)
        channel = ("blue", "green", "red").index(colour)
        picture[..., channel] = np.maximum(picture[..., channel], near)
    return picture.round().astype(np.uint8)


def write_network(folder: Path, labels: tuple[ClassLabel, ...] = LABELS, **changes: object) -> Path:
    """The same network as OpenVINO's files, in a folder with labels and card."""
    import openvino as ov
    from openvino import opset13

    folder.mkdir(parents=True)
    pixels = opset13.parameter([1, SIDE, SIDE, 3], np.float32, name="pixels")
    planes = opset13.transpose(pixels, opset13.constant([0, 3, 1, 2]))
    cells = opset13.avg_pool(planes, [_STRIDE] * 2, [0, 0], [0, 0], [_STRIDE] * 2, False)
    around = opset13.max_pool(cells, [1, 1], [1, 1], [1, 1], [1, 1], [3, 3]).output(0)
    peaks = opset13.convert(opset13.equal(cells, around), "f32")
    heat = opset13.transpose(opset13.multiply(cells, peaks), opset13.constant([0, 2, 3, 1]))
    reach = opset13.constant(np.full((1, SIDE // _STRIDE, SIDE // _STRIDE, 4), HALF, np.float32))
    reach = opset13.multiply(reach, opset13.constant(np.float32(1)))
    ov.save_model(ov.Model([heat, reach], [pixels], "dots"), folder / "network.xml")
    write_labels(folder, labels)
    write_card(folder, make_card(**changes))
    return folder

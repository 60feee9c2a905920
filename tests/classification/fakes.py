"""Networks that answer what a test tells them to."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from svod_rcgn.classification.stages.classify import NEARNESS, PROBABILITY, Classifier
from svod_rcgn.networks.card import ModelCard, write_card
from svod_rcgn.networks.class_labels import ClassLabel, write_labels
from svod_rcgn.records import FloatArray

SIDE = 8


def make_card(**changes: object) -> ModelCard:
    values = {
        "task": "classification", "name": "Fake", "file": "network.xml", "files": {}, "size": (SIDE, SIDE),
        "layout": "NHWC", "colour": "BGR", "mean": 0.0, "scale": 1.0, "output": "classes", "licence": "MIT",
        "source": "the test", "source_sha256": "0", "labels": "labels.json",
    }  # fmt: skip
    return ModelCard(**(values | changes))


class ByBrightness:
    """Dark and bright, as likely as a mean brightness says; `near` says how near they are."""

    def __init__(self, near: Callable[[float], float] = lambda _: 1.0) -> None:
        self.batches: list[int] = []
        self._near = near

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        self.batches.append(len(batch))
        bright = batch.reshape(len(batch), -1).mean(1) / 255
        near = np.array([self._near(float(each)) for each in bright], np.float32)
        return np.stack([1 - bright, bright], 1), np.stack([near, near - 1], 1)


def make_classifier(
    network: ByBrightness | None = None,
    name: str = "light",
    labels: Sequence[ClassLabel] = (ClassLabel("dark"), ClassLabel("bright")),
    **changes: object,
) -> Classifier:
    outputs = {PROBABILITY: 0, NEARNESS: 1}
    return Classifier(name, make_card(**changes), labels, network or ByBrightness(), outputs)


def flat(level: int, height: int = 12, width: int = 16) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def write_light_network(folder: Path, dark: str = "dark", bright: str = "bright") -> None:
    """Write a network that tells dark pictures from bright ones by their mean, and knows no grey ones."""
    import openvino as ov
    from openvino import opset13

    folder.mkdir(parents=True)
    pixels = opset13.parameter([-1, SIDE, SIDE, 3], np.float32, name="pixels")
    mean = opset13.reduce_mean(pixels, [1, 2, 3], keep_dims=False)
    light = opset13.unsqueeze(opset13.divide(mean, opset13.constant(np.float32(255))), [1])
    both = opset13.concat([opset13.subtract(opset13.constant(np.float32(1)), light), light], 1)
    again = opset13.multiply(both, opset13.constant(np.float32(1)))
    both.output(0).set_names({"probability"})
    again.output(0).set_names({"nearness"})
    ov.save_model(ov.Model([both, again], [pixels], "light"), folder / "network.xml")
    write_labels(folder, (ClassLabel(dark), ClassLabel(bright)))
    write_card(folder, make_card(size=(SIDE, SIDE), least_nearness=0.6, version="3"))

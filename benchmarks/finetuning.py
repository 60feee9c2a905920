"""The other way to teach a network: its last stages are trained on, by PyTorch of the extra `bench`.

The stages up to a sixteenth of the input's side stay as they are, and what they make of the pictures is kept,
as a careful recipe would; from there on every weight moves.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
import openvino as ov

from svod_rcgn.classification.stages.fit import fitted
from svod_rcgn.classification.training.views import EMBEDDING, Backbone
from svod_rcgn.networks.preprocess import preprocess
from svod_rcgn.records import FloatArray, Image

Shown: TypeAlias = tuple[Sequence[Image], Sequence[int]]
"""Pictures, and the numbers of their classes."""

EPOCHS, BATCH = 16, 32
RATES = 3e-4, 3e-3  # of the backbone's weights, and of the classes'
_STRIDE = 16
_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class FineTuned:
    """How many of the pictures asked of were right, 0..1, and seconds of processor that the training took."""

    accuracy: float
    seconds: float


def fine_tune(
    backbone: Backbone,
    taught: tuple[Sequence[Image], Sequence[int]],
    asked: tuple[Sequence[Image], Sequence[int]],
) -> FineTuned:
    """Train the last stages on pictures with the numbers of their classes, and ask of others.

    Raises:
        ImportError: PyTorch is not installed.
    """
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = ov.Core().read_model(backbone.file)
    cut = _cut(model)
    images, classes = taught
    seen = _halfway(model, cut, backbone, [*images, *(cv2.flip(each, 1) for each in images)])  # type: ignore[list-item]
    truth = torch.tensor([*classes, *classes])
    tail = _Tail(model, cut)
    head = torch.nn.Linear(tail.length, len(set(classes)))
    groups = [{"params": tail.weights, "lr": RATES[0]}, {"params": head.parameters(), "lr": RATES[1]}]
    begun = time.process_time()
    _train(tail, head, torch.optim.AdamW(groups, weight_decay=0.01), torch.from_numpy(seen), truth)
    seconds = time.process_time() - begun
    with torch.no_grad():
        told = head(tail(torch.from_numpy(_halfway(model, cut, backbone, asked[0])))).argmax(1).numpy()
    return FineTuned(float((told == np.array(asked[1])).mean()), seconds)


def _train(tail: "_Tail", head: Any, optimizer: Any, seen: Any, truth: Any) -> None:
    import torch

    steps = EPOCHS * -(-len(seen) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(seen)).split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(head(tail(seen[rows])), truth[rows]).backward()
            optimizer.step()
            schedule.step()


def _cut(model: Any) -> Any:
    """The last sum of two branches at a sixteenth of the input's side."""
    side = model.inputs[0].partial_shape[2].get_length() // _STRIDE
    sums = [
        node
        for node in model.get_ordered_ops()
        if node.get_type_name() == "Add"
        and len(node.get_output_partial_shape(0)) == 4
        and node.get_output_partial_shape(0)[2].get_length() == side
        and not any(_is_constant(each.get_source_output().get_node()) for each in node.inputs())
    ]
    return sums[-1]


def _halfway(model: Any, cut: Any, backbone: Backbone, images: Sequence[Image]) -> FloatArray:
    """What the first stages make of pictures, (n, channels, rows, columns)."""
    first = ov.Core().compile_model(ov.Model([cut.output(0)], model.get_parameters()), "CPU")
    parts = [images[begin : begin + _TOGETHER] for begin in range(0, len(images), _TOGETHER)]
    fed = (preprocess([fitted(each, backbone.card) for each in part], backbone.card) for part in parts)
    return np.concatenate([np.array(first(np.ascontiguousarray(each))[0]) for each in fed])


class _Tail:
    """The operators behind the cut, run by PyTorch; called with (n, channels, rows, columns)."""

    def __init__(self, model: Any, cut: Any) -> None:
        import torch

        ordered = [node for node in model.get_ordered_ops() if node.get_type_name() != "Result"]
        names = [node.get_friendly_name() for node in ordered]
        self._cut = cut.get_friendly_name()
        self._nodes = ordered[names.index(self._cut) + 1 :]
        (found,) = (each for each in model.outputs if EMBEDDING in each.get_names())
        embedding = found.get_node().input_value(0).get_node()
        self._end, self.length = embedding.get_friendly_name(), found.partial_shape[1].get_length()
        self._held = {
            node.get_friendly_name(): torch.nn.Parameter(torch.from_numpy(_constant_of(node)))
            for node in self._nodes
            if node.get_type_name() in ("Convolution", "GroupConvolution", "Add") and _has_constant(node)
        }

    @property
    def weights(self) -> list[Any]:
        return list(self._held.values())

    def __call__(self, seen: Any) -> Any:
        values = {self._cut: seen}
        for node in self._nodes:
            given = [
                values.get(each.get_source_output().get_node().get_friendly_name()) for each in node.inputs()
            ]
            if any(each is not None for each in given):
                values[node.get_friendly_name()] = self._run(
                    node, [each for each in given if each is not None]
                )
            if node.get_friendly_name() == self._end:
                break
        return values[self._end]

    def _run(self, node: Any, given: Sequence[Any]) -> Any:
        import torch.nn.functional as way

        kind, weights = node.get_type_name(), self._held.get(node.get_friendly_name())
        if kind == "Add":
            return given[0] + (given[1] if weights is None else weights)
        if kind == "Clamp":
            return given[0].clamp(0, 6)
        if kind == "ReduceMean":
            return given[0].mean((2, 3))
        (stride, *_), groups = node.get_attributes()["strides"], 1
        if kind == "GroupConvolution":
            groups, weights = weights.shape[0], weights.flatten(0, 1)
        spare = max(weights.shape[2] - stride, 0)  # as TensorFlow pads where the stride divides the side
        padded = way.pad(given[0], (spare // 2, spare - spare // 2) * 2)
        return way.conv2d(padded, weights, stride=stride, groups=groups)


def _is_constant(node: Any) -> bool:
    kind = node.get_type_name()
    return kind == "Constant" or (kind == "Convert" and _is_constant(node.input_value(0).get_node()))


def _has_constant(node: Any) -> bool:
    return _is_constant(node.input_value(1).get_node())


def _constant_of(node: Any) -> FloatArray:
    held = node.input_value(1).get_node()
    while held.get_type_name() == "Convert":
        held = held.input_value(0).get_node()
    return np.array(held.data).astype(np.float32)

"""What networks built of PyTorch's tensors share: tensors taken by name, and convolutions.

Batch normalisation (Ioffe and Szegedy, 2015) only scales and shifts once training is over, so it is folded
into the convolution before it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from openvino import opset13

from ...errors import ModelError
from ...records import FloatArray

_EPSILON = 0.001  # of every batch normalisation of the networks built here


class Tensors:
    """The parameters of a network by their names, which notes what was taken.

    Args:
        network: What messages call it.
        tensors: Parameters by their names, as PyTorch shapes them.
    """

    def __init__(self, network: str, tensors: Mapping[str, FloatArray]) -> None:
        self._network = network
        self._tensors = tensors
        self._taken: set[str] = set()

    def take(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        """A tensor of exactly that shape.

        Raises:
            ModelError: It is missing, has another shape, or holds something that is not a number.
        """
        if name not in self._tensors:
            raise ModelError(f"{self._network} needs a tensor {name}, which is missing")
        tensor = self._tensors[name]
        if tensor.shape != shape:
            raise ModelError(f"tensor {name}: expected the shape {shape}, found {tensor.shape}")
        if not np.isfinite(tensor).all():
            raise ModelError(f"tensor {name} holds something that is not a number; is the file damaged?")
        self._taken.add(name)
        return tensor

    def normalisation(self, name: str, channels: int) -> tuple[FloatArray, FloatArray]:
        """Batch normalisation as a factor and a shift; in double precision, as it is done once only.

        Raises:
            ModelError: As in `take`, or variances are negative.
        """
        parts = ("weight", "bias", "running_mean", "running_var")
        gamma, beta, mean, variance = (
            self.take(f"{name}.{part}", (channels,)).astype(np.float64) for part in parts
        )
        self._taken.add(f"{name}.num_batches_tracked")
        if (variance < 0).any():
            raise ModelError(f"{name}.running_var holds negative variances; is the file damaged?")
        factor = gamma / np.sqrt(variance + _EPSILON)
        return factor.astype(np.float32), (beta - mean * factor).astype(np.float32)

    def check_all_taken(self, except_for: str | None = None) -> None:
        """Make sure that no tensor is left, but those whose names begin so.

        Raises:
            ModelError: One is.
        """
        for name in self._tensors:
            if name not in self._taken and not (except_for and name.startswith(except_for)):
                raise ModelError(f"tensor {name} does not belong to {self._network}")


def channels(node: Any) -> int:
    """How many channels a node of (n, channels, ...) answers with."""
    return int(node.get_output_partial_shape(0)[1].get_length())


def shifted(node: Any, bias: FloatArray) -> Any:
    """A node of (n, channels, height, width) with a number added to each channel."""
    return opset13.add(node, opset13.constant(bias.reshape(1, -1, 1, 1)))

"""A network in any format, converted to OpenVINO's own files."""

from collections.abc import Sequence
from pathlib import Path

from . import efficientnet_lite, inception_resnet, openvino
from .torch_files import read_tensors

TORCH_SUFFIXES = frozenset({".pt", ".pth"})


def convert(source: Path, target: Path, shape: Sequence[int], batch_reshapes: Sequence[str] = ()) -> None:
    """Convert a network; see `convert.openvino.convert`.

    PyTorch's tensors come without their network, so they must be those of `inception_resnet` or
    `efficientnet_lite`.

    Raises:
        ModelError: It cannot be read, or is another network.
    """
    if source.suffix.lower() not in TORCH_SUFFIXES:
        openvino.convert(source, target, shape, batch_reshapes)
        return
    tensors = read_tensors(source)
    if efficientnet_lite.is_one(tensors):
        efficientnet_lite.convert(tensors, target, shape[-1] if shape else efficientnet_lite.SIDE)
    else:
        inception_resnet.convert(tensors, target)

"""A network in any format, converted to OpenVINO's own files."""

from collections.abc import Sequence
from pathlib import Path

from . import inception_resnet, openvino
from .torch_files import read_tensors

TORCH_SUFFIXES = frozenset({".pt", ".pth"})


def convert(source: Path, target: Path, shape: Sequence[int], batch_reshapes: Sequence[str] = ()) -> None:
    """Convert a network; see `convert.openvino.convert`.

    PyTorch's tensors come without their network, so they must be those of `inception`.

    Raises:
        ModelError: It cannot be read, or is another network.
    """
    if source.suffix.lower() in TORCH_SUFFIXES:
        inception_resnet.convert(read_tensors(source), target)
    else:
        openvino.convert(source, target, shape, batch_reshapes)

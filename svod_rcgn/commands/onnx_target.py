"""The file that a network is written into as ONNX."""

from pathlib import Path


def check_target(path: Path) -> None:
    """Tell before the work what would stand in the way of writing.

    Raises:
        ModelError: The package `onnx` is not installed.
        InputError: The file is there already.
    """
    from ..errors import InputError
    from ..networks.convert.onnx_file import check_installed

    check_installed()
    if path.exists():
        raise InputError(f"{path}: is there already; give another file")

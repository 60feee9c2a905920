"""Networks without a card: what can be found out is found out, and the rest is as agreed.

A network that removes backgrounds takes a picture of height x width x 3, RGB, 0..1, and answers with a
mask of height x width, 0..1, near 1 where a person is.
"""

import hashlib
from glob import escape
from pathlib import Path

from ..errors import ModelError
from ..storage.files import sha256_of
from ..storage.folders import current_of
from .card import BACKGROUND, CARD, ModelCard, read_card
from .load import LoadedNetwork, load_model
from .settings import SOONEST, Runtime

SAVED_MODEL = "saved_model.pb"
SUFFIXES = (".xml", ".onnx", ".tflite", ".pb")
SIDE = 160  # pixels of a picture where the network leaves it open

_WAY_OUT = f"give a folder with {CARD}, {SAVED_MODEL} or one file *{', *'.join(SUFFIXES)}"


def load_background(place: Path, device: str = "CPU", runtime: Runtime = SOONEST) -> LoadedNetwork:
    """Read a network that removes backgrounds, whether it has a card or not.

    Args:
        place: A folder with model.json; or a TensorFlow SavedModel; or a frozen graph, ONNX, TFLite or
            IR, as the only such file of a folder or as a file.
        device: An OpenVINO device.
        runtime: How it uses the processors.

    Raises:
        ModelError: It is missing, damaged, for another task, or takes no picture.
    """
    if (current_of(place) / CARD).is_file():
        return load_model(place, BACKGROUND, device, runtime)
    from .runtime import OpenVinoNetwork

    file = _network_file(place)
    network = OpenVinoNetwork(file, device, runtime, way_out=_WAY_OUT)
    return LoadedNetwork(_card(file, network.input_shape), network)


def read_background_card(place: Path) -> ModelCard:
    """The card of a network that removes backgrounds, made as `load_background` makes it where it has none.

    Raises:
        ModelError: The network is missing or damaged.
    """
    return read_card(place) if (current_of(place) / CARD).is_file() else load_background(place).card


def _network_file(place: Path) -> Path:
    if place.is_file():
        return place
    if (place / SAVED_MODEL).is_file():
        return place / SAVED_MODEL
    found = [path for path in sorted(place.glob("*")) if path.suffix in SUFFIXES]
    if len(found) != 1:
        told = f"{len(found)} networks" if found else "no network"
        raise ModelError(f"{place}: {told} here; run `python download_models.py`, or {_WAY_OUT}")
    return found[0]


def _card(file: Path, shape: tuple[int | None, ...]) -> ModelCard:
    layout = _layout(file, shape)
    height, width = (shape[layout.index(axis)] or SIDE for axis in "HW")
    files = {path.name: sha256_of(path) for path in _parts(file)}
    return ModelCard(
        task=BACKGROUND,
        name=str(file),
        file=file.name,
        files=files,
        size=(height, width),
        layout=layout,
        colour="RGB",
        mean=0.0,
        scale=255.0,
        output="mask",
        licence="unknown",
        source=str(file),
        source_sha256=hashlib.sha256("".join(sorted(files.values())).encode()).hexdigest(),
        precision="as it came",
    )


def _layout(file: Path, shape: tuple[int | None, ...]) -> str:
    for layout in ("NHWC", "NCHW", "HWC"):
        if len(shape) == len(layout) and shape[layout.index("C")] == len("RGB"):
            return layout
    told = "x".join("?" if size is None else str(size) for size in shape)
    raise ModelError(f"{file}: takes {told or 'an unknown shape'}, and height x width x 3 was expected")


def _parts(file: Path) -> list[Path]:
    """The network's files: all of a SavedModel, both of an IR."""
    if file.name == SAVED_MODEL:
        return sorted(path for path in file.parent.rglob("*") if path.is_file())
    return sorted(file.parent.glob(f"{escape(file.stem)}.*"))

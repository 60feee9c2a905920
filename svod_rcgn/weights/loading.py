"""Networks read back: whole, unchanged, and what their card says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import storage
from ..entities import ModelCard
from ..errors import InputError, ModelError
from ..settings import DETECTOR_DIRS, SOONEST, Runtime

if TYPE_CHECKING:  # openvino takes longer to import than all the rest of a run that has nothing to do
    from ..inference import Network

CARD = "model.json"
BACKGROUND = "background"
LAYOUTS = ("NHWC", "NCHW", "NWHC", "HWC")
_WAY_OUT = "run `python download_models.py`"
_FINGERPRINT_LENGTH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A network ready to run, and what is known of it; `further` are the others of a cascade."""

    card: ModelCard
    network: Network
    further: tuple[Network, ...] = ()


def load_model(directory: Path, task: str, device: str = "CPU", runtime: Runtime = SOONEST) -> Model:
    """Read a network, check it against its card, and compile it.

    Args:
        directory: Holds model.json and the files that it names.
        task: What the network must be for: "embedding", "detection" or "background".
        device: An OpenVINO device.
        runtime: How it uses the processors.

    Raises:
        ModelError: It is missing, damaged, for another task, or not what its card says.
    """
    from ..inference import OpenVinoNetwork

    card = read_card(directory)
    if card.task != task:
        raise ModelError(
            f"{directory}: expected a network for {task}, found one for {card.task} ({card.name})"
        )
    folder = storage.current_of(directory)
    network, *further = (
        OpenVinoNetwork(folder / name, device, runtime) for name in (card.file, *card.further)
    )
    _check_shape(directory, card, network.input_shape)
    return Model(card, network, tuple(further))


def read_card(directory: Path) -> ModelCard:
    """Read model.json, and check each file that it names against its sha256.

    Raises:
        ModelError: The card or a file is missing, damaged, or says what cannot be.
    """
    folder = storage.current_of(directory)
    if not (folder / CARD).is_file():
        raise ModelError(f"{directory}: no network here; {_fetching(directory)}")
    try:
        card = storage.read_record(folder / CARD, ModelCard)
    except InputError as error:
        raise ModelError(f"{error}; {_WAY_OUT}") from error
    _check_values(folder / CARD, card)
    for name, sha256 in card.files.items():
        _check_file(folder / name, sha256)
    return card


def _fetching(directory: Path) -> str:
    """The command that brings the network of a directory."""
    detectors = [name for name, folder in DETECTOR_DIRS.items() if folder == directory]
    return f"run `python download_models.py --detector {detectors[0]}`" if detectors else _WAY_OUT


def fingerprint(card: ModelCard) -> str:
    """A short sha256 of all that changes an embedding: weights, precision, and how a crop is fed.

    Embeddings, and what was trained on them, fit a network only where this is the same.
    """
    fed = (card.size, card.layout, card.colour, card.mean, card.scale, card.margin, card.mirror)
    told = json.dumps([card.source_sha256, card.precision, *fed])
    return hashlib.sha256(told.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


def _check_values(path: Path, card: ModelCard) -> None:
    wrong = {
        "file": card.file not in card.files,
        "further": not set(card.further) <= set(card.files),
        "files": any(name in (".", "..") or Path(name).name != name for name in card.files),
        "layout": card.layout not in LAYOUTS,
        "colour": card.colour not in ("RGB", "BGR"),
        "scale": card.scale == 0,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise ModelError(f"{path}: {field} cannot be {getattr(card, field)!r}; {_WAY_OUT}")


def _check_file(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ModelError(f"{path}: no such file; {_WAY_OUT}")
    found = storage.sha256_of(path)
    if found != expected:
        raise ModelError(f"{path}: expected sha256 {expected}, found {found}; {_WAY_OUT}")


def _check_shape(directory: Path, card: ModelCard, shape: tuple[int | None, ...]) -> None:
    height, width = card.size or (None, None)
    expected = {"C": 3, "H": height, "W": width}
    told = tuple(expected.get(axis) for axis in card.layout)
    if len(shape) != len(told) or (told[1:] != shape[1:]):
        raise ModelError(
            f"{directory}: the card says an input of {card.layout} {_shown(told)}, "
            f"the network takes {_shown(shape)}; {_WAY_OUT}"
        )


def _shown(shape: tuple[int | None, ...]) -> str:
    return "x".join("?" if size is None else str(size) for size in shape)

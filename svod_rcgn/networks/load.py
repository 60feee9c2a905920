"""Networks read back: whole, unchanged, and what their card says."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError, ModelError
from ..faces.settings import SOONEST, Runtime
from ..records import Channels, FloatArray, ModelCard
from ..storage import files
from . import templates

if TYPE_CHECKING:  # openvino takes longer to import than all the rest of a run that has nothing to do
    from .runtime import Network, OpenVinoNetwork

CARD = "model.json"
EMBEDDING = "embedding"
BACKGROUND = "background"
LAYOUTS = ("NHWC", "NCHW", "NWHC", "HWC")
FETCH = "run `python download_models.py`"
_WAY_ON = "correct the card, or fetch or add the network again"
_FINGERPRINT_LENGTH = 16
_NO_FACE = -0.5  # the margin that leaves nothing of the box
_BEFORE: list[object] = [None, 0]  # template and answer of all cards that had no such fields yet


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A network ready to run, and what is known of it; `further` are the others of a cascade."""

    card: ModelCard
    network: Network
    further: tuple[Network, ...] = ()


def load_model(
    directory: Path,
    task: str,
    device: str = "CPU",
    runtime: Runtime = SOONEST,
    card: ModelCard | None = None,
    fetch: str = FETCH,
) -> Model:
    """Read a network, check it against its card, and compile it.

    Args:
        directory: Holds model.json and the files that it names.
        task: What the network must be for: "embedding", "detection" or "background".
        device: An OpenVINO device.
        runtime: How it uses the processors.
        card: Another card than the one there, whose files lie there too.
        fetch: What to do where there is no network.

    Raises:
        ModelError: It is missing, damaged, for another task, or not what its card says.
    """
    from .runtime import OpenVinoNetwork

    card = card or read_card(directory, fetch)
    if card.task != task:
        raise ModelError(
            f"{directory}: expected a network for {task}, found one for {card.task} ({card.name})"
        )
    folder = files.current_of(directory)
    network, *further = (
        OpenVinoNetwork(folder / name, device, runtime) for name in (card.file, *card.further)
    )
    _check_input(directory, card, network.input_shape)
    place = _answer(directory, card, network) if task == EMBEDDING else 0
    return Model(card, OneOutput(network, place) if place else network, tuple(further))


def read_card(directory: Path, fetch: str = FETCH) -> ModelCard:
    """Read model.json, and check each file that it names against its sha256.

    Args:
        directory: Holds it.
        fetch: What to do where there is none, as it ends the error.

    Raises:
        ModelError: The card or a file is missing, damaged, or says what cannot be.
    """
    folder = files.current_of(directory)
    if not (folder / CARD).is_file():
        raise ModelError(f"{directory}: no network here; {fetch}")
    try:
        card = files.read_record(folder / CARD, ModelCard)
    except InputError as error:
        raise ModelError(f"{error}; {FETCH}") from error
    _check_values(folder / CARD, card)
    for name, sha256 in card.files.items():
        _check_file(folder / name, sha256)
    return card


def fingerprint(card: ModelCard) -> str:
    """A short sha256 of all that changes an embedding: weights, precision, and how a face is cut and fed.

    Embeddings, and what was trained on them, fit a network only where this is the same.
    """
    fed = [card.size, card.layout, card.colour, card.mean, card.scale, card.margin, card.mirror]
    later = [card.template, card.answer]
    told = json.dumps([card.source_sha256, card.precision, *fed, *(later if later != _BEFORE else [])])
    return hashlib.sha256(told.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


class OneOutput:
    """A network of which only one output is wanted."""

    def __init__(self, network: Network, place: int) -> None:
        self._network = network
        self._place = place

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        """See `Network.run`."""
        return (self._network.run(batch)[self._place],)


def _check_values(path: Path, card: ModelCard) -> None:
    wrong = {
        "file": card.file not in card.files,
        "further": not set(card.further) <= set(card.files),
        "files": any(name in (".", "..") or Path(name).name != name for name in card.files),
        "size": card.size is not None and min(card.size) < 1,
        "layout": card.layout not in LAYOUTS or (card.task == EMBEDDING and "N" not in card.layout),
        "colour": card.colour not in ("RGB", "BGR"),
        "mean": not all(math.isfinite(each) for each in _each(card.mean)),
        "scale": not all(each and math.isfinite(each) for each in _each(card.scale)),
        "margin": card.margin is not None and not _NO_FACE < card.margin < math.inf,
        "template": card.template is not None and not templates.fits(card.template),
        "batch": card.batch not in (None, 1),
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise ModelError(f"{path}: {field} cannot be {getattr(card, field)!r}; {FETCH}")
    if card.margin is not None and card.template is not None:
        raise ModelError(f"{path}: a face is cut by a margin or by a template, not by both; {_WAY_ON}")


def _each(value: Channels) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def _check_file(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ModelError(f"{path}: no such file; {FETCH}")
    found = files.sha256_of(path)
    if found != expected:
        raise ModelError(f"{path}: expected sha256 {expected}, found {found}; {FETCH}")


def _check_input(directory: Path, card: ModelCard, shape: tuple[int | None, ...]) -> None:
    height, width = card.size or (None, None)
    sizes = {"N": card.batch, "C": 3, "H": height, "W": width}
    told = tuple(sizes[axis] for axis in card.layout)
    fits = len(shape) == len(told) and all(
        axis == "N" or wanted == there for axis, wanted, there in zip(card.layout, told, shape, strict=True)
    )
    if not fits or (card.task == EMBEDDING and shape[0] not in (None, card.batch)):
        raise ModelError(
            f"{directory}: the card says an input of {card.layout} {_shown(told)}, "
            f"the network takes {_shown(shape)}; {_WAY_ON}"
        )


def _answer(directory: Path, card: ModelCard, network: OpenVinoNetwork) -> int:
    """The number of the output that holds embeddings of the card's length."""
    outputs = network.outputs
    found = [place for place, each in enumerate(outputs) if card.answer in (place, *each.names)]
    if not found:
        shown = ", ".join(str(each) for each in outputs)
        raise ModelError(
            f"{directory}: the card says output {card.answer}, the network has {shown}; {_WAY_ON}"
        )
    length = _length(network, found[0], card)
    if length != card.embedding_length:
        raise ModelError(
            f"{directory}: the card says embeddings of {card.embedding_length} numbers, "
            f"the network gives {length}; {_WAY_ON}"
        )
    return found[0]


def _length(network: OpenVinoNetwork, place: int, card: ModelCard) -> int:
    """How many numbers a face becomes; where the file does not say, one is tried."""
    sizes = network.outputs[place].shape[1:]
    known = [size for size in sizes if size is not None]
    if len(known) == len(sizes):
        return math.prod(known)
    height, width = card.size or (1, 1)
    sides = {"N": 1, "C": 3, "H": height, "W": width}
    return int(network.run(np.zeros([sides[axis] for axis in card.layout], np.float32))[place].size)


def _shown(shape: tuple[int | None, ...]) -> str:
    return "x".join("?" if size is None else str(size) for size in shape)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A directory that should hold a network: its card, or what is wrong with it."""

    directory: Path
    card: ModelCard | None
    problem: str = ""


def shelf(models_dir: Path) -> list[Shelved]:
    """The networks in a folder of directories, by name.

    Raises:
        InputError: There is no such folder.
    """
    if not models_dir.is_dir():
        raise InputError(f"{models_dir}: no such folder; {FETCH}")
    folders = sorted(
        path.parent for path in models_dir.glob(f"*/{CARD}") if not path.parent.name.startswith(".")
    )
    return [_shelved(folder) for folder in folders]


def _shelved(directory: Path) -> Shelved:
    try:
        return Shelved(directory, read_card(directory))
    except ModelError as error:
        return Shelved(directory, None, str(error))

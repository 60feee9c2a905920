"""Networks of one's own put where others can fetch them, and those of others taken as the next version."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from ..errors import InputError, ModelError
from ..reporter import Reporter
from ..storage import files
from ..storage.archives import ArchiveLimits
from ..storage.release_sets import ReleaseRequest, SetDescription, SetKind, brought_set, publish_set
from ..storage.release_store import Publisher
from ..storage.releases import Manifest, Release
from . import versions
from .card import CARD, ModelCard, fingerprint, read_card, write_card
from .load import find_network

LIMITS = ArchiveLimits(total_bytes=1_000_000_000)
_NETWORK = SetKind(CARD, "network")
_LIBRARIES = ("numpy", "openvino")


@dataclass(frozen=True, slots=True)
class NetworkKind:
    """Networks of one's own for one task, as the wing knows them that makes them.

    `record` is the file that tells of the training, and `layout` its dataclass, which has `created` and
    `version`; `private` are its fields that name pictures, with what stands there instead. `tried` has the
    network in a folder answer once, and gives how many classes it knows; it raises ModelError.
    """

    task: str
    record: str
    layout: type[Any]
    tried: Callable[[Path], int]
    private: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstalledVersion:
    """A version that was put in place, how many classes it knows, and its manifest where it came with one."""

    version: int
    classes: int
    manifest: Manifest | None


def export(
    release: Release,
    network: str,
    models_dir: Path,
    kinds: Sequence[NetworkKind],
    publisher: Publisher,
    reporter: Reporter,
    *,
    force: bool = False,
) -> str:
    """Publish a version of a network, NAME@3 or the one in use, with its record and a manifest.

    Its report stays here, for it shows the pictures that the network was taught with, and the record goes
    without their names and hashes.

    Args:
        release: What it will be called.
        network: Its name.
        models_dir: Where networks lie.
        kinds: The kinds that can be published.
        publisher: Where it goes.
        reporter: Told what is done.
        force: Overwrite a release of this name and version.

    Returns:
        Where it is now.

    Raises:
        InputError: There is no such network.
        ModelError: It is damaged, or of no such kind.
        PublishError: It could not be put there.
        BusyError: Another run works here.
    """
    folder = find_network(network, models_dir, [each.task for each in kinds], {})
    kind = _kind_of(read_card(folder), kinds, str(folder))
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        target = Path(scratch) / "network"
        return publish_set(
            release,
            folder,
            lambda: _without_pictures(folder, target, kind),
            lambda copy: _described(copy, kind),
            publisher,
            reporter,
            force=force,
        )


def install(
    request: ReleaseRequest,
    network: str,
    models_dir: Path,
    kinds: Sequence[NetworkKind],
    reporter: Reporter,
) -> InstalledVersion:
    """Fetch a network, and let it be the next version, which is in use.

    It is checked first: against its manifest and its card, and by having it answer once.

    Args:
        request: What to fetch.
        network: What it is called here.
        models_dir: Where networks lie.
        kinds: The kinds that are taken.
        reporter: Told how far the work is.

    Raises:
        DownloadError: The archive could not be fetched, or is damaged or hostile, or not as its manifest.
        ModelError: The network is not what its card says, or another one has the name.
        BusyError: Another run has been working here for a minute.
    """
    directory = versions.directory_of(network, models_dir)
    versions.check_free(directory)
    with brought_set(request, directory, _NETWORK, reporter) as (came, manifest):
        try:
            card, kind = _checked(came, kinds)
            classes = kind.tried(came)
        except (ModelError, InputError) as error:
            raise ModelError(str(error).replace(str(came), str(request.address))) from error
        versions.check_task(directory, kind.task)
        with versions.new_version(directory) as (number, fresh):
            for name in card.files:
                files.copy(came / name, fresh / name)
            _rewrite(fresh, kind, version=str(number))
            write_card(fresh, replace(card, version=str(number)))
    return InstalledVersion(number, classes, manifest)


def _checked(folder: Path, kinds: Sequence[NetworkKind]) -> tuple[ModelCard, NetworkKind]:
    card = read_card(folder)
    return card, _kind_of(card, kinds, str(folder))


def _kind_of(card: ModelCard, kinds: Sequence[NetworkKind], label: str) -> NetworkKind:
    for kind in kinds:
        if kind.task == card.task:
            return kind
    raise ModelError(f"{label}: {card.name} is a network for {card.task}; give one that `svod train` made")


def _without_pictures(folder: Path, target: Path, kind: NetworkKind) -> Path:
    """A copy of a version that names none of the pictures that it was taught with."""
    card = read_card(folder)
    target.mkdir()
    for name in card.files:
        files.copy(folder / name, target / name)
    _rewrite(target, kind, **kind.private)
    write_card(target, card)
    return target


def _rewrite(folder: Path, kind: NetworkKind, **fields: Any) -> None:
    """Let the record of a copy say something else, where there is one."""
    path = folder / kind.record
    if path.exists():
        told = replace(files.read_record(path, kind.layout), **fields)
        path.unlink()  # a hard link to another's
        files.write_record(path, told)


def _described(folder: Path, kind: NetworkKind) -> SetDescription:
    try:
        trained = files.read_record(folder / kind.record, kind.layout).created
    except InputError:
        trained = "at an unknown time"
    libraries = {name: version_of(name) for name in _LIBRARIES}
    return SetDescription(trained, fingerprint(read_card(folder)), libraries)

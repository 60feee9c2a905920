"""Networks of one's own put where others can fetch them, and those of others taken as the next version."""

import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import version as version_of
from pathlib import Path

import numpy as np

from ..errors import InputError, ModelError
from ..networks import find_network, fingerprint, read_card, versions
from ..networks.card import CARD, CLASSIFICATION, ModelCard, write_card
from ..reporter import Reporter
from ..storage import files
from ..storage.archives import ArchiveLimits
from ..storage.release_sets import ReleaseRequest, SetDescription, SetKind, brought_set, publish_set
from ..storage.release_store import Publisher
from ..storage.releases import Manifest, Release
from . import build, settings
from .training import records
from .training.records import TrainingRecord

LIMITS = ArchiveLimits(total_bytes=1_000_000_000)
_NETWORK = SetKind(CARD, "network")
_LIBRARIES = ("numpy", "openvino")


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
    publisher: Publisher,
    reporter: Reporter,
    *,
    force: bool = False,
) -> str:
    """Publish a version of a network, NAME@3 or the one in use, with its record and a manifest.

    Its report stays here, for it shows the pictures that the network was taught with, and the record goes
    without their names and hashes.

    Returns:
        Where it is now.

    Raises:
        InputError: There is no such network.
        ModelError: It is damaged, or no network that names whole pictures.
        PublishError: It could not be put there.
        BusyError: Another run works here.
    """
    folder = find_network(network, models_dir, CLASSIFICATION, settings.FETCH)
    _check(read_card(folder), str(folder))
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        target = Path(scratch) / "network"
        return publish_set(
            release,
            folder,
            lambda: _without_pictures(folder, target),
            _described,
            publisher,
            reporter,
            force=force,
        )


def _without_pictures(folder: Path, target: Path) -> Path:
    """A copy of a version that names none of the pictures that it was taught with."""
    card = read_card(folder)
    target.mkdir()
    for name in card.files:
        files.copy(folder / name, target / name)
    if (folder / records.FILE).exists():
        _rewrite(target, replace(records.read(folder), left_out=(), unasked=(), notes=()))
    write_card(target, card)
    return target


def _rewrite(folder: Path, record: TrainingRecord) -> None:
    (folder / records.FILE).unlink(missing_ok=True)  # a hard link to another's
    records.write(folder, record)


def _described(folder: Path) -> SetDescription:
    card = read_card(folder)
    try:
        trained = records.read(folder).created
    except InputError:
        trained = "at an unknown time"
    return SetDescription(trained, fingerprint(card), {name: version_of(name) for name in _LIBRARIES})


def install(request: ReleaseRequest, network: str, models_dir: Path, reporter: Reporter) -> InstalledVersion:
    """Fetch a network, and let it be the next version, which is in use.

    It is checked first: against its manifest and its card, and by having it answer once.

    Args:
        request: What to fetch.
        network: What it is called here.
        models_dir: Where networks lie.
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
            card, classes = _tried(came)
        except ModelError as error:
            raise ModelError(str(error).replace(str(came), str(request.address))) from error
        with versions.new_version(directory) as (number, fresh):
            for name in card.files:
                files.copy(came / name, fresh / name)
            _tell_number(fresh, str(number))
            write_card(fresh, replace(card, version=str(number)))
    return InstalledVersion(number, classes, manifest)


def _check(card: ModelCard, label: str) -> None:
    if card.task != CLASSIFICATION:
        raise ModelError(f"{label}: {card.name} does not name whole pictures; give one that `train` made")


def _tried(folder: Path) -> tuple[ModelCard, int]:
    """The card of a network that answered, and how many classes it knows."""
    card = read_card(folder)
    _check(card, str(folder))
    classifier = build.load_classifier(str(folder), folder.parent)
    height, width = card.size or (1, 1)
    (answer,) = classifier.classify([np.full((height, width, 3), 128, np.uint8)])
    if not np.isfinite(answer.probabilities).all():
        raise ModelError(f"{folder}: the network answers with something that is not a number")
    return card, len(classifier.labels)


def _tell_number(folder: Path, number: str) -> None:
    """Let the record say the number that the version has here."""
    if (folder / records.FILE).exists():
        _rewrite(folder, replace(records.read(folder), version=number))

"""Fetch classifiers that others have published."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..text import counted
from . import base, options
from .catalog_options import PUBLISHING, catalog_option, network_kinds, required

if TYPE_CHECKING:
    from ..faces.exchange.fetch_release import InstalledRelease
    from ..storage.releases import Manifest
    from ..storage.remote.addresses import Address


@base.command("download_classifiers")
@click.argument("source", nargs=-1, metavar="URL | NAME VERSION")
@catalog_option
@options.classifiers_dir
@options.model
@base.option(
    "--network",
    metavar="NAME",
    section=PUBLISHING,
    help="A network of one's own, to be called NAME here.",
)
@options.models_dir
@options.sha256(PUBLISHING)
@base.option(
    "--retrain",
    is_flag=True,
    section=PUBLISHING,
    help="Train anew, as where scikit-learn differs.",
)
@base.option("--rollback", is_flag=True, section=PUBLISHING, help="Bring back those that were replaced last.")
def main(
    *,
    source: tuple[str, ...],
    catalog: str | None,
    classifiers_dir: Path,
    model: Path,
    network: str | None,
    models_dir: Path,
    sha256: str | None,
    retrain: bool,
    rollback: bool,
) -> None:
    """Fetch classifiers from URL, or NAME VERSION from the catalogue, and put them in place.

    They are checked first, and take the place of those that are there whole or not at all; --rollback
    brings the last ones back. --retrain uses the embeddings that come along. With --network it is a network
    that somebody taught, which becomes the next version of NAME and is in use.
    """
    if rollback == bool(source):
        raise click.UsageError("give a URL, or NAME and VERSION, or --rollback")
    address = _address(source, catalog) if source else None
    if network is not None:
        if retrain:
            raise click.UsageError("--retrain is for classifiers of faces")
        return _network(address, network, models_dir, sha256)
    from .. import networks
    from ..faces.exchange.fetch_release import install, roll_back
    from ..storage.release_sets import ReleaseRequest
    from .progress import reporter

    card = networks.read_card(model)
    fingerprint = networks.fingerprint(card)
    with reporter() as watcher:
        if address:
            parcel = ReleaseRequest(address, sha256)
            installed = install(
                parcel, classifiers_dir, fingerprint, watcher, retrain=retrain, usual=card.usual
            )
        else:
            installed = roll_back(classifiers_dir, fingerprint)
    return _report(installed, classifiers_dir)


def _network(address: "Address | None", network: str, models_dir: Path, sha256: str | None) -> None:
    from ..networks import network_releases, versions
    from ..storage.release_sets import ReleaseRequest
    from .progress import reporter

    directory = versions.directory_of(network, models_dir)
    if address is None:
        return base.say(f"{network}: version {versions.roll_back(directory)} is in use")
    with reporter() as watcher:
        request = ReleaseRequest(address, sha256, network_releases.LIMITS)
        installed = network_releases.install(request, network, models_dir, network_kinds(), watcher)
    if manifest := installed.manifest:
        base.say(_told(manifest))
    known = counted(installed.classes, "class")
    return base.say(f"{network}: version {installed.version} is in use, which knows {known}")


def _address(source: tuple[str, ...], catalog: str | None) -> "Address":
    from ..storage.releases import Release
    from ..storage.remote.addresses import Address

    match source:
        case (url,):
            return Address(url)
        case (name, version):
            return Address(required(catalog)).file(Release(name, version).file)
    raise click.UsageError("give one URL, or NAME and VERSION")


def _told(manifest: "Manifest") -> str:
    return f"{manifest.name} {manifest.version}, trained {manifest.trained}, as its manifest says"


def _report(installed: "InstalledRelease", classifiers_dir: Path) -> None:
    if manifest := installed.manifest:
        base.say(_told(manifest))
    base.say(f"{counted(len(installed.persons), 'person')}; the classifiers are in {classifiers_dir}")

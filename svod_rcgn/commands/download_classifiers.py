"""Fetch classifiers that others have published."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..text import counted
from . import base, options
from .catalog_options import PUBLISHING, catalog_option, required

if TYPE_CHECKING:
    from ..faces.exchange.fetch_release import InstalledRelease
    from ..storage.remote.addresses import Address


@base.command("download_classifiers")
@click.argument("source", nargs=-1, metavar="URL | NAME VERSION")
@catalog_option
@options.classifiers_dir
@options.model
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
    sha256: str | None,
    retrain: bool,
    rollback: bool,
) -> None:
    """Fetch classifiers from URL, or NAME VERSION from the catalogue, and put them in place.

    They are checked first, and take the place of those that are there whole or not at all; --rollback
    brings the last ones back. --retrain uses the embeddings that come along.
    """
    if rollback == bool(source):
        raise click.UsageError("give a URL, or NAME and VERSION, or --rollback")
    from .. import networks
    from ..faces.exchange.fetch_release import ReleaseRequest, install, roll_back
    from .progress import reporter

    address = _address(source, catalog) if source else None
    fingerprint = networks.fingerprint(networks.read_card(model))
    with reporter() as watcher:
        if address:
            parcel = ReleaseRequest(address, sha256)
            installed = install(parcel, classifiers_dir, fingerprint, watcher, retrain=retrain)
        else:
            installed = roll_back(classifiers_dir, fingerprint)
    _report(installed, classifiers_dir)


def _address(source: tuple[str, ...], catalog: str | None) -> "Address":
    from ..storage.releases import Release
    from ..storage.remote.addresses import Address

    match source:
        case (url,):
            return Address(url)
        case (name, version):
            return Address(required(catalog)).file(Release(name, version).file)
    raise click.UsageError("give one URL, or NAME and VERSION")


def _report(installed: "InstalledRelease", classifiers_dir: Path) -> None:
    if manifest := installed.manifest:
        base.say(f"{manifest.name} {manifest.version}, trained {manifest.trained}, as its manifest says")
    base.say(f"{counted(len(installed.persons), 'person')}; the classifiers are in {classifiers_dir}")

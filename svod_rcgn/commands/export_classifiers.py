"""Publish classifiers for others to fetch."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import base, options
from .catalog_options import PUBLISHING, catalog_option, publish, publish_network, publisher, required
from .tables import print_table

if TYPE_CHECKING:
    from ..storage.release_store import Listed


@base.command("export_classifiers")
@click.argument("name", required=False)
@click.argument("version", required=False)
@catalog_option
@options.classifiers_dir
@base.option(
    "--network",
    metavar="NAME[@VERSION]",
    section=PUBLISHING,
    help="A network of your own instead of the classifiers of faces.",
)
@options.models_dir
@base.option("--force", is_flag=True, section=PUBLISHING, help="Overwrite a version that is there.")
@base.option("--list", "listing", is_flag=True, section=PUBLISHING, help="Show what the catalogue holds.")
def main(
    *,
    name: str | None,
    version: str | None,
    catalog: str | None,
    classifiers_dir: Path,
    network: str | None,
    models_dir: Path,
    force: bool,
    listing: bool,
) -> None:
    """Publish the classifiers as NAME VERSION: model-NAME-VERSION.tar in the catalogue.

    It holds the classifiers, the previews, the report, and a manifest with the sha256 of each. With --network
    it is a network that `python -m svod_rcgn.train` made, of whole pictures or of objects, with its record.
    Where no catalogue is given and the command kdataset is installed, that one pushes them to the workspace
    WORKSPACE_NAME.
    """
    if listing:
        _list(required(catalog))
    elif name and version:
        from ..storage.releases import Release

        release, target = Release(name, version), publisher(catalog)
        if network is None:
            publish(release, target, classifiers_dir, force=force)
        else:
            publish_network(release, target, network, models_dir, force=force)
    else:
        raise click.UsageError("give NAME and VERSION, or --list")


def _list(catalog: str) -> None:
    from ..storage.release_store import Catalog
    from ..storage.remote.addresses import Address

    address = Address(catalog)
    releases = Catalog(address).releases()
    if not releases:
        base.say(f"{address}: no classifiers are published here")
        return
    print_table(("name", "version", "bytes", "published"), [_row(each) for each in releases])


def _row(listed: "Listed") -> tuple[str, ...]:
    release, entry = listed.release, listed.entry
    size = "" if entry.size is None else f"{entry.size:,}"
    changed = "" if entry.changed is None else f"{entry.changed:%Y-%m-%d %H:%M}"
    return release.name, release.version, size, changed

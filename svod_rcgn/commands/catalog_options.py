"""What the commands share that publish classifiers and fetch them: where the catalogue is."""

import os
import shutil
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import InputError
from . import base

if TYPE_CHECKING:
    from ..networks.network_releases import NetworkKind
    from ..storage.release_store import Publisher
    from ..storage.releases import Release

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_UNSET = "no catalogue: give --catalog or set SVOD_CATALOG to a path or an address such as s3://bucket/models"

PUBLISHING = "Published classifiers"

catalog_option = base.option(
    "--catalog",
    metavar="URL",
    envvar="SVOD_CATALOG",
    show_envvar=True,
    section=PUBLISHING,
    help="The catalogue's path or address.",
)


def required(catalog: str | None) -> str:
    """The catalogue's address.

    Raises:
        InputError: None was given.
    """
    if not catalog:
        raise InputError(_UNSET)
    return catalog


def publisher(catalog: str | None) -> "Publisher":
    """Where releases go: the catalogue that was given, or else `kdataset` where it is installed.

    Raises:
        InputError: Neither is there, or the workspace is not named.
    """
    from ..storage.release_store import Catalog, Kdataset
    from ..storage.remote.addresses import Address

    program = shutil.which("kdataset")
    if catalog or not program:
        return Catalog(Address(required(catalog)))
    workspace = os.environ.get("WORKSPACE_NAME")
    if not workspace:
        raise InputError("kdataset pushes to a workspace: set WORKSPACE_NAME, or give --catalog")
    return Kdataset(program, workspace)


def release_options(function: Decorated) -> Decorated:
    """Add the options of `prepare.py` that publish; the function gets `publish`, or None."""

    @wraps(function)
    def packed(
        *, model_name: str | None, model_version: str | None, catalog: str | None, **others: Any
    ) -> Any:
        if bool(model_name) != bool(model_version):
            raise click.UsageError("--release_name and --release_version go together")
        if not model_name or not model_version:
            return function(publish=None, **others)
        return function(publish=_publication(model_name, model_version, catalog), **others)

    for each in (
        catalog_option,
        base.option(
            "--release_version",
            "--model_version",
            "model_version",
            metavar="VERSION",
            section=PUBLISHING,
            help="And under this version.",
        ),
        base.option(
            "--release_name",
            "--model_name",
            "model_name",
            metavar="NAME",
            section=PUBLISHING,
            help="Publish what was trained under this name.",
        ),
    ):
        packed = each(packed)
    return packed  # type: ignore[return-value]


def _publication(name: str, version: str, catalog: str | None) -> Callable[[Path], None]:
    """Publishes when called; what would stand in its way is told now, before any work is done."""
    from ..storage.releases import Release

    release, target = Release(name, version), publisher(catalog)
    target.check(release, force=False)
    return lambda classifiers_dir: publish(release, target, classifiers_dir, force=False)


def network_kinds() -> "tuple[NetworkKind, ...]":
    """The kinds of networks of one's own."""
    from ..classification.own_classifiers import OWN_CLASSIFIERS
    from ..objects.own_detectors import OWN_DETECTORS

    return OWN_CLASSIFIERS, OWN_DETECTORS


def publish(release: "Release", target: "Publisher", classifiers_dir: Path, *, force: bool) -> None:
    """Publish classifiers and say where they are."""
    from ..faces.exchange.publish import export
    from .progress import reporter

    with reporter() as watcher:
        place = export(release, classifiers_dir, target, watcher, force=force)
    base.say(f"published as {place}")


def publish_network(
    release: "Release", target: "Publisher", network: str, models_dir: Path, *, force: bool
) -> None:
    """Publish a network of one's own and say where it is."""
    from ..networks.network_releases import export
    from .progress import reporter

    with reporter() as watcher:
        place = export(release, network, models_dir, network_kinds(), target, watcher, force=force)
    base.say(f"published as {place}")

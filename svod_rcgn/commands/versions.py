"""What is installed: the versions that decide about results, and the networks by their fingerprints."""

from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..errors import ModelError
from ..networks import ModelCard, fingerprint, read_background_card, read_card

_PACKAGES = {"svod-rcgn": "svod-rcgn", "openvino": "OpenVINO", "scikit-learn": "scikit-learn"}


def version_lines(*networks: Path, background: Path | None = None) -> Iterator[str]:
    """One line for each package and for each network's folder.

    The fingerprint is the one that classifiers are bound to; see `networks.fingerprint`.

    Args:
        networks: Folders of networks with a card.
        background: A network that removes backgrounds, which may have none.
    """
    for package, title in _PACKAGES.items():
        yield f"{title} {_version(package)}"
    for directory in networks:
        yield f"{directory}: {_network(directory, read_card)}"
    if background:
        yield f"{background}: {_network(background, read_background_card)}"


def own_version() -> str:
    """The version of this program."""
    return _version("svod-rcgn")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a folder where nothing was installed
        return "not installed"


def _network(directory: Path, read: Callable[[Path], ModelCard]) -> str:
    try:
        card = read(directory)
    except ModelError as error:
        return str(error).removeprefix(f"{directory}: ")
    return f"{card.name}, fingerprint {fingerprint(card)}"

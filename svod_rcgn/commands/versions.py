"""What is installed: the versions that decide about results, and the networks by their fingerprints."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..errors import ModelError
from ..networks import fingerprint, read_card

_PACKAGES = {"svod-rcgn": "svod-rcgn", "openvino": "OpenVINO", "scikit-learn": "scikit-learn"}


def version_lines(*networks: Path) -> Iterator[str]:
    """One line for each package and for each network's folder.

    The fingerprint is the one that classifiers are bound to; see `networks.fingerprint`.
    """
    for package, title in _PACKAGES.items():
        yield f"{title} {_version(package)}"
    for directory in networks:
        yield f"{directory}: {_network(directory)}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a folder where nothing was installed
        return "not installed"


def _network(directory: Path) -> str:
    try:
        card = read_card(directory)
    except ModelError as error:
        return str(error).removeprefix(f"{directory}: ")
    return f"{card.name}, fingerprint {fingerprint(card)}"

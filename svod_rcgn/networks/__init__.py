"""The networks on disk: what the program knows of them, how they come here, how they are read.

`entries` says what can be fetched; `install` fetches and converts, with `download`, `packages` and
`convert` beneath it; `load` is all that the stages need, and `uncarded` reads networks without a card.
"""

from . import telemetry
from .card import FETCH, ModelCard, fingerprint, read_card, version_of
from .load import InstalledNetwork, LoadedNetwork, SelectedOutput, find_network, list_networks, load_model
from .uncarded import load_background, read_background_card

__all__ = [
    "FETCH",
    "InstalledNetwork",
    "LoadedNetwork",
    "ModelCard",
    "SelectedOutput",
    "find_network",
    "fingerprint",
    "list_networks",
    "load_background",
    "load_model",
    "read_background_card",
    "read_card",
    "version_of",
]

telemetry.decline()  # no module of this package imports openvino before this line has run

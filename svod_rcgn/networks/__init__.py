"""The networks on disk: what the program knows of them, how they come here, how they are read.

`catalogue` is data; `installing` fetches and converts, with `fetching`, `packages`, `archives`,
`converting` and `torch_files` beneath it; `loading` is all that the stages need, and `foreign` reads
networks without a card.
"""

from . import telemetry
from .card import FETCH, fingerprint, read_card
from .load import InstalledNetwork, LoadedNetwork, SelectedOutput, list_networks, load_model
from .uncarded import load_background

__all__ = [
    "FETCH",
    "InstalledNetwork",
    "LoadedNetwork",
    "SelectedOutput",
    "fingerprint",
    "list_networks",
    "load_background",
    "load_model",
    "read_card",
]

telemetry.decline()  # no module of this package imports openvino before this line has run

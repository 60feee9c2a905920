"""The networks on disk: what the program knows of them, how they come here, how they are read.

`catalogue` is data; `installing` fetches and converts, with `fetching`, `packages` and `archives`
beneath it; `loading` is all that the stages need, and `foreign` reads networks without a card.
"""

from .foreign import load_background
from .loading import Model, fingerprint, load_model, read_card

__all__ = ["Model", "fingerprint", "load_background", "load_model", "read_card"]

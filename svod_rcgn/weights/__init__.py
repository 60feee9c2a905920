"""The networks on disk: what the program knows of them, how they come here, how they are read.

`catalogue` is data; `installing` fetches and converts, with `fetching`, `packages` and `archives`
beneath it; `loading` is all that the stages need.
"""

from .loading import Model, fingerprint, load_model, read_card

__all__ = ["Model", "fingerprint", "load_model", "read_card"]

"""Where the control socket listens."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ControlSettings:
    """Where the control socket listens.

    `keys` is a folder of CURVE certificates, without which only the loopback address is taken.
    """

    host: str = "127.0.0.1"
    port: int = 27863
    keys: Path | None = None

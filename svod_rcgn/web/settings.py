"""Where the page is served, to whom, and what it takes at most."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The address, and the other names by which it is asked for, as through a tunnel.

    `folder` is where sessions, passwords and the audit are kept; port 0 takes any that is free. With
    `certificate` and `key` it is served by TLS; `behind_proxy` says that a proxy does that.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    host_names: tuple[str, ...] = ()
    folder: Path = Path("data/web")
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False

    @property
    def is_secure(self) -> bool:
        """Whether browsers speak TLS with it."""
        return self.certificate is not None or self.behind_proxy


@dataclass(frozen=True, slots=True)
class Limits:
    """What comes in at most.

    `body` and `picture` are bytes of a request's body and of one picture in it, `pixels` those of a picture,
    `message` bytes of a message on a WebSocket. `connections` are open at once; `at_work` pictures are
    looked at side by side while `waiting` more wait, and whoever comes then is told to come again.
    """

    body: int = 48 * 2**20
    picture: int = 32 * 2**20
    pixels: int = 50_000_000
    message: int = 2 * 2**20
    connections: int = 200
    at_work: int = 2
    waiting: int = 16

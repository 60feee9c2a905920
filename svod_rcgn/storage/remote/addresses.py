"""Where something lies: a path, or an address with a scheme."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from urllib.request import url2pathname

from ...errors import InputError
from ...text import shown

_UNREADABLE = "the address given"
_WAY_OUT = "give a path or an address such as https://host/file"


@dataclass(frozen=True, slots=True)
class Address:
    """A path of this machine, or an address as `file:`, `http:`, `https:`, `s3:` and others are.

    Raises:
        InputError: It is empty or cannot be read as an address.
    """

    address: str

    def __post_init__(self) -> None:
        if not self.address.strip():
            raise InputError(f"an empty address; {_WAY_OUT}")
        chained = "::" in self.address.partition("[")[0]  # fsspec's chains: secrets could be anywhere in them
        if chained or self._parts() is None or (self.scheme and shown(self.address) != self.address):
            raise InputError(f"{_UNREADABLE} cannot be read; {_WAY_OUT}")

    def __str__(self) -> str:
        """The address without what may be secret in it: user, password, query."""
        parts = self._parts()
        if parts is None:
            return _UNREADABLE
        if not self.scheme:
            return self.address
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def scheme(self) -> str:
        """What stands before the colon; empty for a path, such as one with a drive's letter."""
        parts = self._parts()
        return parts.scheme if parts and len(parts.scheme) > 1 else ""

    @property
    def local(self) -> Path | None:
        """The path of what lies on this machine."""
        if not self.scheme:
            return Path(self.address)
        return Path(url2pathname(urlsplit(self.address).path)) if self.scheme == "file" else None

    def file(self, name: str) -> "Address":
        """The address of a file in the folder that this address names."""
        before, mark, query = self.address.partition("?")
        return Address(f"{before.rstrip('/')}/{name}{mark}{query}")

    @property
    def safe(self) -> bool:
        """Nobody between here and there can change what comes: https, or this machine itself."""
        parts = self._parts()
        host = (parts.hostname or "") if parts else ""
        if self.scheme == "file":
            return host in ("", "localhost") and bool(parts and parts.path)
        return bool(host) and (self.scheme == "https" or (self.scheme == "http" and _is_loopback(host)))

    def _parts(self) -> SplitResult | None:
        try:
            parts = urlsplit(self.address)
            _ = (
                parts.port,
                (parts.hostname or "").encode("idna"),
            )  # which fails where no host can be called so
        except ValueError:
            return None
        return parts


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

"""CURVE keys, without which the control socket listens on loopback only.

A folder of keys holds server.key_secret, server.key, client.key_secret and client.key, in the format
of ZeroMQ certificates; whoever holds client.key_secret and server.key may control the camera.
"""

import re
from ipaddress import ip_address
from pathlib import Path

import zmq
import zmq.auth

from ..errors import ControlError
from ..storage import folders

PRIVATE = 0o700
_LABEL = r"[\w-]{1,63}"
_HOST = re.compile(
    rf"\*|({_LABEL}\.)*{_LABEL}\.?|\[?[0-9a-f:.]*:[0-9a-f:.]*(%\w+)?\]?", re.ASCII | re.IGNORECASE
)
_SHOWN = 80  # letters of what is no host
SERVER, CLIENT = "server", "client"


def make_keys(folder: Path) -> None:
    """Make a folder with fresh keys, for its owner alone; all of them or none.

    Raises:
        ControlError: The folder holds keys already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ControlError(f"{folder}: is not empty; name a new folder for the keys")
    with folders.replacing_folder(folder) as fresh:
        fresh.chmod(PRIVATE)
        for name in (SERVER, CLIENT):
            _, secret = zmq.auth.create_certificates(fresh, name)
            Path(secret).chmod(0o600)
    folders.discard_previous(folder)


def load_pair(folder: Path, name: str) -> tuple[bytes, bytes]:
    """The public and the secret key of the server or the client.

    Raises:
        ControlError: The file is missing or holds no secret key.
    """
    public, secret = _load(folder / f"{name}.key_secret")
    if secret is None:
        raise ControlError(f"{folder / name}.key_secret: holds no secret key")
    return public, secret


def load_public(folder: Path, name: str) -> bytes:
    """The public key of the server or the client.

    Raises:
        ControlError: The file is missing or damaged.
    """
    return _load(folder / f"{name}.key")[0]


def _load(path: Path) -> tuple[bytes, bytes | None]:
    try:
        return zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        raise ControlError(
            f"{path}: no key; `python -m svod_rcgn.control --make_keys FOLDER` makes them"
        ) from error


def check_reach(host: str, keys: Path | None) -> None:
    """Let nothing that anybody could reach be open to anybody.

    Raises:
        ControlError: It is no address, or not of this machine alone, and there are no keys.
    """
    if not _HOST.fullmatch(host):
        raise ControlError(f"{host[:_SHOWN]!r}: is no host's name or address; take 127.0.0.1")
    if keys is None and not _is_loopback(host):
        raise ControlError(
            f"{host}: others can reach this address; give --listener_keys, or listen on 127.0.0.1"
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

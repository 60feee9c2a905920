"""Speaks to a running camera: `SVODClient().call("status")`."""

from pathlib import Path
from types import TracebackType
from typing import Any

import zmq

from ..errors import ControlError
from . import keys as curve
from .messages import Request, decode_reply, encode_request
from .settings import ControlSettings

_DEFAULT = ControlSettings()


class SVODClient:
    """A client of the control socket; one thread at a time may use it.

    Example:
        >>> from svod_rcgn import SVODClient
        >>> with SVODClient() as client:  # while video.py runs
        ...     status = client.call("status")
        >>> sorted(status)
        ['cameras', 'channels', 'classifiers', 'debug', 'memory', 'threads', 'uptime']
    """

    def __init__(
        self,
        host: str = _DEFAULT.host,
        port: int = _DEFAULT.port,
        timeout: float = 10.0,
        keys: Path | None = None,
    ) -> None:
        """Get ready; nothing is sent yet.

        Args:
            host: Where the camera runs.
            port: Its --listener_port.
            timeout: Seconds to wait for an answer.
            keys: Folder with client.key_secret and server.key, where the camera has --listener_keys.

        Raises:
            ControlError: A key is missing, or the address is not of this machine and there are no keys.
        """
        curve.check_reach(host, keys)
        self._host = host
        self._port = port
        self._timeout = timeout
        self._keys = None if keys is None else _load(keys)
        self._context = zmq.Context()
        self._socket: zmq.Socket[bytes] | None = None

    def __enter__(self) -> "SVODClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, action: str, data: Any = None) -> Any:
        """Ask for something and wait for the answer.

        Args:
            action: reload_classifiers, debug, status or stop.
            data: What the action takes, if anything.

        Raises:
            ControlError: Nobody answers within the timeout, or the camera refuses; says why.
        """
        request = encode_request(Request(action, data))
        reply = decode_reply(self._exchange(request))
        if not reply.ok:
            raise ControlError(reply.error or f"{action}: refused")
        return reply.result

    def close(self) -> None:
        """Let go of the connection."""
        self._disconnect()
        self._context.term()

    def _exchange(self, request: bytes) -> bytes:
        connection = self._socket or self._connect()
        try:
            connection.send(request)
            return connection.recv()
        except zmq.Again:
            self._disconnect()  # a request that was never answered blocks the next one
            raise ControlError(
                f"no camera answered at {self._host}:{self._port} within {self._timeout:g} s; "
                "start video.py, or name its --listener_port"
            ) from None

    def _connect(self) -> "zmq.Socket[bytes]":
        milliseconds = round(self._timeout * 1000)
        connection = self._context.socket(zmq.REQ)
        connection.setsockopt(zmq.LINGER, 0)
        connection.setsockopt(zmq.SNDTIMEO, milliseconds)
        connection.setsockopt(zmq.RCVTIMEO, milliseconds)
        if self._keys is not None:
            connection.curve_publickey, connection.curve_secretkey, connection.curve_serverkey = self._keys
        connection.connect(f"tcp://{self._host}:{self._port}")
        self._socket = connection
        return connection

    def _disconnect(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _load(folder: Path) -> tuple[bytes, bytes, bytes]:
    """Public and secret key of the client, and the public key of the server."""
    return (*curve.load_pair(folder, curve.CLIENT), curve.load_public(folder, curve.SERVER))

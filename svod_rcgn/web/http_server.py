"""The server in a thread of its own, beside the cameras of the process."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Thread
from time import sleep

import uvicorn
from starlette.types import ASGIApp

from ..errors import InputError
from .access.certificate import TlsFiles
from .settings import Limits, WebSettings
from .timed_http import TimedHttp

_GRACE = 1  # seconds that requests have when all is to end
_LAST = 2.0
_GLANCE = 0.01


def bind(settings: WebSettings, *, has_password: bool = False) -> socket.socket:
    """Take the address, so that a port that is taken is told before anything is loaded.

    Args:
        settings: The address.
        has_password: A role has a password, so that others can be let in.

    Raises:
        InputError: Others could reach it, and there is no password or no TLS; or it cannot be had.
    """
    if not is_loopback(settings.host) and not (has_password and settings.is_secure):
        missing = "--self_signed, --certificate and --key, or --behind_proxy"
        if not has_password:
            missing = "`svod web --set_password viewer`" + ("" if settings.is_secure else f", and {missing}")
        raise InputError(
            f"{settings.host}: others could reach this address, which needs {missing}; "
            f"or take 127.0.0.1 and a tunnel: `ssh -L {settings.port}:127.0.0.1:{settings.port} HOST`"
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise InputError(
            f"{settings.host}:{settings.port}: {error.strerror}; give another --port, or --port 0 for any"
        ) from error
    # What is accepted has it from here: asyncio sets it only where the protocol was given when the socket was
    # made, and without it the body of an answer waits 40 ms for the head's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@contextmanager
def open_server(
    app: ASGIApp, listener: socket.socket, limits: Limits, tls: TlsFiles | None = None
) -> Iterator[None]:
    """Answer requests while the block runs."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what is no HTTP is nobody's news
    server = uvicorn.Server(_config(app, limits, tls))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            sleep(_GLANCE)
        yield
    finally:
        server.should_exit = True
        thread.join(_LAST)


def _config(app: ASGIApp, limits: Limits, tls: TlsFiles | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody stands before it whose word would count
        lifespan="off",
        http=TimedHttp,
        ws="websockets-sansio",
        ws_max_size=limits.message,
        ws_per_message_deflate=False,  # JPEG does not get smaller
        limit_concurrency=limits.connections,
        timeout_graceful_shutdown=_GRACE,
        h11_max_incomplete_event_size=64 * 2**10,
        ssl_certfile=None if tls is None else str(tls.certificate),
        ssl_keyfile=None if tls is None else str(tls.key),
    )


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

"""Whether anybody listens at the control socket, asked without loading its library."""

import socket

from .settings import ControlSettings

SECONDS = 0.5


def is_refused(settings: ControlSettings) -> bool:
    """Whether the machine itself says that nobody listens there; False where it says nothing in time."""
    try:
        with socket.create_connection((settings.host, settings.port), SECONDS):
            return False
    except ConnectionRefusedError:
        return True
    except OSError:
        return False


def is_listened_to(settings: ControlSettings) -> bool:
    """Whether a connection is taken there; takes a moment on this machine, half a second at most."""
    try:
        with socket.create_connection((settings.host, settings.port), SECONDS):
            return True
    except OSError:
        return False

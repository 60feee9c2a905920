"""What goes over the control socket: JSON in UTF-8, checked field by field."""

from typing import Any

import msgspec

from ..errors import ControlError

MAX_BYTES = 64 * 1024
# libzmq cuts off whoever sends more than this, unread; what lies between is answered with an error.
CUT_OFF = 16 * MAX_BYTES


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be done, and with what."""

    action: str
    data: Any = None


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """What came of it: a result, or the one line that says why there is none."""

    ok: bool
    result: Any = None
    error: str | None = None


def encode(message: Request | Reply) -> bytes:
    """A message as bytes.

    Raises:
        ControlError: It cannot be put into JSON, or is too large.
    """
    try:
        data = msgspec.json.encode(message)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ControlError(f"this cannot be sent as JSON: {error}") from error
    if len(data) > MAX_BYTES:
        raise ControlError(f"{len(data):,} bytes are too many; the control socket takes {MAX_BYTES:,}")
    return data


def decode_request(data: bytes) -> Request:
    """A request from its bytes.

    Raises:
        ControlError: It is too large or no request.
    """
    return _decode(data, Request)


def decode_reply(data: bytes) -> Reply:
    """A reply from its bytes.

    Raises:
        ControlError: It is too large or no reply.
    """
    return _decode(data, Reply)


def _decode(data: bytes, kind: type[Any]) -> Any:
    if len(data) > MAX_BYTES:
        raise ControlError(f"{len(data):,} bytes are too many; the control socket takes {MAX_BYTES:,}")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ControlError(f"no {kind.__name__.lower()}: {error}") from error

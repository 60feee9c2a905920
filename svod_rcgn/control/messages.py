"""What goes over the control socket: JSON in UTF-8, checked field by field."""

from typing import Any, TypeVar

import msgspec

from ..errors import ControlError

Message = TypeVar("Message")

MAX_REQUEST = 64 * 1024
MAX_REPLY = 16 * 1024 * 1024
# libzmq cuts off whoever sends more than this, unread; what lies between is answered with an error.
CUT_OFF = 16 * MAX_REQUEST


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be done, and with what."""

    action: str
    data: Any = None


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """What came of it: a result, or the one line that says why there is none."""

    ok: bool
    result: Any = None
    error: str | None = None


def encode_request(request: Request) -> bytes:
    """A request as bytes.

    Raises:
        ControlError: It cannot be put into JSON, or is too large.
    """
    return _encode(request, MAX_REQUEST)


def encode_reply(reply: Reply) -> bytes:
    """A reply as bytes.

    Raises:
        ControlError: It cannot be put into JSON, or is too large.
    """
    return _encode(reply, MAX_REPLY)


def decode_request(data: bytes) -> Request:
    """A request from its bytes.

    Raises:
        ControlError: It is too large or no request.
    """
    return _decode(data, Request, MAX_REQUEST)


def decode_reply(data: bytes) -> Reply:
    """A reply from its bytes.

    Raises:
        ControlError: It is too large or no reply.
    """
    return _decode(data, Reply, MAX_REPLY)


def _encode(message: Request | Reply, limit: int) -> bytes:
    try:
        data = msgspec.json.encode(message)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ControlError(f"this cannot be sent as JSON: {error}") from error
    _check_size(data, limit)
    return data


def _decode(data: bytes, kind: type[Message], limit: int) -> Message:
    _check_size(data, limit)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ControlError(f"no {kind.__name__.lower()}: {error}") from error


def _check_size(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise ControlError(f"{len(data):,} bytes are too many; the control socket takes {limit:,}")

"""A picture and its head as one message: length of the head (u32, little-endian), its JSON, a JPEG."""

import struct
from typing import TypeVar

import msgspec

from ..refusal import UNUSABLE, Refusal

Head = TypeVar("Head")
LONGEST_HEAD = 4000  # bytes of one that comes in
_LENGTH = struct.Struct("<I")
_FORM = "a message is the length of a head (u32, little-endian), the head as JSON, a JPEG"


def packed(head: object, jpeg: bytes) -> bytes:
    """Both as they go over a socket."""
    words = msgspec.json.encode(head)
    return b"".join((_LENGTH.pack(len(words)), words, jpeg))


def parted(message: str | bytes, kind: type[Head]) -> tuple[Head, bytes]:
    """Head and picture of a message that came in.

    Raises:
        Refusal: It is of another form.
    """
    if isinstance(message, str) or len(message) < _LENGTH.size:
        raise Refusal(UNUSABLE, _FORM)
    (length,) = _LENGTH.unpack_from(message)
    if length > LONGEST_HEAD:
        raise Refusal(UNUSABLE, _FORM)
    start = _LENGTH.size + length
    return head_of(message[_LENGTH.size : start], kind), message[start:]


def head_of(words: bytes, kind: type[Head]) -> Head:
    """The head alone.

    Raises:
        Refusal: It is of another form.
    """
    try:
        return msgspec.json.decode(words[:LONGEST_HEAD], type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(UNUSABLE, f"the head: {error}") from error

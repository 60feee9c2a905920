"""A picture that comes in: raw, in a form, or as base64 in JSON; decoded with suspicion."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ..records import Image
from ..storage.images import PictureFile, decode
from ..text import shown
from .refusal import TOO_LARGE, UNUSABLE, WRONG_TYPE, Refusal
from .settings import Limits

FIELD = "picture"
_RAW = "application/octet-stream"
_FORM = "multipart/form-data"
_JSON = "application/json"
_LONGEST_NAME = 200


class _Encoded(msgspec.Struct):
    picture: str


async def received(request: Request, limits: Limits) -> PictureFile:
    """The bytes of the picture in a request, and the name that messages call it by.

    Raises:
        Refusal: There is none, it is too large, or of a type that is not taken.
    """
    kind = _kind(request)
    if kind == _FORM:
        file = await _of_form(request)
    elif kind == _JSON:
        file = from_base64(await _of_json(request), "the picture")
    elif kind.startswith("image/") or kind == _RAW:
        file = PictureFile("the picture", await request.body())
    else:
        raise Refusal(WRONG_TYPE, f"send image/*, {_RAW}, {_FORM} with `{FIELD}`, or {_JSON} with base64")
    return checked(file, limits)


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    """A form with pictures, and its other fields as text."""

    pictures: tuple[PictureFile, ...]
    fields: Mapping[str, str]


async def received_form(request: Request, limits: Limits, most: int, field: str = FIELD) -> ReceivedForm:
    """The pictures of a form, at most so many, by the name of their field.

    Raises:
        Refusal: It is no form, or there are more, or one is too large.
    """
    if _kind(request) != _FORM:
        raise Refusal(WRONG_TYPE, f"send {_FORM} with `{FIELD}`")
    try:
        async with request.form(max_files=most, max_fields=8) as form:
            sent = [each for each in form.getlist(field) if isinstance(each, UploadFile)]
            pictures = [PictureFile(_said(each.filename or FIELD), await each.read()) for each in sent]
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
    except HTTPException as error:
        if error.status_code == TOO_LARGE:
            raise
        raise Refusal(UNUSABLE, f"the form: {error.detail}") from error
    return ReceivedForm(tuple(checked(each, limits) for each in pictures), fields)


def from_base64(text: str, name: str) -> PictureFile:
    """A picture that came as text.

    Raises:
        Refusal: It is no base64.
    """
    try:
        return PictureFile(_said(name), base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Refusal(UNUSABLE, f"{_said(name)}: is no base64") from error


def checked(file: PictureFile, limits: Limits) -> PictureFile:
    """The picture, where it is not too large.

    Raises:
        Refusal: It is.
    """
    if len(file.data) > limits.picture:
        raise Refusal(TOO_LARGE, f"{file.name}: a picture has {limits.picture:,} bytes at most")
    return file


def decoded(file: PictureFile, limits: Limits) -> Image:
    """The picture as it is seen.

    Raises:
        InputError: It is damaged, no picture, or has too many pixels.
    """
    return decode(file, most_pixels=limits.pixels)


async def _of_form(request: Request) -> PictureFile:
    try:
        async with request.form(max_files=1, max_fields=8) as form:
            found = form.get(FIELD)
            if not isinstance(found, UploadFile):
                raise Refusal(UNUSABLE, f"the form has no file `{FIELD}`")
            return PictureFile(_said(found.filename or "the picture"), await found.read())
    except HTTPException as error:
        if error.status_code == TOO_LARGE:
            raise
        raise Refusal(UNUSABLE, f"the form: {error.detail}") from error


async def _of_json(request: Request) -> str:
    try:
        return msgspec.json.decode(await request.body(), type=_Encoded).picture
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(UNUSABLE, f"the body: {error}") from error


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _said(name: str) -> str:
    """A name that somebody gave, as it is told again; it is never a path."""
    return shown(name[:_LONGEST_NAME])

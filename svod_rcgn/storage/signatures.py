"""What a file is by its first bytes, whatever its name says."""

import re
from dataclasses import dataclass
from pathlib import PurePath

HEAD_BYTES = 512  # enough for every signature below

_ENDINGS = frozenset(  # of formats that can be read
    f".{ending}"
    for ending in (
        *("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "bmp", "dib", "gif", "tif", "tiff"),
        *("avif", "avifs", "heic", "heics", "heif", "heifs", "hif"),
    )
)
_HEIC = rb"(?:hei[cxms]|hev[cxms]|mif1|msf1)"
_BRANDS = rb".{8}(?:[ -~]{4})*?"  # major brand and version, then the compatible brands
_MARKUP = rb"(?i)(?:\xef\xbb\xbf)?\s*(?:<(?:\?|!--).*?>\s*)*"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    `name` goes after "it is"; `format` is what Pillow calls it, None for what is not read; `is_picture`
    says whether it is meant to be looked at as one still picture.
    """

    name: str
    format: str | None = None
    is_picture: bool = False


def _picture(name: str, pillow: str | None = None) -> Kind:
    return Kind(name, pillow, is_picture=True)


EMPTY = Kind("empty")
TEXT = Kind("a text")
UNKNOWN = Kind("of no kind known here")
FILM = Kind("a film")
CAMERA_RAW = _picture("a camera's raw file")

_SIGNATURES = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"\xff\xd8\xff", _picture("a JPEG", "JPEG")),
        (rb"\x89PNG\r\n\x1a\n", _picture("a PNG", "PNG")),
        (rb"RIFF.{4}WEBP", _picture("a WebP", "WEBP")),
        (rb"GIF8[79]a", _picture("a GIF", "GIF")),
        (rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", _picture("a BMP", "BMP")),
        (rb"II\*\0.{4}CR|IIR[OS]|IIU\0|FUJIFILMCCD-RAW|.{4}ftypcrx ", CAMERA_RAW),
        (rb"II[*+]\0|MM\0[*+]", _picture("a TIFF", "TIFF")),
        (rb".{4}ftyp(?:%b)?avi[fs]" % _BRANDS, _picture("an AVIF", "AVIF")),
        (rb".{4}ftyp(?:%b)?%b" % (_BRANDS, _HEIC), _picture("a HEIC", "HEIF")),
        (rb"\xff\x0a|\0\0\0\x0cJXL \r\n", _picture("a JPEG XL picture")),
        (rb"\0\0\0\x0cjP {2}\r\n|\xff\x4f\xff\x51", _picture("a JPEG 2000 picture")),
        (rb"8BPS", _picture("a Photoshop document")),
        (rb".{4}(?:ftyp|moov|mdat|wide)|RIFF.{4}AVI |\x1a\x45\xdf\xa3|\0\0\x01[\xb3\xba]|FLV\x01", FILM),
        (rb"%PDF-", Kind("a PDF")),
        (rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!", Kind("an archive")),
        (rb"version https://git-lfs", Kind("a pointer that `git lfs pull` replaces by the picture")),
        (_MARKUP + rb"<svg", Kind("an SVG drawing")),
        (_MARKUP + rb"<(?:!doctype html|html|head|body)", Kind("a web page")),
    )
)


def kind_of(head: bytes) -> Kind:
    """What a file is that begins like this.

    Args:
        head: Its first HEAD_BYTES; more does no harm.
    """
    head = head[:HEAD_BYTES]
    if not head:
        return EMPTY
    found = next((kind for signature, kind in _SIGNATURES if signature.match(head)), None)
    return found or (TEXT if _is_text(head) else UNKNOWN)


def has_picture_ending(name: str) -> bool:
    """Whether a file's name ends like that of a picture that can be read."""
    return PurePath(name).suffix.lower() in _ENDINGS


def _is_text(head: bytes) -> bool:
    text = head.decode("utf-8", "ignore")  # a letter may be cut in two at the end
    return len(text.encode()) > len(head) - 4 and all(
        letter.isprintable() or letter.isspace() for letter in text
    )

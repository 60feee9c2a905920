"""Picture files, read with suspicion and written whole."""

import io
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import (  # here, and not in whichever threads open the first pictures
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)
from PIL import Image as Pillow

from ..errors import InputError
from ..records import Image
from . import colour, files, signatures
from .signatures import Kind

try:
    from pillow_heif import register_heif_opener
except ImportError:
    _READS_HEIC = False
else:
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    _READS_HEIC = True

MAX_PIXELS = 100_000_000
MAX_BYTES = 200_000_000
UNREADABLE = "cannot be read"  # how all begin that another version or another package may mend

_PLUGINS = (
    *(AvifImagePlugin, BmpImagePlugin, GifImagePlugin, JpegImagePlugin),
    *(MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin),
)
_ORIENTATION = 0x0112
_TURNS = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
_SUBFILE_TYPE, _DNG_VERSION, _REDUCED = 254, 50706, 1
_TO_INSTALL = {
    "HEIF": None if _READS_HEIC else "pip install 'svod-rcgn[heic]'",
    "AVIF": None if features.check("avif") else "pip install --upgrade pillow",
}

Pillow.preinit()


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture's bytes as they lie on disk, and the name that messages call it by."""

    name: str
    data: bytes


def check_size(path: Path) -> None:
    """Refuse a file that is too large to be a picture.

    Raises:
        InputError: It has more than MAX_BYTES, or is a folder or device.
        OSError: It is not there.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"{path}: {UNREADABLE}: not a file")
    if found.st_size > MAX_BYTES:
        raise InputError(f"{path}: over {MAX_BYTES // 1_000_000} megabytes; make it smaller")


def read_file(path: Path) -> PictureFile:
    """Read a picture's bytes without looking into them.

    Raises:
        InputError: The file is missing, too large, or the system refuses to read it.
    """
    try:
        check_size(path)
        return PictureFile(str(path), path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except OSError as error:
        raise InputError(f"{path}: {UNREADABLE}: {error.strerror}") from error


def kind_of(path: Path) -> Kind:
    """What a file is by its first bytes; UNKNOWN where it is not a file or cannot be read."""
    if not path.is_file():
        return signatures.UNKNOWN
    try:
        with path.open("rb") as file:
            return signatures.kind_of(file.read(signatures.HEAD_BYTES))
    except OSError:
        return signatures.UNKNOWN


def pictures_under(folder: Path, but: Collection[str] = ()) -> list[Path]:
    """All pictures in a folder and in its folders, in order; hidden ones are left out.

    Args:
        folder: Is looked through.
        but: Endings in small letters, with the dot, whose files are not looked into.
    """
    paths = (path for path in folder.rglob("*") if path.suffix.lower() not in but)
    return sorted(
        path for path in paths if not _is_hidden(path, folder) and is_picture(path) and path.is_file()
    )


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)


def is_picture(path: Path, name: str | None = None) -> bool:
    """Whether a file is a picture, or was taken for one by who named it; it may still be unreadable.

    A picture with any ending or none is one, and so is anything with a picture's ending, which will be
    told what it is. What is hidden, and what programs put beside pictures, is not.

    Args:
        path: Any file.
        name: What the file is called, if it lies under another name.
    """
    name = path.name if name is None else name
    if name.startswith("."):
        return False
    return signatures.has_picture_ending(name) or kind_of(path).is_picture


def is_animated_gif(path: Path) -> bool:
    """Whether a file is a GIF of several frames, which is more like a film."""
    if kind_of(path).format != "GIF":
        return False
    try:
        with Pillow.open(path, formats=["GIF"]) as picture:
            return bool(getattr(picture, "is_animated", False))
    except Exception:  # a damaged one is told where it is decoded
        return False


def read_picture(path: Path) -> Image:
    """Read a picture file; see `decode`."""
    return decode(read_file(path), most_pixels=MAX_PIXELS)


def decode(file: PictureFile, enough: int | None = None, most_pixels: int = MAX_PIXELS) -> Image:
    """Decode a picture the way a person sees it: upright, transparency on white, colours as sRGB.

    Of several frames or pages the first is taken, and of an MPO's pictures the main one.

    Args:
        file: The picture.
        enough: So many pixels a side are; a JPEG that has at least twice as many may be read smaller, which
            is several times as fast.
        most_pixels: A picture that has more is refused by its header, before it is decoded.

    Returns:
        (height, width, 3) uint8, BGR.

    Raises:
        InputError: It is empty, damaged, cut short, too large, not a picture, or of a format that is
            not read here.
    """
    kind = signatures.kind_of(file.data)
    try:
        with Pillow.open(io.BytesIO(file.data), formats=[_format_of(kind)]) as picture:
            _check_pixels(picture, most_pixels)
            _check_whole(picture)
            if enough is not None:
                picture.draft(None, (2 * enough, 2 * enough))
            picture.load()
            shown = colour.to_srgb(_upright(picture))
        return cv2.cvtColor(np.asarray(shown), cv2.COLOR_RGB2BGR)  # type: ignore[return-value]
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from error
    except Pillow.DecompressionBombError as error:
        raise InputError(f"{file.name}: {_too_large(most_pixels)}") from error
    except Exception as error:  # decoders raise whatever they like on bytes that nobody has checked
        raise InputError(
            f"{file.name}: {UNREADABLE} as a picture: it is {kind.name}, but damaged or cut short"
        ) from error


def _format_of(kind: Kind) -> str:
    """What Pillow calls the format of a file that it can read."""
    if kind is signatures.UNKNOWN:
        raise InputError(f"{UNREADABLE} as a picture: it is {kind.name}; is it damaged?")
    if not kind.is_picture:
        raise InputError(f"{UNREADABLE} as a picture: it is {kind.name}")
    if kind.format is None:
        raise InputError(f"{UNREADABLE}: it is {kind.name}; save it as JPEG or PNG")
    if command := _TO_INSTALL.get(kind.format):
        raise InputError(f"{UNREADABLE}: it is {kind.name}; run `{command}` to read these")
    return kind.format


def _check_pixels(picture: Pillow.Image, most: int) -> None:
    if picture.width * picture.height > most:
        raise InputError(_too_large(most))


def _too_large(most: int) -> str:
    return f"over {most // 1_000_000} megapixels; make it smaller"


def _check_whole(picture: Pillow.Image) -> None:
    """Refuse what cameras call TIFF too, where the first picture is a small preview of a raw one."""
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        return
    tags = picture.tag_v2
    if _DNG_VERSION in tags or tags.get(_SUBFILE_TYPE, 0) & _REDUCED:
        _format_of(signatures.CAMERA_RAW)


def _upright(picture: Pillow.Image) -> Pillow.Image:
    turn = _TURNS.get(_orientation(picture))
    return picture if turn is None else picture.transpose(turn)


def _orientation(picture: Pillow.Image) -> int:
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # EXIF that is broken says nothing, and the picture is as good as before
        return 1


def orientation_of(file: PictureFile) -> int:
    """How `decode` turns a picture that it can read, as EXIF numbers it: 1 to 8, 1 where it does not."""
    with Pillow.open(io.BytesIO(file.data), formats=[_format_of(signatures.kind_of(file.data))]) as picture:
        return _orientation(picture)


def thumbnail(path: Path, side: int, part: Callable[[Image], Image] = lambda picture: picture) -> bytes:
    """A picture, or a part of it, made small enough for a square of `side` pixels, as a JPEG file's content.

    Raises:
        InputError: As for read_picture.
    """
    small = Pillow.fromarray(cv2.cvtColor(part(decode(read_file(path), side)), cv2.COLOR_BGR2RGB))
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=70, optimize=True)
    return buffer.getvalue()


def encode_png(image: Image) -> bytes:
    """Encode a (height, width, 3) uint8 BGR picture as PNG.

    OpenCV takes less than half of Pillow's time for a crop, which becomes a seventh larger.
    """
    return bytes(cv2.imencode(".png", image)[1])


def encode_jpeg(image: Image) -> bytes:
    """Encode a (height, width, 3) uint8 BGR picture as JPEG."""
    buffer = io.BytesIO()
    Pillow.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def write_png(path: Path, image: Image, *, private: bool = False) -> None:
    """Write a (height, width, 3) uint8 BGR picture as PNG, whole or not at all."""
    files.write_bytes(path, encode_png(image), private=private)

"""Picture files, read with suspicion and written whole."""

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from ..errors import InputError
from ..records import Image
from . import files

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
MAX_PIXELS = 100_000_000
MAX_BYTES = 200_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")

Pillow.preinit()  # loads the formats here, and not in whichever threads open the first pictures


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture's bytes as they lie on disk, and the name that messages call it by."""

    name: str
    data: bytes


def check_size(path: Path) -> None:
    """Refuse a file that is too large to be a picture.

    Raises:
        InputError: It has more than MAX_BYTES.
        OSError: It is not there.
    """
    if path.stat().st_size > MAX_BYTES:
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
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def read_picture(path: Path) -> Image:
    """Read a picture file; see `decode`."""
    return decode(read_file(path))


def decode(file: PictureFile) -> Image:
    """Decode a picture the way a person sees it: turned as EXIF says, transparency on white.

    Returns:
        (height, width, 3) uint8, BGR.

    Raises:
        InputError: It is empty, damaged, cut short, too large, or no picture.
    """
    try:
        with Pillow.open(io.BytesIO(file.data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise InputError(f"{file.name}: over {MAX_PIXELS // 1_000_000} megapixels; make it smaller")
            upright = ImageOps.exif_transpose(picture)
            return cv2.cvtColor(np.asarray(_opaque(upright)), cv2.COLOR_RGB2BGR)  # type: ignore[return-value]
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError) as error:
        raise InputError(f"{file.name}: cannot be read as a picture; is it damaged or empty?") from error


def _opaque(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith(("I", "F")):  # 16 bit a pixel: Pillow would cut instead of scale
        levels = np.asarray(picture, np.float64)
        return Pillow.fromarray((levels / max(levels.max(), 255) * 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        return Pillow.alpha_composite(Pillow.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return picture.convert("RGB")


def thumbnail(path: Path, side: int) -> bytes:
    """A picture made small enough for a square of `side` pixels, as the content of a JPEG file.

    Raises:
        InputError: As for read_picture.
    """
    small = Pillow.fromarray(cv2.cvtColor(read_picture(path), cv2.COLOR_BGR2RGB))
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=70, optimize=True)
    return buffer.getvalue()


def encode_png(image: Image) -> bytes:
    """Encode a (height, width, 3) uint8 BGR picture as PNG.

    With more compression a crop would be little smaller, and would take much longer.
    """
    return _encoded(image, "PNG", compress_level=1)


def encode_jpeg(image: Image) -> bytes:
    """Encode a (height, width, 3) uint8 BGR picture as JPEG."""
    return _encoded(image, "JPEG", quality=90)


def write_png(path: Path, image: Image, *, private: bool = False) -> None:
    """Write a (height, width, 3) uint8 BGR picture as PNG, whole or not at all."""
    files.write_bytes(path, encode_png(image), private=private)


def _encoded(image: Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).save(buffer, kind, **options)
    return buffer.getvalue()

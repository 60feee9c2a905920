"""Picture files, read with suspicion and written whole."""

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from . import storage
from .entities import Image
from .errors import InputError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
MAX_PIXELS = 100_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")


def read_picture(path: Path) -> Image:
    """Read a picture the way a person sees it: turned as EXIF says, transparency on white.

    Returns:
        (height, width, 3) uint8, BGR.

    Raises:
        InputError: The file is missing, empty, damaged, cut short, too large, or no picture.
    """
    try:
        with Pillow.open(path, formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise InputError(f"{path}: over {MAX_PIXELS // 1_000_000} megapixels; make it smaller")
            upright = ImageOps.exif_transpose(picture)
            return cv2.cvtColor(np.asarray(_opaque(upright)), cv2.COLOR_RGB2BGR)  # type: ignore[return-value]
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError) as error:
        raise InputError(f"{path}: cannot be read as a picture; is it damaged or empty?") from error


def _opaque(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith(("I", "F")):  # 16 bit a pixel: Pillow would cut instead of scale
        levels = np.asarray(picture, np.float64)
        return Pillow.fromarray((levels / max(levels.max(), 255) * 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        return Pillow.alpha_composite(Pillow.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return picture.convert("RGB")


def write_png(path: Path, image: Image) -> None:
    """Write a (height, width, 3) uint8 BGR picture as PNG, whole or not at all."""
    buffer = io.BytesIO()
    Pillow.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).save(buffer, "PNG")
    storage.write_bytes(path, buffer.getvalue())

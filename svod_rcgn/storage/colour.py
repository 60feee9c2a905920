"""Colours as files hold them, turned to 8-bit sRGB, which all networks have learned from."""

import io
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms, ImageMode

_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # Pillow's names for the colour spaces of ICC
_READ_AS = {"RGB": ("RGB",), "L": ("L", "RGB"), "CMYK": ("CMYK",)}  # grey pictures often have profiles of RGB
_ALIKE = 3  # levels of 255: what two programs' profiles of sRGB may differ by
_PROFILES = 16  # kept ready; the pictures of one folder have few


def to_srgb(picture: Pillow.Image) -> Pillow.Image:
    """A loaded picture in mode RGB, in sRGB: transparency on white, its ICC profile applied.

    A profile that is broken, or not of the picture's kind, is passed over; so is one of sRGB itself, and
    the pixels stay as they are.

    Raises:
        ValueError: The picture's mode cannot be shown.
    """
    flat = _on_white(_in_eight_bits(picture))
    conversion = _conversion(picture.info.get("icc_profile") or b"")
    if conversion is None or conversion.mode not in _READ_AS[_space(picture)]:
        return flat if flat.mode == "RGB" else flat.convert("RGB")  # which would copy it
    return conversion.apply(flat.convert(conversion.mode))


@dataclass(frozen=True, slots=True)
class _Conversion:
    """What makes sRGB of the colours of one profile, in pictures of one mode."""

    mode: str
    transform: ImageCms.ImageCmsTransform

    def apply(self, picture: Pillow.Image) -> Pillow.Image:
        return self.transform.apply(picture)

    @property
    def changes(self) -> bool:
        levels = np.linspace(0, 255, 6).round().astype(np.uint8)
        colours = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(1, -1, 3)
        before = Pillow.fromarray(colours).convert(self.mode)
        after = np.asarray(self.apply(before), np.int16)
        return self.mode == "CMYK" or int(np.abs(after - np.asarray(before.convert("RGB"))).max()) > _ALIKE


@lru_cache(_PROFILES)
def _conversion(profile: bytes) -> _Conversion | None:
    """How colours of an ICC profile become sRGB; None where they are, or where nobody can tell."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES[source.profile.xcolor_space.strip()]
        conversion = _Conversion(mode, ImageCms.buildTransform(source, _SRGB, mode, "RGB"))
        return conversion if conversion.changes else None
    except (OSError, KeyError, ValueError, ImageCms.PyCMSError):
        return None


_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _space(picture: Pillow.Image) -> str:
    if picture.mode == "CMYK":
        return "CMYK"
    return "L" if ImageMode.getmode(picture.mode).basemode == "L" else "RGB"


def _in_eight_bits(picture: Pillow.Image) -> Pillow.Image:
    """Of 16 bits a pixel, which Pillow would cut instead of scale; colours it scales itself."""
    if not picture.mode.startswith("I"):
        return picture
    levels = np.clip(np.asarray(picture), 0, 65535).astype(np.uint32)
    return Pillow.fromarray(((levels + 128) // 257).astype(np.uint8))


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    if not picture.has_transparency_data:
        return picture
    layer = (picture.convert("LA") if picture.mode == "La" else picture).convert("RGBA")
    return Pillow.alpha_composite(Pillow.new("RGBA", layer.size, "white"), layer).convert("RGB")

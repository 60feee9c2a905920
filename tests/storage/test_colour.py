"""Colours of picture files, as networks get them."""

import io
import struct

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from svod_rcgn.storage import images

from . import profiles


def decoded(picture: Pillow.Image, kind: str, **options) -> np.ndarray:
    """(height, width, 3) uint8, RGB."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return images.decode(images.PictureFile("picture", buffer.getvalue()))[..., ::-1]


def scene() -> Pillow.Image:
    """Many soft colours, none of which lies outside of sRGB when taken for one of a wider space."""
    y, x = np.mgrid[0:64, 0:64]
    levels = np.stack([130 + 1.6 * x, 70 + y, 60 + (x + y) / 3], -1)
    return Pillow.fromarray(levels.astype(np.uint8))


@pytest.mark.parametrize("name", ["display_p3", "adobe_rgb"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_wide_gamut_pictures_come_out_as_the_srgb_that_they_were_made_from(name, kind):
    if kind == "HEIF":
        pytest.importorskip("pillow_heif")
    profile = getattr(profiles, name)()
    wide = ImageCms.profileToProfile(
        scene(), ImageCms.createProfile("sRGB"), io.BytesIO(profile), outputMode="RGB"
    )
    assert np.abs(np.asarray(wide, int) - np.asarray(scene(), int)).max() > 12
    fine = {"PNG": {}, "TIFF": {}, "WEBP": {"lossless": True}, "JPEG": {"quality": 100, "subsampling": 0}}
    options = fine.get(kind, {"quality": 100, "subsampling": "4:4:4", "chroma": 444})
    shown = decoded(wide, kind, icc_profile=profile, **options)
    assert np.abs(shown.astype(int) - np.asarray(scene(), int)).max() <= 5


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_pictures_without_a_profile_keep_the_pixels_that_pillow_gives(kind, mode):
    if (kind, mode) in (("JPEG", "P"), ("WEBP", "P"), ("WEBP", "1"), ("WEBP", "L")):
        pytest.skip("is not saved so")
    buffer = io.BytesIO()
    scene().convert(mode).save(buffer, kind)
    shown = images.decode(images.PictureFile("picture", buffer.getvalue()))
    with Pillow.open(buffer) as plain:
        assert np.array_equal(shown[..., ::-1], np.asarray(plain.convert("RGB")))


@pytest.mark.parametrize("own", [True, False], ids=["built here", "of littleCMS"])
def test_a_profile_of_srgb_changes_no_pixel(own):
    profile = profiles.srgb() if own else ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(decoded(scene(), "PNG", icc_profile=profile), np.asarray(scene()))


@pytest.mark.parametrize(
    "broken",
    [b"x", bytes(200), profiles.adobe_rgb()[:140], profiles.cmyk_profile(), profiles.grey_profile(1.0)],
    ids=["a letter", "zeros", "cut short", "of CMYK", "of grey"],
)
def test_a_profile_that_is_broken_or_of_another_kind_is_passed_over(broken):
    assert np.array_equal(decoded(scene(), "PNG", icc_profile=broken), np.asarray(scene()))


def test_grey_pictures_follow_their_profile_with_transparency_and_without():
    grey = Pillow.new("L", (4, 4), 128)
    half = (4, 4)
    linear = profiles.grey_profile(1.0)  # half the light is level 188 of sRGB
    assert abs(int(decoded(grey, "PNG", icc_profile=linear)[0, 0, 0]) - 188) <= 2
    clear = Pillow.merge("LA", (grey, Pillow.new("L", half, 255)))
    assert abs(int(decoded(clear, "PNG", icc_profile=linear)[0, 0, 0]) - 188) <= 2
    assert (decoded(grey, "PNG", icc_profile=profiles.srgb()) == 128).all()


def test_cmyk_follows_its_profile_and_without_one_what_pillow_makes_of_it():
    cyan = Pillow.new("CMYK", (8, 8), (255, 0, 0, 0))
    weak = decoded(cyan, "JPEG", icc_profile=profiles.cmyk_profile(), quality=100)[0, 0].astype(int)
    assert weak.min() > 190  # this printer's cyan is a light grey
    assert weak.max() - weak.min() < 6
    red, green, blue = decoded(cyan, "JPEG", quality=100)[0, 0]
    assert red < 6
    assert min(green, blue) > 249


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_a_pixel_are_scaled_by_what_white_is_and_not_by_what_is_brightest(kind):
    levels = np.array([[0, 257, 32896, 40000]], np.uint16)
    assert decoded(Pillow.fromarray(levels), kind)[0, :, 0].tolist() == [0, 1, 128, 156]


def test_sixteen_bits_of_either_byte_order_are_turned_upright_too():
    levels = np.array([[0, 65535]], np.uint16)
    exif = Pillow.Exif()
    exif[0x0112] = 6
    upright = decoded(Pillow.fromarray(levels), "PNG", exif=exif)
    assert upright[..., 0].tolist() == [[0], [255]]
    header = b"MM\0*\0\0\0\x08\0\x08"
    tags = [(256, 4, 2), (257, 4, 1), (258, 3, 16 << 16), (259, 3, 1 << 16), (262, 3, 1 << 16)]
    tags += [(273, 4, 110), (278, 4, 1), (279, 4, 4)]
    data = (
        header + b"".join(struct.pack(">HHII", tag, kind, 1, value) for tag, kind, value in tags) + bytes(4)
    )
    image = images.decode(images.PictureFile("big", data + struct.pack(">HH", 257, 65535)))
    assert image[0, :, 0].tolist() == [1, 255]


def test_colours_of_sixteen_bits_are_scaled_too(tmp_path):
    cv2 = pytest.importorskip("cv2")
    levels = np.array([[[0, 32896, 65535]]], np.uint16)
    for name in ("deep.png", "deep.tiff"):
        cv2.imwrite(str(tmp_path / name), levels)
        assert images.read_picture(tmp_path / name)[0, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_what_is_clear_lies_on_white_and_what_is_not_keeps_its_colour(mode):
    picture = Pillow.new("RGBA", (2, 1), (0, 0, 0, 0))
    picture.putpixel((1, 0), (90, 90, 90, 255))
    shown = decoded(picture.convert(mode) if mode != "PA" else picture.quantize(4), "PNG")
    assert shown[0].tolist() == [[255] * 3, [90] * 3]


def test_grey_and_palette_with_one_clear_colour_lie_on_white():
    grey = Pillow.new("L", (2, 1), 7)
    grey.putpixel((1, 0), 90)
    assert decoded(grey, "PNG", transparency=7)[0].tolist() == [[255] * 3, [90] * 3]
    assert decoded(grey.convert("P"), "GIF", transparency=7)[0, 0].tolist() == [255] * 3

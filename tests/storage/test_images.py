import io

import numpy as np
import pytest
from PIL import Image as Pillow

from svod_rcgn.errors import InputError
from svod_rcgn.storage import images

RED, BLUE = (255, 0, 0), (0, 0, 255)


def two_halves(width=40, height=20) -> Pillow.Image:
    """Red on the left, blue on the right."""
    picture = Pillow.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
def test_every_format_is_read_as_bgr(tmp_path, suffix):
    path = tmp_path / f"picture{suffix}"
    two_halves().save(path)
    image = images.read_picture(path)
    assert image.shape == (20, 40, 3)
    assert np.allclose(image[10, 5], RED[::-1], atol=12)
    assert np.allclose(image[10, 35], BLUE[::-1], atol=12)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_exif_orientation_turns_the_picture_upright(tmp_path, suffix):
    exif = Pillow.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise to see it upright
    path = tmp_path / f"picture{suffix}"
    two_halves().save(path, exif=exif)
    image = images.read_picture(path)
    assert image.shape == (40, 20, 3)
    assert np.allclose(image[5, 10], RED[::-1], atol=12)


def test_transparency_is_laid_on_white(tmp_path):
    Pillow.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert (images.read_picture(tmp_path / "clear.png") == 255).all()


def test_sixteen_bits_a_pixel_are_scaled_not_cut(tmp_path):
    ramp = np.linspace(0, 65535, 64, dtype=np.uint16).reshape(8, 8)
    Pillow.fromarray(ramp).save(tmp_path / "deep.png")
    image = images.read_picture(tmp_path / "deep.png")
    assert image[0, 0, 0] == 0
    assert image[-1, -1, 0] == 255
    assert 120 < image[4, 0, 0] < 136


def test_grey_and_palette_pictures_have_three_channels(tmp_path):
    for mode in ("L", "P", "1"):
        two_halves().convert(mode).save(tmp_path / "picture.png")
        assert images.read_picture(tmp_path / "picture.png").shape == (20, 40, 3)


def damaged(tmp_path, kind):
    path = tmp_path / "picture.jpg"
    two_halves(400, 400).save(path)
    content = {"empty": b"", "cut short": path.read_bytes()[:1500], "text": b"not a picture"}[kind]
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", ["empty", "cut short", "text"])
def test_a_damaged_picture_is_one_clear_error(tmp_path, kind):
    with pytest.raises(InputError, match=r"picture\.jpg: cannot be read as a picture"):
        images.read_picture(damaged(tmp_path, kind))


def test_a_missing_picture_is_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        images.read_picture(tmp_path / "nowhere.jpg")


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(tmp_path, monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 100)
    two_halves().save(tmp_path / "huge.png")
    with pytest.raises(InputError, match="megapixels"):
        images.read_picture(tmp_path / "huge.png")


def test_a_written_png_reads_back_the_same(tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
    images.write_png(tmp_path / "a" / "b.png", image)
    assert np.array_equal(images.read_picture(tmp_path / "a" / "b.png"), image)


def test_a_thumbnail_keeps_the_shape_and_fits_into_the_square(tmp_path):
    images.write_png(tmp_path / "wide.png", np.full((100, 200, 3), (0, 0, 200), np.uint8))
    content = images.thumbnail(tmp_path / "wide.png", 50)
    small = Pillow.open(io.BytesIO(content))
    assert (small.format, small.size) == ("JPEG", (50, 25))
    red, green, blue = small.getpixel((25, 12))
    assert red > 180
    assert max(green, blue) < 40

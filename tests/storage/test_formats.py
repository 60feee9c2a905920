"""Picture files as phones, scanners and the web make them."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import TiffImagePlugin

from svod_rcgn.errors import InputError
from svod_rcgn.storage import images

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 160, 0)
FORMATS = ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "HEIF", "MPO"]
# As the commands do: what Pillow thinks of a file is told by a line of our own.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]

ORIENTED = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF", "MPO"]


def two_halves(left=RED, right=BLUE) -> Pillow.Image:
    picture = Pillow.new("RGB", (64, 32), left)
    picture.paste(right, (32, 0, 64, 32))
    return picture


def saved(kind: str, picture: Pillow.Image | None = None, **options) -> bytes:
    if kind == "HEIF":
        pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    (two_halves() if picture is None else picture).save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data: bytes, name: str = "me.jpg") -> np.ndarray:
    """(height, width, 3) uint8, RGB."""
    return images.decode(images.PictureFile(name, data))[..., ::-1]


def refusal(data: bytes, name: str = "me.jpg") -> str:
    with pytest.raises(InputError) as caught:
        decoded(data, name)
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    return line.removeprefix(f"{name}: ")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["me.jpg", "ME.PNG", "me.heic", "me"])
def test_every_format_is_read_whatever_its_name(kind, name):
    shown = decoded(saved(kind), name)
    assert shown.shape == (32, 64, 3)
    assert np.allclose(shown[16, 8], RED, atol=12)
    assert np.allclose(shown[16, 56], BLUE, atol=12)


@pytest.mark.parametrize("kind", ORIENTED)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_every_format_upright(kind, orientation):
    quarters = Pillow.new("RGB", (64, 32), "white")
    quarters.paste(RED, (0, 0, 32, 16))  # top left when seen upright
    quarters.paste(BLUE, (32, 0, 64, 16))
    turned = (
        quarters.transpose(images._TURNS[_BACK.get(orientation, orientation)])
        if orientation > 1
        else quarters
    )
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    shown = decoded(saved(kind, turned, exif=exif.tobytes()))
    assert shown.shape == (32, 64, 3)
    assert np.allclose(shown[6, 12], RED, atol=25)
    assert np.allclose(shown[6, 52], BLUE, atol=25)
    assert np.allclose(shown[26, 32], 255, atol=25)


_BACK = {6: 8, 8: 6}  # the other turns undo themselves


def test_broken_exif_does_not_lose_the_picture():
    for exif in (b"Exif\0\0garbage", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(3), b"Exif\0\0"):
        assert decoded(saved("JPEG", exif=exif)).shape == (32, 64, 3)


def test_a_progressive_jpeg_is_read():
    assert np.allclose(decoded(saved("JPEG", progressive=True))[16, 8], RED, atol=12)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF", "HEIF", "MPO"])
def test_of_several_frames_the_first_is_taken(kind):
    later = [two_halves(GREEN, GREEN), two_halves(BLUE, GREEN)]
    shown = decoded(saved(kind, save_all=True, append_images=later))
    assert np.allclose(shown[16, 8], RED, atol=12)
    assert np.allclose(shown[16, 56], BLUE, atol=12)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_picture_that_is_cut_short_is_refused(kind, share):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    whole = saved(
        kind, Pillow.fromarray(noise), **({"compression": "tiff_deflate"} if kind == "TIFF" else {})
    )
    assert "damaged or cut short" in refusal(whole[: int(len(whole) * share)])


@pytest.mark.parametrize("kind", FORMATS)
def test_flipped_bytes_give_a_picture_or_one_line(kind):
    noise = np.random.default_rng(1).integers(0, 256, (32, 32, 3), np.uint8)
    whole = saved(kind, Pillow.fromarray(noise))
    dice = np.random.default_rng(2)
    for _ in range(60):
        data = np.frombuffer(whole, np.uint8).copy()
        data[dice.integers(4, min(len(data), 600), 6)] = dice.integers(0, 256, 6)
        try:
            assert decoded(data.tobytes()).dtype == np.uint8
        except InputError as error:
            assert "me.jpg: " in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "cannot be read as a picture: it is empty"),
        (b"<!doctype html><p>Sign in", "cannot be read as a picture: it is a web page"),
        (b"\0\0\0\x1cftypisom\0\0\2\0isom", "cannot be read as a picture: it is a film"),
        (b"a plain text", "cannot be read as a picture: it is a text"),
        (b"%PDF-1.7\n", "cannot be read as a picture: it is a PDF"),
        (b"8BPS\0\1", "cannot be read: it is a Photoshop document; save it as JPEG or PNG"),
        (bytes(99), "cannot be read as a picture: it is of no kind known here; is it damaged?"),
    ],
)
def test_what_is_no_picture_is_told_by_what_it_is(data, line):
    assert refusal(data) == line


def test_without_its_package_a_heic_says_what_to_install(monkeypatch):
    monkeypatch.setitem(images._TO_INSTALL, "HEIF", "pip install 'svod-rcgn[heic]'")
    data = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99)
    assert refusal(data) == "cannot be read: it is a HEIC; run `pip install 'svod-rcgn[heic]'` to read these"


def test_without_avif_in_pillow_an_avif_says_what_to_do(monkeypatch):
    monkeypatch.setitem(images._TO_INSTALL, "AVIF", "pip install --upgrade pillow")
    assert "an AVIF; run `pip install --upgrade pillow`" in refusal(saved("AVIF"))


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _patched(kind: str, offset: int, layout: str) -> bytes:
    data = bytearray(saved(kind))
    struct.pack_into(layout, data, offset, 60_000, 60_000)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        _png(60_000, 60_000),
        _png(11_000, 11_000),
        _patched("GIF", 6, "<HH"),
        _patched("BMP", 18, "<ii"),
    ],
    ids=["png", "png between the limits", "gif", "bmp"],
)
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(data):
    assert refusal(data) == "over 100 megapixels; make it smaller"


def test_a_jpeg_that_claims_to_be_huge_is_refused_by_its_header():
    data = bytearray(saved("JPEG"))
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, 60_000, 60_000)
    assert refusal(bytes(data)) == "over 100 megapixels; make it smaller"


def test_a_png_with_a_text_that_unpacks_to_gigabytes_is_refused():
    bomb = zlib.compress(bytes(70 << 20), 9)
    data = saved("PNG")
    text = b"zTXtk\0\0" + bomb
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    assert "damaged" in refusal(data[:33] + chunk + data[33:])


@pytest.mark.parametrize("tag", [(254, 1), (50706, b"\1\4\0\0")], ids=["preview first", "DNG"])
def test_a_cameras_raw_file_is_not_taken_for_the_small_preview_in_it(tag):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[tag[0]] = tag[1]
    line = refusal(saved("TIFF", tiffinfo=tags), "me.dng")
    assert line == "cannot be read: it is a camera's raw file; save it as JPEG or PNG"


def test_a_format_that_is_not_meant_to_be_read_is_not_opened():
    for kind in ("PPM", "TGA", "ICO", "PCX", "EPS", "ICNS"):
        assert "of no kind known here" in refusal(saved(kind)) or "it is a text" in refusal(saved(kind))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_named_like_a_picture_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "me.jpg")
    with pytest.raises(InputError, match=r"me\.jpg: cannot be read: not a file"):
        images.read_picture(tmp_path / "me.jpg")
    os.mkfifo(tmp_path / "me")
    assert not images.is_picture(tmp_path / "me")


def test_a_gif_is_a_film_where_it_moves_and_a_picture_where_it_stands(tmp_path):
    (tmp_path / "moves.jpg").write_bytes(saved("GIF", save_all=True, append_images=[two_halves(GREEN)]))
    (tmp_path / "stands.gif").write_bytes(saved("GIF"))
    (tmp_path / "damaged.gif").write_bytes(saved("GIF")[:20])
    (tmp_path / "moves.webp").write_bytes(saved("WEBP", save_all=True, append_images=[two_halves(GREEN)]))
    names = ("moves.jpg", "stands.gif", "damaged.gif", "moves.webp")
    assert [images.is_animated_gif(tmp_path / name) for name in names] == [True, False, False, False]


@pytest.mark.parametrize(
    ("name", "head", "meant"),
    [
        ("me.jpg", b"<html>", True),
        ("ME.JPEG", b"", True),
        ("scan.TIF", b"II*\0", True),
        ("me", b"\xff\xd8\xff\xe0", True),
        ("me.dat", b"\x89PNG\r\n\x1a\n", True),
        ("me.dng.txt", b"8BPS", True),
        (".me.jpg", b"\xff\xd8\xff\xe0", False),
        ("._me.jpg", b"\0\5\x16\7", False),
        (".DS_Store", b"\0\0\0\1Bud1", False),
        ("Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", False),
        ("desktop.ini", b"[.ShellClassInfo]", False),
        ("me.jpg.xmp", b"<?xpacket begin", False),
        ("me.json", b"{}", False),
        ("me.mov", b"\0\0\0\x14ftypqt  ", False),
        ("page.html", b"<html>", False),
    ],
)
def test_a_picture_is_what_is_one_or_is_named_like_one(tmp_path, name, head, meant):
    (tmp_path / name).write_bytes(head)
    assert images.is_picture(tmp_path / name) is meant

"""What a file is by its first bytes."""

import io

import pytest
from PIL import Image as Pillow

from svod_rcgn.storage import signatures

BOX = b"\0\0\0\x1c"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "HEIF", "MPO"])
def test_a_picture_that_pillow_wrote_is_of_its_format(kind):
    if kind == "HEIF":
        pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    Pillow.new("RGB", (16, 16)).save(buffer, kind)
    found = signatures.kind_of(buffer.getvalue())
    assert (found.format, found.is_picture) == ("JPEG" if kind == "MPO" else kind, True)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", "empty"),
        (b"not a picture", "a text"),
        ("ein längerer Text".encode()[:6], "a text"),
        (b"BMW and others, a list of cars that goes on", "a text"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf\n <!-- a page --> <HTML lang=de>", "a web page"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', "an SVG drawing"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "an archive"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "a pointer that `git lfs pull` replaces by the picture",
        ),
        (BOX + b"ftypisom\0\0\2\0isomiso2avc1mp41", "a film"),
        (BOX + b"ftypqt  \0\0\0\0qt  ", "a film"),
        (b"RIFF\0\0\0\0AVI LIST", "a film"),
        (b"\x1a\x45\xdf\xa3\x01", "a film"),
        (BOX + b"ftypheic\0\0\0\0mif1heic", "a HEIC"),
        (BOX + b"ftypmif1\0\0\0\0mif1heic", "a HEIC"),
        (BOX + b"ftypmif1\0\0\0\0mif1avif", "an AVIF"),
        (BOX + b"ftypcrx \0\0\0\1crx isom", "a camera's raw file"),
        (b"II*\0\x10\0\0\0CR\2\0", "a camera's raw file"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
        (b"8BPS\0\1", "a Photoshop document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "of no kind known here"),
        (bytes(600), "of no kind known here"),
    ],
)
def test_everything_is_called_by_what_it_is(head, name):
    assert signatures.kind_of(head).name == name

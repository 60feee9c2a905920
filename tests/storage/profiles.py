"""ICC profiles made here: of RGB by primaries, of grey by a gamma, of CMYK by what each ink leaves.

Built after ICC.1:2001-04: a header of 128 bytes, a table of tags, and the tags.
"""

import struct
from collections.abc import Sequence

import numpy as np

D50 = (0.9642, 1.0, 0.8249)
# Columns are the primaries in XYZ under D50.
ADOBE_RGB = ((0.60974, 0.20528, 0.14919), (0.31111, 0.62567, 0.06322), (0.01947, 0.06087, 0.74457))
DISPLAY_P3 = ((0.51512, 0.29198, 0.15710), (0.24120, 0.69225, 0.06657), (-0.00105, 0.04189, 0.78407))
SRGB = ((0.43607, 0.38515, 0.14307), (0.22249, 0.71687, 0.06061), (0.01392, 0.09708, 0.71410))


def rgb_profile(matrix: Sequence[Sequence[float]], curve: bytes) -> bytes:
    columns = zip(*matrix, strict=True)
    colorants = {f"{name}XYZ": _xyz(column) for name, column in zip("rgb", columns, strict=True)}
    return _profile(b"RGB ", b"XYZ ", colorants | {f"{name}TRC": curve for name in "rgb"})


def grey_profile(gamma: float) -> bytes:
    return _profile(b"GRAY", b"XYZ ", {"kTRC": gamma_curve(gamma)})


def cmyk_profile() -> bytes:
    """Of a printer whose inks are weak: full black leaves a lightness of 40, full cyan takes 10."""
    corners = [(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
    table = bytes(
        level for c, _, _, k in corners for level in (round(2.55 * (100 - 60 * k - 10 * c)), 128, 128)
    )
    identity = struct.pack(">9i", *(int(65536 * value) for value in np.eye(3).flat))
    lut = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + identity + bytes(range(256)) * 4 + table
    return _profile(b"CMYK", b"Lab ", {"A2B0": lut + bytes(range(256)) * 3}, b"prtr")


def gamma_curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def srgb_curve() -> bytes:
    """Also that of Display P3."""
    level = np.linspace(0, 1, 1024)
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    return b"curv" + bytes(4) + struct.pack(">I1024H", 1024, *np.round(linear * 65535).astype(int))


def display_p3() -> bytes:
    return rgb_profile(DISPLAY_P3, srgb_curve())


def adobe_rgb() -> bytes:
    return rgb_profile(ADOBE_RGB, gamma_curve(2.19921875))


def srgb() -> bytes:
    return rgb_profile(SRGB, srgb_curve())


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * value) for value in values))


def _profile(space: bytes, connection: bytes, tags: dict[str, bytes], device: bytes = b"mntr") -> bytes:
    named = b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78)
    tags = {"desc": named, "cprt": b"text" + bytes(4) + b"none\0", "wtpt": _xyz(D50), **tags}
    table, content = b"", b""
    for name, data in tags.items():
        table += name.encode() + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(content), len(data))
        content += data + bytes(-len(data) % 4)
    body = struct.pack(">I", len(tags)) + table + content
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header = (
        struct.pack(">I", 128 + len(body)) + bytes(4) + bytes((2, 0x20, 0, 0)) + device + space + connection
    )
    header += date + b"acsp" + bytes(28) + _xyz(D50)[8:]
    return header.ljust(128, b"\0") + body

"""dlib's network, as face_recognition asks it, for faces that are found and cut here.

Its own detector misses faces that others find, which says nothing of the network; so all are given the same.
"""

import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from svod_rcgn.errors import InputError
from svod_rcgn.faces.stages.alignment import FaceAligner
from svod_rcgn.geometry import unit_rows
from svod_rcgn.records import FloatArray, Image

NAME = "dlib's network"
WIDE = 2.0  # faces that a crop is wide, so that dlib's landmarks have what is around
_SIDE, _LENGTH = 300, 128


def aligner() -> FaceAligner:
    """Cuts what it is asked about."""
    return FaceAligner(_SIDE, margin=(WIDE - 1) / 2)


def load() -> Any:
    """face_recognition, which asks it.

    Raises:
        ImportError: It is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its models are found in a way that is to go
        import_module("face_recognition_models")  # where it cannot be, the next line ends the process
        return import_module("face_recognition")


class DlibEmbedder:
    """A face and its mirror image, which the other networks average, too."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            InputError: It is not installed.
        """
        try:
            self._peer = load()
        except ImportError as error:
            raise InputError(f"{error}; `make bench` installs it") from error

    def embed(self, crops: Sequence[Image]) -> FloatArray:
        """(n, 128) float32 of unit length, of n crops that `aligner` cuts."""
        rows = [self._asked(crop) + self._asked(crop[:, ::-1]) for crop in crops]
        return unit_rows(np.array(rows, np.float32).reshape(-1, _LENGTH))

    def _asked(self, crop: Image) -> FloatArray:
        near, far = round(_SIDE * (1 - 1 / WIDE) / 2), round(_SIDE * (1 + 1 / WIDE) / 2)
        picture = np.ascontiguousarray(crop[:, :, ::-1])
        (row,) = self._peer.face_encodings(picture, [(near, far, far, near)])
        encoded: FloatArray = row
        return encoded

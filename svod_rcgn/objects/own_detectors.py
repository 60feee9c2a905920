"""Networks of one's own that find objects, as they are published and fetched."""

from pathlib import Path

import numpy as np

from ..errors import ModelError
from ..networks.card import OBJECTS
from ..networks.network_releases import NetworkKind
from . import build
from .settings import ObjectSettings
from .training import records
from .training.records import DetectorRecord


def _tried(folder: Path) -> int:
    detector = build.load_detector(str(folder), folder.parent, ObjectSettings())
    height, width = detector.card.size or (1, 1)
    if not all(
        np.isfinite(each).all() for each in detector.answers(np.full((height, width, 3), 128, np.uint8))
    ):
        raise ModelError(f"{folder}: the network answers with something that is not a number")
    return len(detector.labels)


OWN_DETECTORS = NetworkKind(
    OBJECTS, records.FILE, DetectorRecord, _tried, private={"left_out": (), "notes": (), "taught": None}
)

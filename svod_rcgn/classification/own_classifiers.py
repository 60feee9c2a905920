"""Networks of one's own that name whole pictures, as they are published and fetched."""

from pathlib import Path

import numpy as np

from ..errors import ModelError
from ..networks.card import CLASSIFICATION
from ..networks.network_releases import NetworkKind
from . import build
from .training import records
from .training.records import TrainingRecord


def _tried(folder: Path) -> int:
    classifier = build.load_classifier(str(folder), folder.parent)
    height, width = classifier.card.size or (1, 1)
    (answer,) = classifier.classify([np.full((height, width, 3), 128, np.uint8)])
    if not np.isfinite(answer.probabilities).all():
        raise ModelError(f"{folder}: the network answers with something that is not a number")
    return len(classifier.labels)


OWN_CLASSIFIERS = NetworkKind(
    CLASSIFICATION,
    records.FILE,
    TrainingRecord,
    _tried,
    private={"left_out": (), "unasked": (), "notes": ()},
)

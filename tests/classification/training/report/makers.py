"""Records of trainings that never were, and pictures for them."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from svod_rcgn.classification.training.records import (
    FORMAT_VERSION,
    ClassRecord,
    LeftOutAnswer,
    TrainingRecord,
)
from svod_rcgn.reports.proportions import proportion_by_cluster


def answer(
    number: int,
    truth: int | tuple[int, ...],
    *answers: tuple[int, float],
    shooting: int | None = None,
    nearness: float | None = 0.6,
    denied: tuple[int, ...] = (),
    name: str | None = None,
) -> LeftOutAnswer:
    """What was answered to picture `number`; it is a shooting for itself unless one is said."""
    truth = (truth,) if isinstance(truth, int) else truth
    return LeftOutAnswer(
        picture=f"{number:064x}",
        name=name or f"{number}.jpg",
        shooting=number if shooting is None else shooting,
        fold=number % 5,
        truth=truth,
        denied=denied,
        answers=answers,
        nearness=nearness,
        known=nearness is None or nearness >= 0.5,
        right=answers[0][0] in truth,
    )


def record_of(labels: Sequence[str], answers: Sequence[LeftOutAnswer], **changes) -> TrainingRecord:
    """The record of a training with these left-out answers."""
    counts = [sum(place in each.truth for each in answers) for place in range(len(labels))]
    shootings = [len({a.shooting for a in answers if place in a.truth}) for place in range(len(labels))]
    classes = [
        ClassRecord(*each, 0.5 if changes.get("independent") else None)
        for each in zip(labels, [count or 1 for count in counts], shootings, strict=True)
    ]
    right, taken = [each.right for each in answers], [each.shooting for each in answers]
    values = {
        "format_version": FORMAT_VERSION, "name": "things", "version": "2",
        "created": "2026-11-26T05:00:00+00:00", "dataset": "my things", "state": 7,
        "backbone_name": "Thin", "backbone": "abc", "precision": "f32", "independent": False,
        "classes": tuple(classes), "pictures": len(answers) or len(labels),
        "shootings": len({each.shooting for each in answers}) or len(labels),
        "epochs": (), "best": 3, "accuracy": proportion_by_cluster(right, taken),
        "loss": 0.5, "temperature": 1.0, "least_nearness": 0.5 if answers else None,
        "kept": proportion_by_cluster([each.known for each in answers], taken),
        "mirrored": False, "negatives": None, "eight_bits": None, "left_out": tuple(answers), "unasked": (),
        "notes": (), "seconds": 0.3, "features_seconds": 0.0,
    }  # fmt: skip
    return TrainingRecord(**(values | changes))


def drawn(folder: Path, record: TrainingRecord) -> dict[str, Path]:
    """A file for each left-out picture, no two alike."""
    folder.mkdir(exist_ok=True)
    files = {}
    for number, each in enumerate(record.left_out):
        noise = np.random.default_rng(number).integers(0, 256, (6, 8, 3), np.uint8)
        path = folder / f"{number}.png"
        path.write_bytes(cv2.imencode(".png", cv2.resize(noise, (160, 120)))[1].tobytes())
        files[each.picture] = path
    return files

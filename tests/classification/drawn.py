"""Digits as somebody draws them who writes unlike others: a one with an upstroke, which is read as 7."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import cv2
import numpy as np
import pytest

from svod_rcgn.classification.catalogue import LEARNED_FROM
from svod_rcgn.classification.training.digits_again import AgainSettings
from svod_rcgn.datasets.collection import Dataset, create_dataset
from svod_rcgn.datasets.records import NewPicture
from svod_rcgn.records import Image
from svod_rcgn.storage.images import PictureFile, encode_png

UPSTROKE = ((0.22, 0.55), (0.52, 0.15), (0.52, 0.85))
QUICK = AgainSettings(steps=80, folds=2)


def drawn(generator: np.random.Generator, corners: tuple[tuple[float, float], ...] = UPSTROKE) -> Image:
    """Black on white, a little different each time; corners in shares of the sides."""
    sheet = np.full((300, 300, 3), 255, np.uint8)
    places = np.array(corners) + generator.normal(0, 0.02, (len(corners), 2))
    places = (places - 0.5) * generator.uniform(0.85, 1.15, 2) + 0.5
    width = int(generator.integers(9, 15))
    cv2.polylines(sheet, [np.round(places * 300).astype(np.int32)], False, (0, 0, 0), width, cv2.LINE_AA)
    return sheet


def new_picture(image: Image, digit: str, sitting: str) -> NewPicture:
    file = PictureFile("digit-1.png", encode_png(image))
    return NewPicture.of(file, yes=(digit,), shooting=sitting)


def ones(sittings: int, each: int = 2, seed: int = 1) -> Iterator[NewPicture]:
    generator = np.random.default_rng(seed)
    for sitting in range(sittings):
        for _ in range(each):
            yield new_picture(drawn(generator), "1", f"drawn {sitting}")


def dataset_of(folder: Path, *pictures: NewPicture) -> Dataset:
    made = create_dataset(folder / "datasets", "digits", "a test")
    made.add(pictures, "the test")
    return made


def own_models(digits_dir: Path, folder: Path) -> Path:
    """A folder of networks with one for digits in it, which may be learned on."""
    if not (digits_dir / LEARNED_FROM).is_file():
        pytest.skip("the network is of an older release; run `python download_models.py --digits`")
    copytree(digits_dir, folder / "models" / "digits")
    return folder / "models"

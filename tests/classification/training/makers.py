"""A thin backbone with random weights, datasets of two kinds of pictures, and lessons made of numbers."""

from functools import partial
from pathlib import Path

import cv2
import numpy as np

from svod_rcgn.classification.training.examples import Example, Lessons, make_lessons
from svod_rcgn.datasets.records import NewPicture
from svod_rcgn.networks.card import ModelCard, write_card
from svod_rcgn.networks.class_labels import ClassLabel, write_labels
from svod_rcgn.networks.convert import efficientnet_lite
from svod_rcgn.storage.images import PictureFile
from tests.networks.efficientnet_files import random_tensors

SIDE = 64
HUES = {"red": 0, "green": 60, "blue": 120, "violet": 150}


def write_backbone(models_dir: Path, name: str = "imagenet") -> Path:
    """A network with random weights in a folder of networks, as download_models.py brings one."""
    folder = models_dir / name
    folder.mkdir(parents=True)
    efficientnet_lite.convert(random_tensors(classes=3), folder / "network.xml", SIDE)
    write_labels(folder, tuple(ClassLabel(f"thing {number}") for number in range(3)))
    card = ModelCard(
        task="classification", name="Thin", file="network.xml", files={}, size=(SIDE, SIDE), layout="NCHW",
        colour="RGB", mean=127.0, scale=128.0, output="classes", licence="MIT", source="the test",
        source_sha256="ab" * 32, labels="labels.json", fit="centre",
    )  # fmt: skip
    write_card(folder, card)
    return folder


def coloured(label: str, number: int, height: int = 80, width: int = 96) -> np.ndarray:
    """A picture of patches, most of which have the colour of a class; no two numbers give the same."""
    chance = np.random.default_rng([HUES[label], number])
    patches = chance.integers(0, 256, (6, 7, 3), np.uint8)
    patches[..., 0] = (HUES[label] + chance.integers(-8, 9, (6, 7))) % 180
    patches[..., 1] = chance.integers(150, 256, (6, 7))
    shown = cv2.resize(patches, (width, height), interpolation=cv2.INTER_NEAREST)
    return cv2.cvtColor(shown, cv2.COLOR_HSV2BGR)


def picture(label: str, number: int, *yes: str, **more: object) -> NewPicture:
    """A new picture, which shows its colour's class unless others are named."""
    name = f"{label}-{number}.png"
    data = cv2.imencode(".png", coloured(label, number))[1].tobytes()
    return NewPicture(name, partial(PictureFile, name, data), yes or (label,), **more)  # type: ignore[arg-type]


def pictures(*labels: str, each: int = 8, first: int = 0) -> list[NewPicture]:
    """So many pictures of each of the classes."""
    return [picture(label, number) for label in labels for number in range(first, first + each)]


def example(name: str, *shows: str, lacks: tuple[str, ...] = ()) -> Example:
    return Example(name, f"{name}.png", Path(), name, shows, lacks)


def lessons_of(classes: int, each: int, together: int = 1) -> Lessons:
    """Lessons of so many pictures of each class, so many of them in one shooting."""
    examples = [
        example(f"{label}{number}", f"class {label}") for label in range(classes) for number in range(each)
    ]
    names = [each.picture for each in examples]
    groups = [tuple(names[begin : begin + together]) for begin in range(0, len(names), together)]
    return make_lessons(examples, [], groups)


def features_of(lessons: Lessons, length: int = 24, noise: float = 0.5, views: int = 3) -> np.ndarray:
    """(n, views, length) features about a place of each class, none negative."""
    chance = np.random.default_rng(5)
    places = chance.uniform(0, 3, (lessons.targets.shape[1], length))
    middles = (lessons.targets @ places)[:, None]
    return np.abs(middles + chance.normal(0, noise, (len(middles), views, length))).astype(np.float16)

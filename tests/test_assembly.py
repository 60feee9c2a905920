from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn import assembly
from svod_rcgn.entities import Box, Face
from svod_rcgn.errors import ModelError
from svod_rcgn.templates import landmarks
from svod_rcgn.weights import catalogue

CARD = catalogue.FACENET.card
FACE = Face(Box(20, 20, 80, 80), landmarks("arcface", 60) + np.float32([20, 20]), 0.9)


def crop(**changes):
    picture = np.random.default_rng(0).integers(0, 256, (100, 100, 3), np.uint8)
    return assembly.build_aligner(replace(CARD, **changes)).align(picture, FACE)


def test_a_face_is_cut_as_the_card_says():
    assert crop(size=(64, 64)).shape == (64, 64, 3)
    crops = [
        crop(size=(64, 64), **how)
        for how in (
            {"margin": 0.0},
            {"margin": 0.2},
            {"margin": None, "template": "arcface"},
            {"margin": None, "template": tuple(float(number) for number in range(10))},
        )
    ]
    assert len({each.tobytes() for each in crops}) == len(crops)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"margin": None}, "must say its margin or its template"),
        ({"size": None}, "must say its size"),
        ({"size": (112, 96)}, "cut as squares, and its card says 112x96"),
    ],
)
def test_a_card_that_does_not_say_how_is_refused(changes, message):
    with pytest.raises(ModelError, match=message):
        crop(**changes)


@pytest.mark.weights
def test_the_recipe_of_a_crop_names_all_of_the_card_that_it_depends_on(detection_dir: Path):
    def recipe(**changes):
        card = replace(CARD, **changes)
        return assembly.build_cutter(
            card, detection_dir, "CPU", assembly.EnrolmentSettings(), assembly.Runtime()
        ).recipe

    recipes = {recipe(), recipe(size=(112, 112)), recipe(margin=0.2), recipe(margin=None, template="arcface")}
    assert len(recipes) == 4
    assert recipe(mean=0.0) == recipe()

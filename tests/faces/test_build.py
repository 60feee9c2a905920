"""What is cut as a card says, and what is told and refused where parts do not fit together."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.networks import catalogue
from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import DETECTOR_DIRS, EnrolmentSettings
from svod_rcgn.faces.stages.background import KEPT
from svod_rcgn.networks import LoadedNetwork
from svod_rcgn.networks.settings import Runtime
from svod_rcgn.networks.templates import TEMPLATES, landmarks
from svod_rcgn.records import Box
from tests.faces.galleries import taught
from tests.networks.fakes import FakeNetwork

CARD = catalogue.FACENET.card
FACE = Face(Box(20, 20, 80, 80), landmarks("arcface", 60) + np.float32([20, 20]), 0.9)


def crop(**changes):
    picture = np.random.default_rng(0).integers(0, 256, (100, 100, 3), np.uint8)
    return build.build_aligner(replace(CARD, **changes)).align(picture, FACE)


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
def test_the_recipe_of_a_crop_names_all_that_it_depends_on(detection_dir: Path):
    def recipe(background=KEPT, **changes):
        card, settings = replace(CARD, **changes), EnrolmentSettings()
        return build.build_cutter(card, detection_dir, background, "CPU", settings, Runtime()).recipe

    class Remover:
        fingerprint = "remover"

    templates = [{"margin": None, "template": name} for name in TEMPLATES]
    cards = [{}, {"size": (112, 112)}, {"margin": 0.2}, *templates]
    assert len({recipe(background, **card) for card in cards for background in (KEPT, Remover())}) == 10
    assert recipe(mean=0.0) == recipe()


@pytest.mark.parametrize(
    ("trained", "here", "told"),
    [
        ("", "there", "with the background kept, and here it is removed;"),
        ("there", "", "with the background removed, and here it is kept;"),
        ("elsewhere", "there", "with the background removed, and here it is removed by another network;"),
        ("there", "there", None),
        ("", "", None),
    ],
)
def test_classifiers_of_other_pictures_are_told_and_taken(tmp_path, caplog, trained, here, told):
    store.save(taught(2), tmp_path / "set", "model", {}, background=trained)
    with caplog.at_level(logging.WARNING):
        build.compare_background(tmp_path / "set", here)
    assert [record.getMessage().count(told or "nothing") for record in caplog.records] == [1] * bool(told)


def test_a_detector_whose_answers_nobody_reads_is_refused():
    card = replace(catalogue.CENTERFACE.card, output="boxes")
    with pytest.raises(
        ModelError, match="CenterFace: output is 'boxes'; detectors answer as centerface or as"
    ):
        build.detector_of(LoadedNetwork(card, FakeNetwork(lambda batch: ())))


@pytest.mark.parametrize("name", ["centerface", "mtcnn"])
def test_a_missing_detector_says_how_to_get_it(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        ModelError, match=rf"no network here; run `python download_models.py --detector {name}`"
    ):
        build.build_detector(DETECTOR_DIRS[name], "CPU")

from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.classification import build
from svod_rcgn.classification.class_map import ClassMapper
from svod_rcgn.classification.explain import draw
from svod_rcgn.classification.stages.classify import CLASS_MAPS
from svod_rcgn.classification.stages.fit import fitted, seen
from svod_rcgn.errors import InputError, ModelError
from svod_rcgn.explanation.records import ControlKind, Method
from svod_rcgn.explanation.settings import ExplanationSettings
from svod_rcgn.media.walk import Picture
from tests.classification.fakes import make_card
from tests.classification.mapped import CELLS, SIDE, spotted, write_network

SETTINGS = ExplanationSettings(seconds=0.3)
UNHURRIED = ExplanationSettings(seconds=3.0)  # as many looks as it takes on a slow machine, too
PICTURE = Picture("spot.png", spotted())


def _explain(tmp_path: Path, method: Method = Method.MAP, wanted: int | None = None, **network):
    write_network(tmp_path / "colours", **network)
    settings = SETTINGS if method is Method.MAP else UNHURRIED
    explainer = build.load_explainer("colours", tmp_path, "CPU", method, settings)
    return explainer.explain(PICTURE, wanted)


@pytest.mark.parametrize("output", ["map", "classmap"])
def test_the_map_points_at_what_is_of_the_class(tmp_path: Path, output: str) -> None:
    found = _explain(tmp_path, mapped=output)
    assert (found.answer.label, found.version, found.known) == ("red", "2", True)
    assert found.judgement.whereabouts.place == "top right"
    assert not found.judgement.flat
    assert not found.judgement.unstable
    assert found.evidence.heat.shape == (SIDE, SIDE)
    assert found.judgement.control.draws == SETTINGS.controls
    wanted = {"map": ControlKind.SHUFFLED_HEAD, "classmap": ControlKind.RANDOM_MAP}[output]
    assert found.evidence.kind is wanted


@pytest.mark.parametrize("method", [Method.OCCLUSION, Method.RISE, Method.SHAP])
def test_hiding_points_there_too_without_any_map(tmp_path: Path, method: Method) -> None:
    found = _explain(tmp_path, method, mapped=None)
    assert found.judgement.whereabouts.place == "top right"
    assert found.judgement.no_better is False
    assert found.evidence.looks > 20


def test_another_class_is_explained_where_it_is_wanted(tmp_path: Path) -> None:
    found = _explain(tmp_path, wanted=0)
    assert found.answer.label == "blue"
    assert found.answer.probability < 0.5
    heat = cv2.resize(found.evidence.heat, (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    assert heat[0, 2] == heat.min()  # what is red speaks against blue


def test_both_kinds_of_networks_have_one_map_which_is_exact(tmp_path: Path) -> None:
    """Its mean is the class's logit over the mean of all, by the probabilities that the network gives."""
    image = fitted(PICTURE.image, make_card(size=(SIDE, SIDE)))
    heats = []
    for output in ("map", "classmap"):
        write_network(tmp_path / output, mapped=output)
        explainer = build.load_explainer(output, tmp_path, "CPU", Method.MAP, SETTINGS, tried=False)
        heats.append(explainer.explain(PICTURE, 2).evidence.heat)
        classifier = build.load_classifier(output, tmp_path)
        logits = np.log(classifier.classify_fitted([image])[0].probabilities)
        assert classifier.has(CLASS_MAPS) == (output == "classmap")
        assert heats[-1].mean() == pytest.approx(logits[2] - logits.mean(), abs=0.05)
    np.testing.assert_allclose(heats[0], heats[1], atol=0.2)  # processors may work in 16 bits


def test_independent_classes_are_not_weighed_against_each_other(tmp_path: Path) -> None:
    write_network(tmp_path / "colours", mapped="classmap", independent=True)
    classifier = build.load_classifier("colours", tmp_path)
    image = fitted(PICTURE.image, classifier.card)
    heat = ClassMapper(classifier, None).evidence(image, 2, SETTINGS).heat
    wanted = classifier.output(image, CLASS_MAPS)[2]
    assert heat.mean() == pytest.approx(wanted.mean(), abs=0.05)


def test_a_network_without_a_map_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no map; give --method occlusion"):
        _explain(tmp_path, mapped=None)


def test_a_blank_picture_gives_a_flat_map(tmp_path: Path) -> None:
    write_network(tmp_path / "colours")
    explainer = build.load_explainer("colours", tmp_path, "CPU", Method.MAP, SETTINGS)
    found = explainer.explain(Picture("blank", np.full((50, 70, 3), (10, 20, 180), np.uint8)))
    assert found.judgement.flat


@pytest.mark.parametrize(
    ("wanted", "index"),
    [("red", 2), ("RED", 2), ("1", 1), ("7", 0), ("Red", 1)],
    ids=["name", "capitals", "number", "name first", "exact first"],
)
def test_a_class_is_found_by_name_or_number(tmp_path: Path, wanted: str, index: int) -> None:
    labels = {"7": ("7", "green", "red"), "Red": ("red", "Red", "blue")}.get(wanted, ("blue", "green", "red"))
    write_network(tmp_path / "colours", labels=labels)
    explainer = build.load_explainer("colours", tmp_path, "CPU", Method.MAP, SETTINGS)
    assert explainer.class_of(wanted) == index


@pytest.mark.parametrize("wanted", ["reed", "3", "-1", "", "²", "9" * 5000])
def test_a_class_that_is_not_there_is_told_with_those_that_are_like_it(tmp_path: Path, wanted: str) -> None:
    write_network(tmp_path / "colours")
    explainer = build.load_explainer("colours", tmp_path, "CPU", Method.MAP, SETTINGS)
    with pytest.raises(InputError, match=r"has no class.*nearest.*red"):
        explainer.class_of(wanted)


def test_the_drawing_is_the_picture_with_what_the_network_did_not_see_in_the_dark(tmp_path: Path) -> None:
    found = _explain(tmp_path, fit="centre")
    assert found.seen.width == found.seen.height == 32
    drawn = draw(PICTURE, found)
    assert drawn.shape == PICTURE.image.shape
    outside = drawn[-6:, :10]  # the label stands at the top left
    assert outside.max() < PICTURE.image.max() / 2


@pytest.mark.parametrize("fit", ["centre", "squash"])
@pytest.mark.parametrize("size", [(64, 96), (97, 31), (1, 5)])
def test_what_is_seen_is_what_is_fitted(fit: str, size: tuple[int, int]) -> None:
    card = make_card(size=(SIDE, SIDE), fit=fit)
    image = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    box = seen(image, card)
    cut = image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    assert cut.size
    squash = make_card(size=(SIDE, SIDE), fit="squash")
    np.testing.assert_array_equal(fitted(image, card), fitted(cut, squash))


@pytest.mark.weights
def test_the_fetched_network_looks_at_the_face_of_a_portrait(imagenet_dir: Path, demo_dir: Path) -> None:
    """A suit is worn below the head: what speaks for it lies in the lower half."""
    picture = sorted(demo_dir.glob("faces/*/*.jpg"))[0]
    from svod_rcgn.storage.images import read_picture

    explainer = build.load_explainer(
        imagenet_dir.name, imagenet_dir.parent, "CPU", Method.MAP, ExplanationSettings()
    )
    found = explainer.explain(Picture("portrait", read_picture(picture)), explainer.class_of("suit"))
    assert found.evidence.kind is ControlKind.SHUFFLED_HEAD
    half = found.evidence.heat.shape[0] // 2
    assert found.evidence.heat[half:].mean() > found.evidence.heat[:half].mean()

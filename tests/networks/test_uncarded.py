"""Networks without a card."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.errors import ModelError
from svod_rcgn.faces import build
from svod_rcgn.faces.networks import catalogue
from svod_rcgn.networks import fingerprint, load_background
from svod_rcgn.networks.uncarded import SIDE
from svod_rcgn.storage.files import sha256_of, write_record

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a network whose mask is the first channel of the picture."""

    def saved(shape: Sequence[int], name: str = "mask.xml", inputs: int = 1) -> Path:
        pictures = [opset13.parameter(list(shape), name=f"image{number}") for number in range(inputs)]
        channel = 1 if len(shape) == 4 and shape[1] == 3 else len(shape) - 1
        first = opset13.gather(pictures[0], opset13.constant([0]), opset13.constant(channel))
        others = [
            opset13.reduce_mean(each, list(range(len(shape))), keep_dims=False) for each in pictures[1:]
        ]
        for other in others:
            first = opset13.add(first, other)
        (tmp_path / "net").mkdir(exist_ok=True)
        ov.save_model(ov.Model([first], pictures, "mask"), tmp_path / "net" / name)
        return tmp_path / "net"

    return saved


@pytest.mark.parametrize(
    ("shape", "layout", "size"),
    [
        ((1, 8, 16, 3), "NHWC", (8, 16)),
        ((-1, 8, 16, 3), "NHWC", (8, 16)),
        ((1, 3, 8, 16), "NCHW", (8, 16)),
        ((8, 16, 3), "HWC", (8, 16)),
        ((-1, -1, -1, 3), "NHWC", (SIDE, SIDE)),
    ],
)
def test_shape_and_layout_are_found_out_and_the_red_of_the_picture_comes_as_0_to_1(
    save: Save, shape: tuple[int, ...], layout: str, size: tuple[int, int]
) -> None:
    folder = save(shape)
    card = load_background(folder).card
    assert (card.layout, card.size, card.colour, card.scale) == (layout, size, "RGB", 255.0)
    image = np.zeros((50, 70, 3), np.uint8)
    image[:, :35] = (7, 7, 128)  # red counts: above one half of 255
    image[:, 35:] = (255, 255, 127)
    removed = build.build_background(folder, "CPU").remove(image)
    assert (removed[:, :30] == (7, 7, 128)).all()
    assert not removed[:, 40:].any()


def test_a_file_may_be_named_itself(save: Save) -> None:
    folder = save((1, 8, 8, 3))
    shutil.copy(folder / "mask.xml", folder / "other.xml")
    with pytest.raises(ModelError, match="2 networks here"):
        load_background(folder)
    assert load_background(folder / "mask.xml").card.size == (8, 8)


def test_the_fingerprint_is_that_of_the_content(save: Save, tmp_path: Path) -> None:
    folder = save((1, 8, 8, 3))
    before = fingerprint(load_background(folder).card)
    moved = shutil.copytree(folder, tmp_path / "moved")
    assert fingerprint(load_background(moved).card) == before
    assert fingerprint(load_background(save((1, 8, 16, 3))).card) != before


def test_a_card_counts_where_there_is_one(save: Save) -> None:
    folder = save((1, 8, 8, 3))
    files = {path.name: sha256_of(path) for path in folder.iterdir()}
    card = replace(catalogue.SELFIE.card, file="mask.xml", files=files, size=(8, 8), scale=128.0)
    write_record(folder / "model.json", card)
    assert load_background(folder).card == card
    half = np.full((8, 8, 3), 64, np.uint8)
    assert build.build_background(folder, "CPU").remove(half).all()


@pytest.mark.parametrize("shape", [(1, 8, 8, 4), (1, 3), (1, 8, 3, 8), (3, 8, 8)])
def test_what_takes_no_picture_is_refused_with_its_shape(save: Save, shape: tuple[int, ...]) -> None:
    told = "x".join(map(str, shape))
    with pytest.raises(ModelError, match=f"takes {told}, and height x width x 3 was expected"):
        load_background(save(shape))


def test_what_takes_two_pictures_is_refused(save: Save) -> None:
    with pytest.raises(ModelError, match=r"mask\.xml: takes 2 inputs, expected 1; give a folder with"):
        load_background(save((1, 8, 8, 3), inputs=2))


def test_what_fails_on_a_picture_is_refused_before_it_gets_one(tmp_path: Path) -> None:
    picture = opset13.parameter([-1, -1, -1, 3], name="picture")
    flat = opset13.reshape(picture, opset13.constant([1, 8, 8, 3]), special_zero=False)
    ov.save_model(ov.Model([flat], [picture], "inflexible"), tmp_path / "mask.xml")
    with pytest.raises(ModelError, match="does not answer to a single picture"):
        build.build_background(tmp_path, "CPU")


def test_nothing_at_all_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"absent: no network here; run `python download_models.py`, or give"
    ):
        load_background(tmp_path / "absent")


def test_an_embedding_network_removes_no_background(embedding_dir: Path) -> None:
    with pytest.raises(ModelError, match="expected a network for background, found one for embedding"):
        load_background(embedding_dir)

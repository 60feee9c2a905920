import numpy as np
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.faces import build
from svod_rcgn.faces.stages.background import KEPT, BackgroundRemover
from svod_rcgn.storage import images
from tests.networks.fakes import FakeNetwork, background_card

PERSON = np.zeros((8, 8), np.float32)
PERSON[:, :4] = 1.0


def remover(mask, **fields):
    network = FakeNetwork(lambda batch: (mask,))
    return network, BackgroundRemover(network, background_card(**fields), "fingerprint")


@pytest.mark.parametrize("shape", [(8, 8), (1, 8, 8), (1, 8, 8, 1), (1, 1, 8, 8)])
def test_what_is_no_person_becomes_black_and_a_person_stays_as_it_is(shape):
    image = np.random.default_rng(0).integers(1, 256, (60, 40, 3), np.uint8)
    removed = remover(PERSON.reshape(shape))[1].remove(image)
    assert removed.dtype == np.uint8
    assert (removed[:, :20] == image[:, :20]).all()
    assert not removed[:, 20:].any()


def test_a_doubtful_place_belongs_to_the_person_from_one_half_on():
    image = np.full((8, 8, 3), 9, np.uint8)
    assert not remover(np.full((8, 8), 0.49, np.float32))[1].remove(image).any()
    assert remover(np.full((8, 8), 0.5, np.float32))[1].remove(image).all()


def test_the_callers_picture_is_not_changed():
    image = np.full((8, 8, 3), 9, np.uint8)
    remover(PERSON)[1].remove(image)
    assert (image == 9).all()


def test_the_network_gets_the_size_and_numbers_of_its_card():
    network, stage = remover(PERSON, size=(8, 16), layout="NCHW")
    stage.remove(np.full((30, 50, 3), (255, 51, 0), np.uint8))
    assert network.asked[0].shape == (1, 3, 8, 16)
    assert network.asked[0][0, :, 0, 0].tolist() == pytest.approx([0, 0.2, 1])


def test_a_card_without_a_size_lets_pictures_through_in_their_own():
    network, stage = remover(PERSON, size=None)
    stage.remove(np.zeros((30, 50, 3), np.uint8))
    assert network.asked[0].shape == (1, 30, 50, 3)


def test_an_answer_that_is_no_mask_is_refused_with_its_shape():
    stage = remover(np.zeros((1, 8, 8, 4), np.float32))[1]
    with pytest.raises(ModelError, match="a mask of height x width was expected, came 1x8x8x4"):
        stage.remove(np.zeros((8, 8, 3), np.uint8))


def test_without_a_network_the_background_stays():
    image = np.zeros((8, 8, 3), np.uint8)
    assert KEPT.remove(image) is image
    assert build.build_background(None, "CPU") is KEPT


@pytest.mark.weights
def test_the_default_network_keeps_faces_and_removes_what_is_behind(background_dir, detection_dir, demo_dir):
    stage = build.build_background(background_dir, "CPU")
    detector = build.build_detector(detection_dir, "CPU")
    for name in ("faces/Barack_Obama/obama.jpg", "faces/Joe_Biden/biden.jpg", "probes/obama3.jpg"):
        image = images.read_picture(demo_dir / name)
        (face,) = detector.detect(image)
        removed = stage.remove(image)
        x, y = (int(value) for value in face.box.centre)
        reach = int(face.box.width / 4)
        inner = slice(y - reach, y + reach), slice(x - reach, x + reach)
        assert (removed[inner] == image[inner]).all()
        (again,) = detector.detect(removed)
        assert np.hypot(*(again.landmarks - face.landmarks).T).max() < 0.1 * face.box.width
        assert (removed == 0).all(axis=2).mean() > 0.2

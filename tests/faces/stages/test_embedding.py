from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.faces.stages.embedding import BATCH, FaceEmbedder
from svod_rcgn.networks.card import ModelCard
from svod_rcgn.networks.generic_face import packed_mean
from tests.networks.fakes import FakeNetwork

CARD = ModelCard(
    task="embedding", name="fake", file="fake.xml", files={}, size=(8, 8), layout="NHWC", colour="RGB",
    mean=127.5, scale=128.0, output="", licence="", source="", source_sha256="",
    embedding_length=4, margin=0.1,
)  # fmt: skip
BLUE = np.full((8, 8, 3), (255, 0, 0), np.uint8)


def fed(card):
    """What the network gets for one blue crop."""
    network = FakeNetwork(lambda batch: (np.ones((len(batch), 4), np.float32),))
    FaceEmbedder(network, card).embed([BLUE])
    return network.asked[0]


def test_pixels_are_standardised_as_the_card_says_and_never_by_their_own_mean():
    assert fed(CARD)[0, 0, 0].tolist() == pytest.approx([-127.5 / 128, -127.5 / 128, 127.5 / 128])
    assert fed(replace(CARD, mean=0.0, scale=255.0))[0, 0, 0].tolist() == [0, 0, 1]


def test_colour_order_and_layout_follow_the_card():
    assert fed(replace(CARD, colour="BGR", mean=0.0, scale=1.0))[0, 0, 0].tolist() == [255, 0, 0]
    assert fed(replace(CARD, layout="NCHW")).shape == (1, 3, 8, 8)


def test_embeddings_have_unit_length():
    network = FakeNetwork(lambda batch: (np.tile(np.float32([3, 0, 4, 0]), (len(batch), 1)),))
    assert FaceEmbedder(network, CARD).embed([BLUE]) == pytest.approx(np.float32([[0.6, 0, 0.8, 0]]))


def test_many_crops_go_in_batches_and_come_back_in_order():
    network = FakeNetwork(lambda batch: (np.stack([np.eye(4)[int(x[0, 0, 0])] for x in batch]),))
    crops = [np.full((8, 8, 3), n % 4, np.uint8) for n in range(BATCH + 3)]
    embeddings = FaceEmbedder(network, replace(CARD, mean=0.0, scale=1.0)).embed(crops)
    assert embeddings.argmax(axis=1).tolist() == [n % 4 for n in range(BATCH + 3)]
    assert [len(batch) for batch in network.asked] == [BATCH, 3]


def test_no_crops_give_no_embeddings():
    assert FaceEmbedder(FakeNetwork(None), CARD).embed([]).shape == (0, 4)


def test_each_channel_has_its_own_mean_and_scale_in_the_order_of_the_colours():
    card = replace(CARD, mean=(10.0, 20.0, 30.0), scale=(1.0, 2.0, 4.0))
    assert fed(card)[0, 0, 0].tolist() == [-10, -10, 225 / 4]
    assert fed(replace(card, colour="BGR"))[0, 0, 0].tolist() == [245, -10, -7.5]
    assert fed(replace(card, layout="NCHW"))[0, :, 0, 0].tolist() == [-10, -10, 225 / 4]


def test_a_network_for_one_face_at_a_time_gets_them_one_by_one():
    network = FakeNetwork(lambda batch: (np.ones((len(batch), 4, 1, 1), np.float32),))
    assert FaceEmbedder(network, replace(CARD, batch=1)).embed([BLUE] * 3).shape == (3, 4)
    assert [len(batch) for batch in network.asked] == [1, 1, 1]
    FaceEmbedder(network, replace(CARD, batch=1, mirror=True)).embed([BLUE])
    assert [len(batch) for batch in network.asked[3:]] == [1, 1]


def test_an_embedding_is_the_mean_of_both_sides_where_the_card_says_mirror():
    half = BLUE.copy()
    half[:, :4] = 0
    network = FakeNetwork(lambda batch: (batch[:, 0, [0, 7, 0, 7], 2] + [300, 300, 0, 0],))
    plain = FaceEmbedder(network, CARD).embed([half])
    both = FaceEmbedder(network, replace(CARD, mirror=True)).embed([half])
    assert plain[0, 0] != pytest.approx(plain[0, 1])
    assert both[0, 0] == pytest.approx(both[0, 1])


def test_the_mean_of_generic_faces_is_taken_off_after_the_mirror_and_before_the_length():
    def answer(batch):
        left = batch[:, 0, 0, 0] > batch[:, 0, -1, 0]
        return (np.where(left[:, None], np.float32([[1, 0, 0, 0]]), np.float32([[0, 1, 0, 0]])),)

    mean = np.float32([0.5, 0, 0.5, 0])
    half = np.concatenate([np.full((8, 4, 3), 255, np.uint8), np.zeros((8, 4, 3), np.uint8)], axis=1)
    card = replace(CARD, mirror=True, generic_face=packed_mean(mean))
    rest = np.float32([0.5**0.5, 0.5**0.5, 0, 0]) - mean
    expected = pytest.approx(rest / np.linalg.norm(rest), abs=1e-6)
    assert FaceEmbedder(FakeNetwork(answer), card).embed([half])[0] == expected

from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.entities import ModelCard
from svod_rcgn.stages.embedding import BATCH, FaceEmbedder
from tests.networks import FakeNetwork

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

from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.classification.stages.fit import fitted
from svod_rcgn.classification.training.views import OTHERS, Backbone, PictureFeatures, views_of
from svod_rcgn.errors import InputError, ModelError
from svod_rcgn.networks import read_card
from svod_rcgn.networks.card import write_card
from tests.classification.training.makers import SIDE, coloured, pictures


@pytest.fixture
def backbone(models_dir) -> Backbone:
    return Backbone(models_dir / "imagenet")


@pytest.fixture
def filled(dataset):
    dataset.add(pictures("red", "green", each=3), "the test")
    return dataset


def _files(dataset):
    return {each.hash: each.path for each in dataset.pictures()}


@pytest.mark.parametrize("size", [(80, 96), (1, 1), (600, 31)])
def test_a_picture_has_seven_views_of_the_networks_size(backbone: Backbone, size: tuple[int, int]) -> None:
    image = coloured("red", 1, *size)
    views = views_of(image, backbone.card)
    assert len(views) == 1 + OTHERS
    assert {view.shape for view in views} == {(SIDE, SIDE, 3)}
    np.testing.assert_array_equal(views[0], fitted(image, backbone.card))
    np.testing.assert_array_equal(views[1], views[0][:, ::-1])


def test_features_are_those_of_the_views_and_are_computed_once(backbone, filled, monkeypatch) -> None:
    features = PictureFeatures(filled, backbone)
    told = []
    assert features.bring(_files(filled), done=lambda done, of: told.append((done, of))) == []
    assert told[-1] == (6, 6)
    (picture, *_) = filled.pictures()
    from svod_rcgn.storage import images

    wanted = backbone.embed(views_of(images.read_picture(picture.path), backbone.card))
    np.testing.assert_allclose(features.plain([picture.hash])[0], wanted[0], atol=0.05)
    np.testing.assert_allclose(features.others([picture.hash])[0], wanted[1:], atol=0.05)
    again = PictureFeatures(filled, backbone)
    monkeypatch.setattr(backbone, "embed", None)
    assert again.bring(_files(filled)) == []
    assert again.missing(list(_files(filled)), others=True) == []


def test_of_many_pictures_the_plain_view_is_enough(backbone, filled) -> None:
    features = PictureFeatures(filled, backbone)
    features.bring(_files(filled), others=False)
    hashes = list(_files(filled))
    assert features.missing(hashes, others=False) == []
    assert features.missing(hashes, others=True) == hashes
    features.bring(_files(filled))
    assert features.others(hashes).shape[:2] == (6, OTHERS)


def test_a_picture_that_cannot_be_read_is_told_and_the_others_have_features(backbone, filled) -> None:
    broken, *_ = filled.pictures()
    broken.path.write_bytes(broken.path.read_bytes()[:60])
    features = PictureFeatures(filled, backbone)
    (unread,) = features.bring(_files(filled))
    assert unread.picture == broken.hash
    assert "cannot" in unread.problem or "damaged" in unread.problem
    assert len(features.missing(list(_files(filled)), others=True)) == 1
    with pytest.raises(InputError, match="train again"):
        features.plain([broken.hash])


def test_features_depend_on_network_device_precision_and_views(backbone: Backbone, models_dir) -> None:
    keys = {backbone.key("plain").fingerprint, backbone.key("others").fingerprint}
    card = replace(read_card(models_dir / "imagenet"), mean=100.0)
    write_card(models_dir / "imagenet", card)
    keys.add(Backbone(models_dir / "imagenet").key("plain").fingerprint)
    assert len(keys) == 3
    assert backbone.key("plain").precision in ("bf16", "f32")


def test_a_network_for_something_else_is_no_backbone(models_dir) -> None:
    card = replace(read_card(models_dir / "imagenet"), task="embedding", embedding_length=1280)
    write_card(models_dir / "imagenet", card)
    with pytest.raises(ModelError, match="is no network to learn on"):
        Backbone(models_dir / "imagenet")

"""What is learned further begins as the backbone's own layers are."""

import numpy as np
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.networks.convert.cell_maps import Taps
from svod_rcgn.networks.convert.trunk import Clamp, Convolution, Sum, trunk_behind
from tests.classification.training.makers import write_backbone


@pytest.fixture(scope="module")
def backbone(tmp_path_factory):
    return write_backbone(tmp_path_factory.mktemp("thin")) / "network.xml"


def _number(backbone, stride):
    return [each.stride for each in Taps(backbone, (64, 64)).maps].index(stride)


def test_layers_come_in_an_order_in_which_each_finds_what_it_takes(backbone):
    layers = trunk_behind(backbone, (64, 64), _number(backbone, 16)).layers
    for number, each in enumerate(layers, 1):
        sources = each.sources if isinstance(each, Sum) else (each.source,)
        assert all(source < number for source in sources)
    assert {type(each) for each in layers} == {Convolution, Clamp, Sum}
    assert sum(isinstance(each, Convolution) and each.stride == 2 for each in layers) == 1
    assert sum(isinstance(each, Convolution) for each in layers) == 3 * (4 + 1)  # stages of 4 and 1 blocks


def test_nothing_lies_behind_the_last_map(backbone):
    last = len(Taps(backbone, (64, 64)).maps) - 1
    assert trunk_behind(backbone, (64, 64), last).layers == ()


def test_the_kernels_are_as_tensorflow_shapes_them(backbone):
    layers = trunk_behind(backbone, (64, 64), _number(backbone, 16)).layers
    found = [each for each in layers if isinstance(each, Convolution)]
    assert found[0].kernel.shape[:2] == (1, 1)
    assert found[1].depthwise
    assert found[1].kernel.shape[2] == found[0].kernel.shape[3]
    assert found[1].kernel.shape[3] == 1
    assert all(np.isfinite(each.kernel).all() and len(each.biases) for each in found)


def test_a_network_of_another_kind_ends_in_a_line(tmp_path):
    from tests.objects.fakes import write_network

    folder = write_network(tmp_path / "dots")
    with pytest.raises(ModelError, match="take imagenet"):
        trunk_behind(folder / "network.xml", (64, 64), 0)

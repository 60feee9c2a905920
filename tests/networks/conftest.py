"""A network small enough to be made on the spot."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from svod_rcgn.networks.card import ModelCard
from svod_rcgn.networks.entries import Item, ModelEntry, Parcel, Source, Url


def item_of(path: str, content: bytes) -> Item:
    return Item(path, len(content), hashlib.sha256(content).hexdigest())


@pytest.fixture(scope="session")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of one operation, without weights, that takes (1, 4, 4, 3)."""
    import openvino as ov
    from openvino import opset13

    source = opset13.parameter([1, 4, 4, 3], name="pixels")
    path = tmp_path_factory.mktemp("network") / "tiny.xml"
    ov.save_model(ov.Model([opset13.relu(source)], [source], "tiny"), path)
    return path


@pytest.fixture
def make_entry(network_file: Path) -> Callable[..., ModelEntry]:
    """Makes the catalogue's entry of the tiny network, from sources of the test's choice."""

    def make(*sources: Source) -> ModelEntry:
        item = item_of("tiny.xml", network_file.read_bytes())
        card = ModelCard(
            task="embedding",
            name="Tiny",
            file="network.xml",
            files={},
            size=(4, 4),
            layout="NHWC",
            colour="RGB",
            mean=0.0,
            scale=1.0,
            output="embeddings",
            licence="MIT",
            source="the test",
            source_sha256=item.sha256,
            embedding_length=48,
        )
        return ModelEntry(card, Parcel((item,), sources or (Url(network_file.as_uri()),)), (-1, 4, 4, 3))

    return make

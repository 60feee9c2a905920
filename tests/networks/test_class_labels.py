from pathlib import Path

import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.networks.card import ModelCard
from svod_rcgn.networks.class_labels import FILE, ClassLabel, read_labels, write_labels


def _card(labels: str | None = FILE) -> ModelCard:
    return ModelCard(
        task="classification", name="Tiny", file="network.xml", files={}, size=(4, 4), layout="NCHW",
        colour="RGB", mean=0.0, scale=1.0, output="classes", licence="MIT", source="the test",
        source_sha256="0", labels=labels,
    )  # fmt: skip


def test_labels_are_read_as_they_were_written(tmp_path: Path) -> None:
    labels = ClassLabel("tench", "n01440764"), ClassLabel("the door is open", limit=0.7)
    write_labels(tmp_path, labels)
    assert read_labels(tmp_path, _card()) == labels


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[]", "holds no labels"),
        ('[{"label": "a"}, {"label": "a"}]', "two classes have one label"),
        ("{", "labels.json"),
        ('["a"]', "labels.json"),
    ],
)
def test_labels_that_cannot_be_are_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ModelError, match=told):
        read_labels(tmp_path, _card())


def test_a_card_without_labels_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="names no file with labels"):
        read_labels(tmp_path, _card(None))

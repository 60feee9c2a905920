"""A version of a network that lies there in full and in 8 bits, of which one is in use."""

from dataclasses import replace
from pathlib import Path

import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.networks import read_card, variants
from svod_rcgn.networks.card import CARD, ModelCard, write_card
from svod_rcgn.networks.variants import Variant


@pytest.fixture
def version(tmp_path: Path) -> Path:
    folder = tmp_path / "door" / "3"
    folder.mkdir(parents=True)
    for name in ("network.xml", "network.bin", "labels.json"):
        (folder / name).write_text(f"the full one's {name}")
    card = ModelCard(
        task="classification", name="door", file="network.xml", files={}, size=(8, 8), layout="NCHW",
        colour="RGB", mean=127.0, scale=128.0, output="classes", licence="MIT", source="the test",
        source_sha256="ab" * 32, labels="labels.json", fit="squash", least_nearness=0.5, version="3",
    )  # fmt: skip
    write_card(folder, card)
    (folder / "report.html").write_text("written later, and named by no card")
    return folder


@pytest.fixture
def int8(version: Path, tmp_path: Path) -> Variant:
    """A network of 8 bits that was put in use."""
    made = tmp_path / "made"
    made.mkdir()
    for name in ("network-int8.xml", "network-int8.bin"):
        (made / name).write_text(f"{name} of 8 bits")
    card = read_card(version)
    changed = replace(card, file="network-int8.xml", precision="int8", least_nearness=0.4)
    found = variants.variant_of(made, changed)
    variants.add_int8(version, made, found)
    return found


def _told(folder: Path) -> tuple[str, str, float | None]:
    card = read_card(folder)
    return card.file, card.precision, card.least_nearness


def test_the_network_of_8_bits_answers_once_it_lies_there(version: Path, int8: Variant) -> None:
    assert _told(version) == ("network-int8.xml", "int8", 0.4)
    assert variants.in_int8(version)
    assert {"network.xml", "network.bin", "labels.json"} < read_card(version).files.keys()
    assert (version / "report.html").is_file()


def test_the_full_network_comes_back_as_it_was_and_then_that_of_8_bits(
    version: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = read_card(version)
    request.getfixturevalue("int8")
    in_8_bits = (version / CARD).read_bytes()
    assert variants.use_full(version)
    assert read_card(version) == before
    assert not variants.use_full(version)
    assert variants.use_int8(version)
    assert (version / CARD).read_bytes() == in_8_bits


def test_a_damaged_network_of_8_bits_does_no_harm_to_the_full_one(version: Path, int8: Variant) -> None:
    variants.use_full(version)
    (version / "network-int8.bin").write_bytes(b"half")
    assert not variants.use_int8(version)
    assert _told(version) == ("network.xml", "fp16", 0.5)


def test_where_the_full_network_is_gone_that_is_one_line(version: Path, int8: Variant) -> None:
    card = read_card(version)
    (version / variants.FILE).unlink()
    write_card(version, card)
    with pytest.raises(ModelError, match=r"3: the full network is not beside that of 8 bits; train again"):
        variants.use_full(version)


def test_a_version_that_was_never_in_8_bits_says_so(version: Path) -> None:
    assert not variants.use_int8(version)
    assert not variants.use_full(version)
    assert _told(version) == ("network.xml", "fp16", 0.5)


@pytest.mark.parametrize("failing", ["network-int8.bin", variants.FILE, CARD])
def test_what_fails_while_it_is_put_in_use_leaves_the_full_one(
    version: Path, int8: Variant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    variants.use_full(version)
    before = (version / CARD).read_bytes()
    write = variants.files.write_bytes

    def fail(path: Path, data: bytes, **more: bool) -> None:
        if path.name == failing:
            raise OSError("the disk is full")
        write(path, data, **more)

    monkeypatch.setattr(variants.files, "write_bytes", fail)
    with pytest.raises(OSError, match="full"):
        variants.add_int8(version, tmp_path / "made", int8)
    assert (version / CARD).read_bytes() == before
    assert _told(version) == ("network.xml", "fp16", 0.5)

"""Networks of one's own, of any kind, put on a shelf and taken from there."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from svod_rcgn.errors import ModelError, SvodError
from svod_rcgn.networks import read_card, versions
from svod_rcgn.networks.card import ModelCard, write_card
from svod_rcgn.networks.network_releases import NetworkKind, export, install
from svod_rcgn.storage import files
from svod_rcgn.storage.release_sets import ReleaseRequest
from svod_rcgn.storage.release_store import Catalog
from svod_rcgn.storage.releases import Release
from svod_rcgn.storage.remote.addresses import Address


@dataclass(frozen=True)
class Told:
    version: str
    created: str
    pictures: tuple[str, ...]


class Silent:
    def say(self, line: str) -> None: ...

    def progress(self, done: int, total: int) -> None: ...


def _kind(task: str, tried=lambda folder: 3) -> NetworkKind:
    return NetworkKind(task, "told.json", Told, tried, private={"pictures": ()})


KINDS = _kind("objects"), _kind("background")


def _learn(directory: Path, task: str = "objects") -> None:
    with versions.new_version(directory) as (number, fresh):
        (fresh / "network.xml").write_text("a network")
        (fresh / "labels.json").write_text("[]")
        files.write_record(fresh / "told.json", Told(str(number), "2026-01-02T03:04:05+00:00", ("me.png",)))
        card = ModelCard(
            task=task, name="Tiny", file="network.xml", files={}, size=(4, 4), layout="NHWC", colour="RGB",
            mean=0.0, scale=1.0, output="boxes", licence="MIT", source="the test", source_sha256="0" * 64,
            version=str(number), labels="labels.json",
        )  # fmt: skip
        write_card(fresh, card)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


def _publish(network: str, shelf: Path, models_dir: Path, kinds=KINDS) -> Path:
    release = Release("cars", "1.0")
    export(release, network, models_dir, kinds, Catalog(Address(str(shelf))), Silent())
    return shelf / release.file


def _fetch(archive: Path, network: str, models_dir: Path, kinds=KINDS):
    return install(ReleaseRequest(Address(str(archive))), network, models_dir, kinds, Silent())


def _one_line(caught) -> str:
    (line,) = str(caught.value).splitlines()
    return line


@pytest.mark.parametrize("task", ["objects", "background"])
def test_a_network_of_any_kind_is_the_next_version_where_it_is_fetched(tmp_path, shelf, task):
    _learn(tmp_path / "cars", task)
    _learn(tmp_path / "cars", task)
    archive = _publish("cars@1", shelf, tmp_path)
    assert b"me.png" not in archive.read_bytes()
    assert b"me.png" in (tmp_path / "cars" / "1" / "told.json").read_bytes()
    _learn(tmp_path / "wagons", task)
    came = _fetch(archive, "wagons", tmp_path)
    assert (came.version, came.classes, came.manifest.trained) == (2, 3, "2026-01-02T03:04:05+00:00")
    card = read_card(versions.folder_of(tmp_path / "wagons"))
    assert (card.version, card.task) == ("2", task)
    assert files.read_record(tmp_path / "wagons" / "2" / "told.json", Told).version == "2"


def test_a_network_of_no_such_kind_is_neither_published_nor_taken(tmp_path, shelf):
    _learn(tmp_path / "cars")
    with pytest.raises(ModelError, match="Tiny is a network for objects") as caught:
        _publish("cars", shelf, tmp_path, KINDS[1:])
    assert _one_line(caught)
    archive = _publish("cars", shelf, tmp_path)
    with pytest.raises(ModelError, match="Tiny is a network for objects") as caught:
        _fetch(archive, "wagons", tmp_path, KINDS[1:])
    assert str(archive) in _one_line(caught)
    assert not (tmp_path / "wagons" / "1").exists()


def test_a_network_does_not_become_a_version_of_one_for_another_task(tmp_path, shelf):
    _learn(tmp_path / "cars")
    _learn(tmp_path / "rooms", "background")
    archive = _publish("cars", shelf, tmp_path)
    with pytest.raises(ModelError, match="holds versions of a network for background; give another name"):
        _fetch(archive, "rooms", tmp_path)
    assert versions.numbers(tmp_path / "rooms") == [1]


def test_one_that_does_not_answer_is_refused_in_a_line_that_names_where_it_came_from(tmp_path, shelf):
    def fails(folder: Path) -> int:
        raise ModelError(f"{folder}: answers nothing")

    _learn(tmp_path / "cars")
    archive = _publish("cars", shelf, tmp_path)
    with pytest.raises(ModelError) as caught:
        _fetch(archive, "wagons", tmp_path, [_kind("objects", fails)])
    assert _one_line(caught) == f"{archive}: answers nothing"
    assert not (tmp_path / "wagons" / "1").exists()


@pytest.mark.parametrize("damage", ["cut", "no archive", "changed", "no card"])
def test_a_damaged_package_is_refused_in_one_line(tmp_path, shelf, damage):
    _learn(tmp_path / "cars")
    archive = _publish("cars", shelf, tmp_path)
    data = archive.read_bytes()
    damaged = {
        "cut": data[: len(data) // 2],
        "no archive": b"<html>not found</html>",
        "changed": data.replace(b"a network", b"another n"),
        "no card": data.replace(b"model.json", b"madel.json"),
    }
    assert damaged[damage] != data
    archive.write_bytes(damaged[damage])
    with pytest.raises(SvodError) as caught:
        _fetch(archive, "wagons", tmp_path)
    assert str(archive) in _one_line(caught)
    assert not (tmp_path / "wagons" / "1").exists()

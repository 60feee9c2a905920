import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.errors import BusyError, DownloadError, ModelError
from svod_rcgn.networks import load_model
from svod_rcgn.networks.card import ModelCard
from svod_rcgn.networks.convert import any_format
from svod_rcgn.networks.entries import ModelEntry, Parcel, Url
from svod_rcgn.networks.install import ModelInstallation, PictureInstallation
from svod_rcgn.storage.folders import locked, previous_of
from svod_rcgn.storage.remote import fetch
from tests.networks.conftest import item_of
from tests.servers import RecordingReporter, Server

MakeEntry = Callable[..., ModelEntry]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_PAUSES", (0, 0))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "models" / "tiny"


def _left(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.parent.iterdir() if path.suffix != ".lock")


def test_a_network_is_fetched_converted_and_ready_to_run(
    make_entry: MakeEntry, directory: Path, reporter: RecordingReporter
) -> None:
    installation = ModelInstallation(make_entry(), directory, "")
    assert installation.missing() == [directory]
    installation.run(reporter)
    assert installation.missing() == []
    model = load_model(directory, "embedding")
    (answer,) = model.network.run(np.full((2, 4, 4, 3), -1, np.float32))
    assert answer.shape == (2, 4, 4, 3)
    assert not answer.any()
    assert set(model.card.files) == {"network.bin", "network.xml"}


def test_a_network_comes_out_of_an_archive_over_the_net(
    make_entry: MakeEntry, network_file: Path, directory: Path, reporter: RecordingReporter, server: Server
) -> None:
    archive = directory.parent.parent / "any.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.write(network_file, "some/where.pb")
    server.body = archive.read_bytes()
    installation = ModelInstallation(make_entry(Url(server.url("whole"))), directory, "")
    installation.run(reporter)
    assert installation.missing() == []


@pytest.mark.parametrize("path", ["truncated", "damaged", "missing"])
def test_what_comes_wrong_leaves_nothing_behind(
    make_entry: MakeEntry,
    network_file: Path,
    directory: Path,
    reporter: RecordingReporter,
    server: Server,
    path: str,
) -> None:
    server.body = network_file.read_bytes()
    with pytest.raises(DownloadError, match=r"; ask a neighbour$"):
        ModelInstallation(make_entry(Url(server.url(path))), directory, "ask a neighbour").run(reporter)
    assert _left(directory) == []


def test_a_second_source_is_tried_and_the_first_failure_told(
    make_entry: MakeEntry, network_file: Path, directory: Path, reporter: RecordingReporter, server: Server
) -> None:
    sources = (Url(server.url("missing")), Url(network_file.as_uri()))
    ModelInstallation(make_entry(*sources), directory, "").run(reporter)
    assert f"{server.url('missing')}: the server answered 404" in reporter.lines


def test_all_failures_are_told_in_one_line(
    make_entry: MakeEntry, directory: Path, reporter: RecordingReporter, server: Server
) -> None:
    sources = (Url(server.url("missing")), Url((directory.parent / "absent").as_uri()))
    with pytest.raises(DownloadError, match=r"answered 404; .*absent: no such file; help"):
        ModelInstallation(make_entry(*sources), directory, "help").run(reporter)


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, MemoryError, OSError])
def test_a_run_killed_while_converting_leaves_what_was_there(
    make_entry: MakeEntry,
    directory: Path,
    reporter: RecordingReporter,
    monkeypatch: pytest.MonkeyPatch,
    trouble: type[BaseException],
) -> None:
    def killed(source: Path, target: Path, *args: object) -> None:
        target.write_bytes(b"half a netw")
        raise trouble

    installation = ModelInstallation(make_entry(), directory, "")
    installation.run(reporter)
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    monkeypatch.setattr(any_format, "convert", killed)
    with pytest.raises(trouble):
        installation.run(reporter)
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before
    assert _left(directory) == [directory.name]


def test_a_damaged_network_is_missing_and_comes_anew(
    make_entry: MakeEntry, directory: Path, reporter: RecordingReporter
) -> None:
    installation = ModelInstallation(make_entry(), directory, "")
    installation.run(reporter)
    (directory / "network.xml").write_bytes(b"x")
    assert installation.missing() == [directory]
    installation.run(reporter)
    assert installation.missing() == []
    assert previous_of(directory).exists()


def test_a_network_of_another_catalogue_is_missing(
    make_entry: MakeEntry, directory: Path, reporter: RecordingReporter
) -> None:
    entry = make_entry()
    ModelInstallation(entry, directory, "").run(reporter)
    newer = replace(entry, card=replace(entry.card, margin=0.2))
    assert ModelInstallation(newer, directory, "").missing() == [directory]


def test_a_directory_with_other_things_is_not_replaced(
    make_entry: MakeEntry, directory: Path, reporter: RecordingReporter
) -> None:
    directory.mkdir(parents=True)
    (directory / "thesis.txt").write_text("mine")
    with pytest.raises(ModelError, match="holds something other than a network"):
        ModelInstallation(make_entry(), directory, "").run(reporter)
    assert (directory / "thesis.txt").read_text() == "mine"


def test_two_runs_do_not_meet(make_entry: MakeEntry, directory: Path, reporter: RecordingReporter) -> None:
    with locked(directory), pytest.raises(BusyError):
        ModelInstallation(make_entry(), directory, "").run(reporter)


@pytest.fixture
def pictures(tmp_path: Path) -> Parcel:
    archive = tmp_path / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("1", b"first")
        zipped.writestr("2", b"second")
    items = (item_of("faces/A/1.jpg", b"first"), item_of("probes/2.jpg", b"second"))
    return Parcel(items, (Url(archive.as_uri()),))


def test_pictures_come_beside_what_the_user_has_there(
    pictures: Parcel, tmp_path: Path, reporter: RecordingReporter
) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    installation = PictureInstallation(pictures, folder, "")
    assert installation.missing() == [folder / "faces/A/1.jpg", folder / "probes/2.jpg"]
    installation.run(reporter)
    assert installation.missing() == []
    assert (folder / "probes/2.jpg").read_bytes() == b"second"
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_changed_picture_is_missing(pictures: Parcel, tmp_path: Path, reporter: RecordingReporter) -> None:
    installation = PictureInstallation(pictures, tmp_path / "demo", "")
    installation.run(reporter)
    (tmp_path / "demo/probes/2.jpg").write_bytes(b"sec0nd")
    assert installation.missing() == [tmp_path / "demo/probes/2.jpg"]


def test_pictures_that_do_not_all_come_are_none(
    pictures: Parcel, tmp_path: Path, reporter: RecordingReporter
) -> None:
    more = replace(pictures, items=(*pictures.items, item_of("probes/3.jpg", b"third one")))
    with pytest.raises(DownloadError, match=r"expected 3\.jpg of 9 bytes"):
        PictureInstallation(more, tmp_path / "demo", "").run(reporter)
    assert not (tmp_path / "demo").exists()


def test_the_card_on_disk_is_the_catalogues(
    make_entry: MakeEntry, directory: Path, reporter: RecordingReporter
) -> None:
    entry = make_entry()
    ModelInstallation(entry, directory, "").run(reporter)
    card: ModelCard = load_model(directory, "embedding").card
    assert replace(card, files={}) == entry.card

"""What download_models.py does and tells when networks of 8 bits, or the full ones, are wished for."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from svod_rcgn.commands import precision
from svod_rcgn.errors import InputError
from svod_rcgn.faces.networks import catalogue, int8
from svod_rcgn.networks import read_card
from svod_rcgn.networks.quantize import Agreement
from svod_rcgn.storage.files import write_record

AGREEMENTS = [Agreement("CenterFace", 119, 0.9478, 0.0), Agreement("FaceNet", 58, 0.9976, 0.994)]


@pytest.fixture
def directories(tmp_path: Path) -> tuple[Path, Path]:
    """Cards of both networks, the full ones."""
    found = tmp_path / "detector", tmp_path / "facenet"
    for directory, entry in zip(found, (catalogue.CENTERFACE, catalogue.FACENET), strict=True):
        directory.mkdir()
        (directory / entry.card.file).write_bytes(b"a network")
        write_record(
            directory / "model.json",
            replace(entry.card, files={entry.card.file: sha256(b"a network").hexdigest()}),
        )
    return found


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    picture = tmp_path / "faces" / "Ada" / "1.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"")
    return picture


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    """The pictures that networks were made on, instead of networks."""
    calls: list[list[Path]] = []

    def make(detection_dir: Path, embedding_dir: Path, pictures: list[Path], _say: object) -> list[Agreement]:
        calls.append(pictures)
        for directory in (detection_dir, embedding_dir):
            write_record(directory / "model.json", replace(read_card(directory), precision="int8"))
        return AGREEMENTS

    monkeypatch.setattr(int8, "use_int8", make)
    return calls


def test_networks_of_8_bits_are_made_on_the_first_folder_with_faces(
    directories: tuple[Path, Path],
    faces: Path,
    made: list[list[Path]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    precision.use_for_faces(*directories, [tmp_path / "none", faces.parents[1]], int8=True, force=False)
    assert made == [[faces]]
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "CenterFace: 8 bits answer 94.8 % as the full network does, at least 0.0 %, on 119 faces",
        "FaceNet: 8 bits answer 99.8 % as the full network does, at least 99.4 %, on 58 faces",
        "the embeddings have changed: run `python prepare.py` to train again",
    ]


def test_they_are_made_again_only_by_force(
    directories: tuple[Path, Path], faces: Path, made: list[list[Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    precision.use_for_faces(*directories, [faces.parents[1]], int8=True, force=False)
    capsys.readouterr()
    precision.use_for_faces(*directories, [faces.parents[1]], int8=True, force=False)
    assert (len(made), capsys.readouterr().out) == (1, "")
    precision.use_for_faces(*directories, [faces.parents[1]], int8=True, force=True)
    assert len(made) == 2


def test_without_faces_nothing_is_made(
    directories: tuple[Path, Path], made: list[list[Path]], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"there are none in .*empty; add --demo"):
        precision.use_for_faces(*directories, [tmp_path / "empty"], int8=True, force=False)
    assert made == []


def test_the_full_networks_come_back_and_say_so(
    directories: tuple[Path, Path], faces: Path, made: list[list[Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    before = [read_card(directory) for directory in directories]
    precision.use_for_faces(*directories, [faces.parents[1]], int8=True, force=False)
    capsys.readouterr()
    precision.use_for_faces(*directories, [], int8=False, force=False)
    assert [read_card(directory) for directory in directories] == before
    assert capsys.readouterr().out.splitlines() == [
        f"{directories[0]}: the full network",
        f"{directories[1]}: the full network",
        "the embeddings have changed: run `python prepare.py` to train again",
    ]
    precision.use_for_faces(*directories, [], int8=False, force=False)
    assert (len(made), capsys.readouterr().out) == (1, "")

"""What was sent together is put in: pictures as one shooting, and each film as one of its own."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.app import sent_pictures
from svod_rcgn.app.sent_pictures import put_in
from svod_rcgn.datasets.collection import Dataset, create_dataset
from svod_rcgn.storage.images import PictureFile, encode_png
from tests.classification.training.makers import coloured
from tests.fakes import write_film


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with closing(create_dataset(tmp_path / "datasets", "colours", "Ada")) as made:
        yield made


@pytest.fixture
def film(tmp_path: Path) -> PictureFile:
    """Five scenes that have nothing in common."""
    chance = np.random.default_rng(0)
    scenes = [np.kron(chance.integers(0, 256, (6, 8, 3)), np.ones((20, 20, 1))) for _ in range(5)]
    path = write_film(tmp_path / "film.avi", [scene.astype(np.uint8) for scene in scenes])
    return PictureFile("../a film.avi", path.read_bytes())


def shots(*numbers: int) -> list[PictureFile]:
    return [PictureFile(f"{each}.png", encode_png(coloured("red", each))) for each in numbers]


def test_pictures_and_films_show_what_was_said_and_each_film_is_a_shooting(
    dataset: Dataset, film: PictureFile
):
    done = put_in([film, *shots(0, 4)], dataset.add, ("red",))
    assert (len(done.added), done.refused) == (7, ())
    pictures = dataset.pictures()
    assert {each.yes for each in pictures} == {("red",)}
    filmed = {each.shooting for each in pictures if "film" in each.name}
    sent = {each.shooting for each in pictures if "film" not in each.name}
    assert (len(filmed), len(sent), filmed & sent) == (1, 1, set())


def test_of_a_long_film_no_more_is_taken_than_the_most(
    dataset: Dataset, film: PictureFile, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sent_pictures, "MOST_FRAMES", 2)
    assert len(put_in([film], dataset.add).added) == 2
    assert dataset.tags() == {}


def test_what_is_neither_is_refused_and_the_rest_is_taken(dataset: Dataset):
    playlist = PictureFile("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
    done = put_in([playlist, *shots(0)], dataset.add)
    assert len(done.added) == 1
    assert done.refused == ("list.m3u8: cannot be read as a picture or a film; is it damaged?",)

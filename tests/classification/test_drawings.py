"""What of a dataset is learned as drawn digits."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.classification.digits import drawings
from svod_rcgn.errors import InputError
from tests.classification.drawn import dataset_of, drawn, new_picture

ONE = ((0.5, 0.2), (0.5, 0.8))


def test_each_drawing_comes_in_its_frame_with_what_it_is_and_its_sitting(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    pictures = [
        new_picture(drawn(generator), "7", "drawn 1"),
        new_picture(drawn(generator, ONE), "1", "drawn 1"),
        new_picture(drawn(generator), "7", "drawn 2"),
    ]
    with closing(dataset_of(tmp_path, *pictures)) as dataset:
        found = drawings.read(dataset)
        assert found.hashes == tuple(dataset.hashes())
    assert found.framed.shape == (3, 28, 28)
    assert found.labels.tolist() == [7, 1, 7]
    assert found.sittings.tolist() == [0, 0, 1]
    assert (found.counts[1], found.counts[7], sum(found.counts), found.sittings_count) == (1, 2, 3, 2)
    assert found.notes == ()


def test_what_came_without_a_sitting_is_taken_for_one(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    pictures = [new_picture(drawn(generator), "7", sitting) for sitting in ("", "drawn 1", "")]
    with closing(dataset_of(tmp_path, *pictures)) as dataset:
        assert drawings.read(dataset).sittings.tolist() == [0, 1, 0]


def test_what_shows_no_digit_or_nothing_is_passed_over_and_named(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    blank = np.full((40, 40, 3), 255, np.uint8)
    pictures = [
        new_picture(drawn(generator), "7", "drawn 1"),
        new_picture(drawn(generator), "zed", "drawn 1"),
        new_picture(blank, "3", "drawn 1"),
    ]
    with closing(dataset_of(tmp_path, *pictures)) as dataset:
        twice = dataset.hashes()[0]
        found = drawings.read(dataset)
        assert found.hashes == (twice,)
        assert "2 pictures without one digit" in found.notes[0]
        dataset.tag([twice], ["2"])
        with pytest.raises(InputError, match="no drawing of a digit"):
            drawings.read(dataset)


def test_of_ink_beside_a_digit_nothing_is_learned(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    alone = drawn(generator)
    beside = alone.copy()
    beside[120:150, 2:8] = 0  # the end of a neighbour
    with closing(
        dataset_of(tmp_path, new_picture(alone, "7", "a"), new_picture(beside, "7", "b"))
    ) as dataset:
        one, other = drawings.read(dataset).framed.astype(int)
    assert np.abs(one - other).max() < 40

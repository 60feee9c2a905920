"""The digits' network learns a way of writing from drawings that were corrected."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.classification import build
from svod_rcgn.classification.digits import drawings
from svod_rcgn.classification.training import digit_records, digits_again
from svod_rcgn.classification.training.digits_again import AgainSettings, learn_again
from svod_rcgn.datasets.collection import Dataset
from svod_rcgn.errors import InputError, ModelError, WorseError
from svod_rcgn.media.walk import Picture
from svod_rcgn.networks import list_networks, versions
from tests.classification.drawn import QUICK, dataset_of, drawn, new_picture, ones, own_models
from tests.servers import RecordingReporter

ONE = ((0.5, 0.2), (0.5, 0.8))


@pytest.fixture
def models_dir(digits_dir: Path, tmp_path: Path) -> Path:
    return own_models(digits_dir, tmp_path)


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    """Ones with a long upstroke, two of each of three sittings."""
    with closing(dataset_of(tmp_path, *ones(3))) as made:
        yield made


def read(models_dir: Path, network: str = "digits") -> list[str | None]:
    """What twenty others of the kind are read as."""
    generator = np.random.default_rng(99)
    looker = build.load_looker(network, models_dir, "CPU", 3)
    return [each.number for each in looker.look([Picture("", drawn(generator)) for _ in range(20)])]


@pytest.mark.weights
def test_a_way_of_writing_is_learned_judged_on_sittings_left_out_and_rolled_back(
    models_dir: Path, dataset: Dataset, reporter: RecordingReporter
) -> None:
    before = read(models_dir)
    assert before.count("1") <= 5
    record = learn_again(dataset, models_dir, reporter, QUICK)
    assert read(models_dir).count("1") >= 18
    assert (record.version, record.count, record.sittings, record.drawings[1]) == (2, 6, 3, 6)
    left_out, held_out = record.left_out, record.held_out
    assert left_out.before
    assert left_out.now
    assert left_out.before.trials == left_out.now.trials == 6
    assert left_out.before.count <= 3
    assert left_out.now.count >= 5
    assert left_out.now.low < left_out.now.share
    assert held_out.before
    assert held_out.now
    assert held_out.now.trials == held_out.before.trials == 500
    assert held_out.now.count >= held_out.before.count - 8
    assert sorted(each.picture for each in record.answers) == sorted(dataset.hashes())
    assert digit_records.read(versions.folder_of(models_dir / "digits")) == record
    assert versions.roll_back(versions.beside(models_dir / "digits")) == 1
    assert read(models_dir) == before
    assert read(models_dir, "digits@2").count("1") >= 18
    shown = [(each.folder, each.in_use, each.directory.name) for each in list_networks(models_dir)]
    assert shown == [("digits", False, "digits"), ("digits", True, "1"), ("digits", False, "2")]


@pytest.mark.weights
def test_the_next_version_is_compared_by_what_the_last_said_of_drawings_it_had_left_out(
    models_dir: Path, dataset: Dataset, reporter: RecordingReporter
) -> None:
    first = learn_again(dataset, models_dir, reporter, QUICK)
    generator = np.random.default_rng(5)
    dataset.add([new_picture(drawn(generator), "1", "drawn 3")], "the test")
    second = learn_again(dataset, models_dir, reporter, QUICK)
    assert second.version == 3
    assert second.left_out.before
    told = sum(each.read == each.digit for each in first.answers)
    assert second.left_out.before.trials == 7
    assert second.left_out.before.count - told in (0, 1)  # the new one was asked of the network itself


@pytest.mark.weights
def test_of_one_sitting_nothing_is_claimed(
    models_dir: Path, tmp_path: Path, reporter: RecordingReporter
) -> None:
    with closing(dataset_of(tmp_path, *ones(1, each=1))) as dataset:
        record = learn_again(dataset, models_dir, reporter, QUICK)
    assert record.left_out.now is None
    assert record.answers == ()
    assert "one sitting" in record.notes[0]
    assert read(models_dir).count("1") >= 15


@pytest.mark.weights
def test_what_reads_worse_is_not_in_use_and_can_be_used_all_the_same(
    models_dir: Path, tmp_path: Path, reporter: RecordingReporter
) -> None:
    generator = np.random.default_rng(3)
    wrong = [new_picture(drawn(generator, ONE), "7", f"drawn {number}") for number in range(12)]
    wishes = replace(QUICK, share=2.0, most_times=10_000)
    with (
        closing(dataset_of(tmp_path, *wrong)) as dataset,
        pytest.raises(
            WorseError, match=r"version 2 is not in use: it reads .* of 500 digits held out .* digits@2"
        ),
    ):
        learn_again(dataset, models_dir, reporter, wishes)
    shown = [(each.directory.name, each.in_use) for each in list_networks(models_dir)]
    assert shown == [("digits", False), ("1", True), ("2", False)]
    assert versions.folder_of(models_dir / "digits").name == "1"


@pytest.mark.weights
def test_who_ends_it_changes_nothing(models_dir: Path, dataset: Dataset) -> None:
    class Impatient(RecordingReporter):
        def progress(self, done: int, total: int | None) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn_again(dataset, models_dir, Impatient(), QUICK)
    assert [each.name for each in models_dir.iterdir()] == ["digits"]


@pytest.mark.weights
def test_without_the_digits_it_was_learned_from_it_says_what_brings_them(
    models_dir: Path, dataset: Dataset, reporter: RecordingReporter
) -> None:
    kept = models_dir / "digits" / "learned_from.npz"
    kept.write_bytes(kept.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"damaged .*--digits --force"):
        learn_again(dataset, models_dir, reporter, QUICK)
    kept.unlink()
    with pytest.raises(ModelError, match=r"not beside it; run .*--digits --force"):
        learn_again(dataset, models_dir, reporter, QUICK)


def test_without_the_network_it_says_what_brings_it(
    tmp_path: Path, dataset: Dataset, reporter: RecordingReporter
) -> None:
    with pytest.raises(InputError, match="--digits"):
        learn_again(dataset, tmp_path / "models", reporter)


def test_no_sitting_is_on_both_sides(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, reporter: RecordingReporter
) -> None:
    sides: list[tuple[set[int], set[int]]] = []

    def remembered(_lesson: object, taught: drawings.Drawings, asked: drawings.Drawings) -> list[object]:
        sides.append((set(taught.sittings.tolist()), set(asked.sittings.tolist())))
        return []

    class Lesson:
        folds, seed, say = 3, 0, reporter.say

    monkeypatch.setattr(digits_again, "_answers", remembered)
    digits_again._left_out(Lesson(), drawings.read(dataset))  # type: ignore[arg-type]
    assert len(sides) == AgainSettings().folds
    assert all(taught.isdisjoint(asked) for taught, asked in sides)
    assert sorted(each for _, asked in sides for each in asked) == [0, 1, 2]

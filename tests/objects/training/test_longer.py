"""Learning for minutes, here for seconds, on a backbone with random weights."""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.geometry import intersection_over_union
from svod_rcgn.networks import versions
from svod_rcgn.networks.card import read_card
from svod_rcgn.objects.build import load_detector
from svod_rcgn.objects.settings import ObjectSettings
from svod_rcgn.objects.training import longer, records
from svod_rcgn.objects.training.detector import DetectorRequest, train_detector
from svod_rcgn.objects.training.longer import train_longer
from svod_rcgn.records import Box
from svod_rcgn.storage import files, images
from tests.objects.training.makers import pictures
from tests.objects.training.test_detector import Silent

pytestmark = pytest.mark.slow
EPOCHS, MORE = 12, 14
LONG = 1800.0  # seconds; an interrupt ends it before


@pytest.fixture
def request_of(models_dir, monkeypatch):
    if find_spec("tensorflow") is None:
        pytest.skip("tensorflow is not installed; run `pip install 'svod-rcgn[train]'`")
    monkeypatch.setattr(longer, "_WARM", 0.0)
    monkeypatch.setattr(longer, "_HEAD_ALONE", 0.0)
    return DetectorRequest("squares", models_dir)


@pytest.fixture
def first(dataset, request_of):
    dataset.add(pictures(40), "the test")
    return train_detector(dataset, request_of, Silent())


def _stop_at(number):
    """As if somebody pressed Ctrl-C after so many epochs."""

    def stop(epoch, left):
        if epoch.number == number:
            raise KeyboardInterrupt

    return stop


def _as_if_bad(first):
    """The same version, of which it is said that it found nothing, so that anything is better."""
    nothing = tuple(each.at(slice(0)) for each in first.found)
    return replace(first, found=nothing)


def test_what_learns_longer_becomes_the_next_version_and_says_how_it_fared(first, request_of, models_dir):
    told = []

    def tell(epoch, left):
        told.append((epoch, left))
        _stop_at(EPOCHS)(epoch, left)

    trained = train_longer(_as_if_bad(first), request_of, LONG, Silent(), tell)
    assert trained.folder.name == "2"
    assert versions.in_use(models_dir / "squares") == 2
    record = files.read_record(trained.folder / records.FILE, records.DetectorRecord)
    assert record == trained.record
    assert record.epochs == tuple(epoch for epoch, _ in told)
    kept = record.epochs[record.best - 1]
    assert kept.precision == record.precision
    assert all(each.precision is None or each.precision.half + each.precision.mean
               <= kept.precision.half + kept.precision.mean for each in record.epochs)  # fmt: skip
    assert [left for _, left in told] == sorted((left for _, left in told), reverse=True)
    assert record.epochs[-1].loss < record.epochs[0].loss
    assert len(record.left_out) < record.pictures == 40
    assert not {each.picture for each in record.left_out} & set(record.taught)
    assert len(record.left_out) + len(record.taught) == 40
    card = read_card(trained.folder)
    assert card.strides == (record.stride,)
    assert record.stride <= 8


def test_the_network_that_is_written_finds_what_was_found_when_it_was_judged(first, request_of, models_dir):
    trained = train_longer(_as_if_bad(first), request_of, LONG, Silent(), _stop_at(EPOCHS))
    detector = load_detector("squares", models_dir, ObjectSettings(score=0.01, most=1000))
    there = {each.picture: each for each in trained.record.left_out}
    seen = 0
    for each in trained.material.pictures.pictures:
        if each.picture not in there:
            continue
        found = detector.detect(images.read_picture(each.path))
        for one in there[each.picture].found[:1]:  # the surest
            place = Box(one.left, one.top, one.right, one.bottom)
            # bf16, where a processor has it, moves sides a little
            assert max(intersection_over_union(place, told.box) for told in found) > 0.7
            seen += 1
    assert seen


def test_what_is_not_better_is_not_kept(first, request_of, models_dir):
    silent = Silent()
    perfect = tuple(
        type(each)(one.truth.boxes, np.ones(len(one.truth.boxes), np.float32), one.truth.classes)
        for each, one in zip(first.found, first.material.pictures.pictures, strict=True)
    )
    assert train_longer(replace(first, found=perfect), request_of, 15.0, silent).folder.name == "1"
    assert versions.numbers(models_dir / "squares") == [1]
    assert any("did not become better" in line for line in silent.lines)


def test_an_interrupt_ends_it_and_the_best_so_far_is_kept(first, request_of, models_dir):
    trained = train_longer(_as_if_bad(first), request_of, LONG, Silent(), _stop_at(EPOCHS))
    assert len(trained.record.epochs) == EPOCHS
    assert versions.in_use(models_dir / "squares") == 2


def test_what_was_killed_goes_on_where_its_best_was(first, request_of, models_dir):
    def kill(epoch, left):
        if epoch.number == EPOCHS:
            raise SystemExit

    with pytest.raises(SystemExit):
        train_longer(_as_if_bad(first), request_of, LONG, Silent(), kill)
    assert versions.in_use(models_dir / "squares") == 1
    silent = Silent()
    trained = train_longer(_as_if_bad(first), request_of, LONG, silent, _stop_at(MORE))
    best = next(int(line.split()[4].rstrip(",")) for line in silent.lines if line.startswith("going on"))
    assert 1 <= best <= EPOCHS
    assert [each.number for each in trained.record.epochs] == [*range(1, MORE + 1)]


def test_it_begins_anew_where_the_dataset_has_changed(first, request_of, dataset, models_dir):
    with_more = replace(
        first.material, pictures=replace(first.material.pictures, state=first.material.pictures.state + 1)
    )
    train_longer(_as_if_bad(first), request_of, LONG, Silent(), _stop_at(2))
    silent = Silent()
    train_longer(replace(_as_if_bad(first), material=with_more), request_of, LONG, silent, _stop_at(1))
    assert not any(line.startswith("going on") for line in silent.lines)


def test_where_nothing_can_be_left_out_the_first_version_stays(dataset, request_of):
    dataset.add(pictures(1), "the test")
    silent = Silent()
    first = train_detector(dataset, request_of, Silent())
    assert train_longer(first, request_of, LONG, silent) is first
    assert any("too few shootings" in line for line in silent.lines)


def test_without_tensorflow_a_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"svod-rcgn\[train\]"):
        longer.check_installed()

import os
import stat

import numpy as np
import pytest

from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.settings import StrangerSettings
from svod_rcgn.faces.strangers.folder import EMBEDDINGS, Selection, StrangerFolder, StrangerPicture
from svod_rcgn.geometry import unit_rows
from svod_rcgn.storage.images import read_picture
from tests.faces.galleries import directions, pictures_of
from tests.faces.runs import Studio
from tests.faces.runs import picture as studio_picture
from tests.fakes import RED, picture

ANN, BEN, CAT = directions(3)
SETTINGS = StrangerSettings(pictures=3, visitors=2)


def _candidates(person, count=2, seed=0):
    crop = picture(RED, 160, 160)
    return [StrangerPicture(crop, row, 0.8) for row in pictures_of(person, count, spread=0.05, seed=seed)]


def _names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def clarify(tmp_path):
    return StrangerFolder(tmp_path / "clarify", SETTINGS)


def test_a_stranger_gets_a_folder_of_crops(clarify, tmp_path):
    folder = clarify.store(_candidates(ANN))
    assert folder == tmp_path / "clarify" / "visitor-001"
    assert _names(folder) == {"001.png", "002.png", EMBEDDINGS}
    assert (read_picture(folder / "001.png") == picture(RED, 160, 160)).all()


def test_the_same_stranger_lands_in_the_same_folder_and_another_elsewhere(clarify, tmp_path):
    assert clarify.store(_candidates(ANN)).name == "visitor-001"
    assert clarify.store(_candidates(BEN)).name == "visitor-002"
    again = StrangerFolder(tmp_path / "clarify", SETTINGS)  # after a restart
    assert again.store(_candidates(ANN, seed=5)).name == "visitor-001"


def test_faces_of_a_stranger_are_bounded_and_distinct(clarify, tmp_path):
    clarify.store(_candidates(ANN, 2))
    clarify.store(_candidates(ANN, 2))  # the very same
    assert len(list((tmp_path / "clarify" / "visitor-001").glob("*.png"))) == 2
    clarify.store(_candidates(ANN, 9, seed=3))
    assert len(list((tmp_path / "clarify" / "visitor-001").glob("*.png"))) == 3


def test_strangers_are_bounded_and_the_one_not_seen_for_longest_goes(clarify, tmp_path):
    for age, person in ((300, ANN), (100, BEN)):
        folder = clarify.store(_candidates(person))
        os.utime(folder / EMBEDDINGS, (1_000_000 - age, 1_000_000 - age))
    clarify.store(_candidates(CAT))
    assert sorted(path.name for path in (tmp_path / "clarify").iterdir()) == ["visitor-002", "visitor-003"]


def test_a_folder_that_got_a_name_is_never_touched(clarify, tmp_path):
    named = tmp_path / "clarify" / "Ann_Smith"
    clarify.store(_candidates(ANN)).rename(named)
    before = _names(named)
    for person in (BEN, CAT, ANN):
        clarify.store(_candidates(person))
    clarify.forget_before(4e9)
    assert _names(named) == before


def test_faces_are_for_the_owner_alone(clarify):
    folder = clarify.store(_candidates(ANN))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_what_is_too_old_is_deleted(clarify, tmp_path):
    old = clarify.store(_candidates(ANN))
    os.utime(old / EMBEDDINGS, (100, 100))
    new = clarify.store(_candidates(BEN))
    assert clarify.forget_before(200) == 1
    assert not old.exists()
    assert new.exists()


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x93NUMPY\x01\x00\xff\xff"])
def test_damaged_embeddings_are_none_and_do_no_harm(clarify, content):
    folder = clarify.store(_candidates(ANN))
    (folder / EMBEDDINGS).write_bytes(content)
    assert clarify.store(_candidates(BEN)).name == "visitor-002"


def test_nothing_to_store_makes_nothing(clarify, tmp_path):
    assert clarify.store([]) is None
    assert not (tmp_path / "clarify").exists()


def _offer(selection, row, worth):
    if selection.wants(row, worth):
        selection.add(StrangerPicture(picture(RED, 160, 160), row, worth))


def test_the_best_faces_are_chosen_and_no_poor_one():
    selection = Selection(SETTINGS)
    rows = pictures_of(ANN, 6, spread=0.06)
    for row, worth in zip(rows, (0.1, 0.5, 0.9, 0.6, 0.4, 0.8), strict=True):
        _offer(selection, row, worth)
    assert sorted(kept.worth for kept in selection.chosen) == [0.6, 0.8, 0.9]


def test_a_better_face_of_the_same_look_takes_the_place_of_the_first():
    selection = Selection(SETTINGS)
    for worth in (0.5, 0.9, 0.7):
        _offer(selection, ANN, worth)
    assert [kept.worth for kept in selection.chosen] == [0.9]


def test_a_different_look_is_a_face_more():
    selection = Selection(SETTINGS)
    look = unit_rows((ANN + 0.6 * BEN)[None])[0]
    assert float(look @ ANN) < SETTINGS.distinct
    for row in (ANN, look):
        _offer(selection, np.asarray(row), 0.5)
    assert len(selection.chosen) == 2


def test_who_was_not_named_yet_is_not_learned(tmp_path):
    studio = Studio(tmp_path)
    for name in ("visitor-001", "visitor-1234", "Ann", "visitor-no"):
        studio_picture(studio.clarify / name / "001.png", shade=len(name) * 10)
    studio.run(clarified=True)
    persons = store.load(studio.classifiers, "model").persons
    assert [person.folder for person in persons] == ["Ann", "visitor-no"]

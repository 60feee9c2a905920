from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.evaluation.face_reader import Faces, Miss
from svod_rcgn.faces.evaluation.identification import Folders, Identification, identify, judge
from svod_rcgn.faces.settings import Paths
from svod_rcgn.storage import files, images
from tests.faces.galleries import directions, pictures_of, taught
from tests.fakes import RED, picture


def faces(directed, misses=()):
    """Two new faces of each person by folder."""
    rows = [pictures_of(direction, 2, seed=50 + n) for n, direction in enumerate(directed.values())]
    paths = [Path("probes") / folder / f"{n}.png" for folder in directed for n in range(2)]
    return Faces(np.concatenate(rows), {path: row for row, path in enumerate(paths)}, tuple(misses))


@pytest.fixture
def known():
    return dict(zip(("A_a", "A_b", "A_c"), directions(3), strict=True))


@pytest.fixture
def others():
    return dict(zip(("x", "y", "z"), directions(6)[3:], strict=True))


def test_the_enrolled_are_identified_and_strangers_are_not_named(known, others):
    found = judge(taught(3, 3, 3), faces(known), faces(others))
    assert (found.identified.count, found.identified.trials) == (6, 6)
    assert (found.falsely_named.count, found.falsely_named.trials) == (0, 6)
    assert found.strangers == "given"


def test_a_picture_without_a_face_is_a_miss_at_every_limit_and_is_listed(known, others):
    miss = Miss("probes/A_a/9.png", "no face")
    found = judge(taught(3, 3, 3), faces(known, [miss]), faces(others))
    assert (found.identified.count, found.identified.trials, found.unknown.count) == (6, 7, 1)
    assert found.misses == [miss]
    assert found.curve.missed[0] == pytest.approx(1 / 7)


def test_an_enrolled_persons_face_called_a_stranger_counts_as_falsely_named(known):
    found = judge(taught(3, 3, 3), faces(known), faces({"x": directions(3)[0]}))
    assert (found.falsely_named.count, found.falsely_named.trials) == (2, 2)


def test_a_probe_in_the_wrong_folder_is_given_anothers_name_and_no_limit_helps(known):
    swapped = {"A_a": known["A_b"], "A_b": known["A_b"], "A_c": known["A_c"]}
    found = judge(taught(3, 3, 3), faces(swapped), None)
    assert (found.identified.count, found.misnamed.count) == (4, 2)
    assert found.curve.missed[0] == pytest.approx(2 / 6)


def test_without_strangers_the_probes_are_asked_in_galleries_without_their_person(known):
    found = judge(taught(3, 3, 3), faces(known), None)
    assert (found.falsely_named.count, found.falsely_named.trials) == (0, 6)
    assert "without their person" in found.strangers


def test_one_person_alone_has_no_strangers_and_no_curve(known):
    found = judge(taught(3), faces({"A_a": known["A_a"]}), None)
    assert found.falsely_named is None
    assert found.curve is None


def test_the_numbers_are_read_back_as_they_were_written(known, tmp_path):
    found = judge(taught(3, 3, 3), faces(known), None)
    files.write_record(tmp_path / "evaluation.json", found)
    assert files.read_record(tmp_path / "evaluation.json", Identification) == found


@pytest.mark.parametrize(
    ("probe", "stranger", "told"), [("B", "C", "B: not in"), ("A", "A", "A: is in .* so is not a stranger")]
)
def test_people_in_the_wrong_place_are_one_clear_line(tmp_path, probe, stranger, told):
    for place in ("gallery/A", f"probes/{probe}", f"strangers/{stranger}"):
        images.write_png(tmp_path / place / "1.png", picture(RED))
    folders = Folders(tmp_path / "gallery", tmp_path / "probes", tmp_path / "strangers")
    with pytest.raises(InputError, match=told):
        identify(folders, Paths(), "CPU", lambda items, title: items)

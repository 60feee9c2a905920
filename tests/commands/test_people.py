import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from svod_rcgn.commands.people import main
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.settings import Paths
from svod_rcgn.storage import folders
from tests.faces.runs import Studio, picture
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.usefixtures("undrawn")


@pytest.fixture
def studio(tmp_path):
    """The default folders with two persons who were learned twice, so that there are kept copies."""
    studio = Studio(tmp_path / "data")
    for name, shades in {"Ann_Lee": (10, 60), "Bob": (110, 130)}.items():
        for shade in shades:
            picture(studio.faces / name / f"{shade}.png", shade=shade)
    (studio.faces / "Bob" / "meta.json").write_text('{"position": "guard", "desk": 1}')
    studio.run()
    picture(studio.clarify / "Bob" / "visit.png", shade=200)
    studio.run(clarified=True)
    return studio


@pytest.fixture
def people(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, code=0):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == code, done.stderr
        return done.stderr if code else done.stdout

    return run


def learned(studio):
    persons = store.load(studio.classifiers, "model").persons
    return {person.folder: (person.pictures, person.fields) for person in persons}


def everything(folder):
    """Every file with its content, locks apart."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".lock", ".holder")
    }


@pytest.mark.slow
def test_it_runs_as_a_module(studio, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "svod_rcgn.people", "remove", "Nobody"], cwd=tmp_path, text=True,
        capture_output=True, timeout=PATIENCE, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    told = "error: Nobody: nobody has this name; `python -m svod_rcgn.people list` shows who is known\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_everybody_is_listed_with_the_numbers_of_pictures(studio, people):
    (studio.faces / "Zoe").mkdir()
    rows = [line.replace("│", " ").split() for line in people("list").splitlines()]
    assert ["Ann_Lee", "Ann", "Lee", "2", "2", "2"] in rows
    assert ["Bob", "Bob", "3", "3", "3"] in rows
    assert ["Zoe", "Zoe", "0", "0", "0"] in rows


def test_where_nobody_is_known_it_says_how_somebody_will_be(people):
    assert people("list") == (
        "nobody is known; put pictures into data/faces/PERSON and run `python prepare.py`\n"
    )


class TestRemove:
    def test_nothing_of_the_person_is_left_anywhere(self, studio, people, tmp_path):
        traces = {path for path in everything(tmp_path) if "Bob" in path.parts}
        contents = {path.read_bytes() for path in traces}
        assert "Bob is forgotten" in people("remove", "Bob")
        left = everything(tmp_path)
        assert not [path for path in left if "Bob" in str(path)]
        assert not contents & set(left.values())
        assert not [path for path, data in left.items() if b"Bob" in data]
        assert learned(studio) == {"Ann_Lee": (2, {})}

    def test_the_others_keep_their_pictures_and_no_picture_is_embedded_again(self, studio, people):
        before = everything(studio.faces / "Ann_Lee") | everything(studio.aligned / "Ann_Lee")
        people("remove", "Bob")
        assert everything(studio.faces / "Ann_Lee") | everything(studio.aligned / "Ann_Lee") == before
        again = Studio(studio.faces.parent)
        again.run()
        assert (again.detector.looked, again.embedder.embedded) == (0, 0)

    def test_a_person_may_be_called_by_the_name_shown(self, studio, people):
        people("remove", "Ann Lee")
        assert set(learned(studio)) == {"Bob"}

    def test_a_dry_run_says_what_is_there_and_changes_nothing(self, studio, people, tmp_path):
        before = everything(tmp_path)
        told = people("remove", "Bob", "--dry_run")
        assert everything(tmp_path) == before
        for name in ("faces/Bob/110.png", "clarify/Bob/visit.png", "previews/Bob.png", "embeddings.npz",
                     "gallery.npz", "classifier-knn.pkl", "index.json", ".aligned.previous",
                     ".classifiers.previous"):  # fmt: skip
            assert name in told

    def test_the_last_person_takes_the_classifiers_along(self, studio, people):
        people("remove", "Bob")
        people("remove", "Ann_Lee")
        assert not studio.classifiers.exists()
        assert not folders.previous_of(studio.classifiers).exists()
        assert "nobody has this name" in people("remove", "Bob", code=1)

    def test_a_removal_that_was_killed_halfway_is_ended_by_the_next(self, studio, people, tmp_path):
        people("remove", "Bob")
        kept = folders.previous_of(studio.classifiers) / "previews"
        picture(kept / "Bob.png")
        people("remove", "Bob")
        assert not kept.exists()

    def test_copies_of_the_input_folder_lose_the_person_and_nobody_else(self, studio, people):
        kept = folders.previous_of(studio.faces)
        picture(kept / "Bob" / "1.png", shade=5)
        picture(kept / "Robert" / "of_bob.png", shade=110)
        picture(kept / "Ann_Lee" / "1.png", shade=7)
        people("remove", "Bob")
        assert [path.name for path in everything(kept)] == ["1.png"]

    def test_a_picture_that_lies_with_somebody_else_is_an_error_that_names_it(self, studio, people):
        picture(studio.faces / "Ann_Lee" / "bob.png", shade=110)
        told = people("remove", "Bob", code=1)
        assert "traces of Bob are left, the first in" in told
        assert "Ann_Lee/bob.png (a picture)" in told
        assert set(learned(studio)) == {"Ann_Lee"}

    def test_a_link_that_leads_nowhere_keeps_nobody_from_being_forgotten(self, studio, people):
        (studio.faces / "Ann_Lee" / "old.png").symlink_to("nowhere.png")
        assert "Bob is forgotten" in people("remove", "Bob")
        (studio.faces / "Ann_Lee" / "Cid").symlink_to("nowhere")
        assert "Ann_Lee/Cid (the name)" in people("remove", "Cid", code=1)

    def test_an_embedding_that_stays_somewhere_is_found(self, studio, people):
        copy = studio.aligned.parent / "faces" / "Ann_Lee" / "copy.npz"
        copy.write_bytes((studio.classifiers / "gallery.npz").read_bytes())
        assert "copy.npz (an embedding)" in people("remove", "Bob", code=1)


class TestRename:
    def test_the_new_name_is_everywhere_and_nothing_is_done_again(self, studio, people):
        people("rename", "Bob", "Rob Roy")
        assert learned(studio) == {"Ann_Lee": (2, {}), "Rob_Roy": (3, {"position": "guard", "desk": 1})}
        assert not (studio.faces / "Bob").exists()
        assert not (studio.aligned / "Bob").exists()
        assert (studio.classifiers / "previews" / "Rob_Roy.png").is_file()
        again = Studio(studio.faces.parent)
        again.run()
        assert (again.detector.looked, again.embedder.embedded) == (0, 0)
        assert set(learned(studio)) == {"Ann_Lee", "Rob_Roy"}

    def test_a_name_that_somebody_has_is_refused(self, studio, people, tmp_path):
        before = everything(tmp_path)
        assert "Ann_Lee is known already" in people("rename", "Bob", "Ann Lee", code=1)
        assert everything(tmp_path) == before

    @pytest.mark.parametrize("name", ["../Bob", ".", "", "a/b", "a\nb"])
    def test_a_name_that_no_folder_can_have_is_refused(self, studio, people, tmp_path, name):
        before = everything(tmp_path)
        assert "cannot be a folder's name" in people("rename", "Bob", name, code=1)
        assert everything(tmp_path) == before

    def test_nobody_can_be_called_as_strangers_are(self, studio, people, tmp_path):
        before = everything(tmp_path)
        assert "visitor-001: strangers are called so" in people("rename", "Bob", "visitor-001", code=1)
        assert everything(tmp_path) == before


class TestMerge:
    def test_two_become_one_with_all_pictures_and_the_fields_of_the_second(self, studio, people):
        (studio.faces / "Ann_Lee" / "meta.json").write_text('{"position": "chief"}')
        picture(studio.faces / "Ann_Lee" / "110.png", shade=220)
        studio.run()
        people("merge", "Bob", "Ann_Lee")
        assert learned(studio) == {"Ann_Lee": (6, {"position": "chief", "desk": 1})}
        assert {path.name for path in (studio.faces / "Ann_Lee").glob("*.png")} == {
            "10.png", "60.png", "110.png", "110-2.png", "130.png",
        }  # fmt: skip
        again = Studio(studio.faces.parent)
        again.run(complementary_align=True)
        assert learned(studio)["Ann_Lee"][0] == 6

    def test_a_person_is_not_merged_with_nobody_or_oneself(self, studio, people, tmp_path):
        before = everything(tmp_path)
        assert "nobody has this name" in people("merge", "Bob", "Cid", code=1)
        assert "are the same person" in people("merge", "Bob", "Bob", code=1)
        assert everything(tmp_path) == before


def test_a_run_that_is_at_work_keeps_the_people_as_they_are(studio, people, tmp_path):
    with folders.locked(tmp_path / Paths().aligned_dir):
        assert "is working here" in people("remove", "Bob", code=1)
    assert set(learned(studio)) == {"Ann_Lee", "Bob"}

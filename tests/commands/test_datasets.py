import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner

from svod_rcgn.commands import datasets as command
from svod_rcgn.commands.datasets import main
from svod_rcgn.datasets.formats.registry import NAMES
from tests.datasets.makers import noise, png
from tests.fakes import write_film
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, code=0):
        done = CliRunner().invoke(main, [str(each) for each in arguments])
        assert done.exit_code == code, done.output
        if code:
            assert done.stdout == ""
            assert code == 2 or done.stderr.count("\n") == 1
            return done.stderr
        return done.stdout

    return run


def _pictures(folder, *numbers):
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number}.png").write_bytes(png(noise(number)))
    return folder


def _json(run, *arguments):
    return json.loads(run(*arguments, "--format", "json"))


@pytest.fixture
def things(run, tmp_path):
    """A dataset of two cats, taken one by one, and a dog."""
    run("create", "things", "--who", "Ada")
    run(
        "add",
        "things",
        _pictures(tmp_path / "cats", 1, 2),
        "--tag",
        "cat",
        "--shooting",
        "each",
        "--who",
        "Ada",
    )
    run("add", "things", _pictures(tmp_path / "dogs", 3) / "3.png", "--tag", "dog", "--who", "Ada")
    return tmp_path / "data" / "datasets" / "things"


def test_two_classes_are_made_and_shown(run, things):
    assert _json(run, "list") == [{"name": "things", "pictures": 3, "classes": 2, "boxes": 0, "acts": 2}]
    shown = _json(run, "show", "things")
    assert shown["classes"][0] == {"label": "cat", "yes": 2, "no": 0, "boxes": 0, "shootings": 2}
    assert "3 pictures, 2 classes" in run("show", "things")
    pictures = _json(run, "show", "things", "--tagged", "cat")
    assert [(each["name"], each["yes"], each["boxes"]) for each in pictures] == [
        ("1.png", ["cat"], None),
        ("2.png", ["cat"], None),
    ]
    assert Path(pictures[0]["path"]).is_file()
    assert "96x80" in run("show", "things", "--pictures")


def test_nothing_that_somebody_brought_is_changed(run, things, tmp_path):
    run("delete", "things", "1.png")
    run("purge", "things")
    assert (tmp_path / "cats" / "1.png").read_bytes() == png(noise(1))


def test_tags_say_yes_no_and_nothing(run, things):
    run("tag", "things", "1.png", "2.png", "--tag", "pet", "--tag", "old", "--no", "wild")
    run("untag", "things", "2.png", "--tag", "old", "--tag", "wild")
    shown = {each["name"]: (each["yes"], each["no"]) for each in _json(run, "show", "things", "--pictures")}
    assert shown == {
        "1.png": (["cat", "old", "pet"], ["wild"]),
        "2.png": (["cat", "pet"], []),
        "3.png": (["dog"], []),
    }
    assert "say what they show with --tag" in run("tag", "things", "1.png", code=2)


def test_boxes_are_added_moved_removed_and_denied(run, things):
    assert run("box", "things", "1.png", "--tag", "cat", "--at", "1,2,30.5,40") == "box 1 added\n"
    assert run("box", "things", "1.png", "--tag", "dog", "--at", "5,5,9,9") == "box 2 added\n"
    run("box", "things", "1.png", "--move", "1", "--tag", "cat", "--at", "0,0,10,10")
    run("box", "things", "1.png", "--remove", "2")
    run("box", "things", "2.png", "--none")
    boxes = {each["name"]: each["boxes"] for each in _json(run, "show", "things", "--pictures")}
    corners = {"left": 0.0, "top": 0.0, "right": 10.0, "bottom": 10.0}
    assert boxes == {"1.png": [{"number": 1, "label": "cat", "box": corners}], "2.png": [], "3.png": None}
    assert "is not LEFT,TOP,RIGHT,BOTTOM" in run("box", "things", "1.png", "--at", "1,2", code=2)
    assert "give --tag and --at" in run("box", "things", "1.png", code=2)
    assert "has no box 9" in run("box", "things", "1.png", "--remove", "9", code=1)


def test_classes_are_renamed_merged_and_deleted(run, things):
    run("rename", "things", "cat", "Кот / cat")
    run("merge", "things", "dog", "Кот / cat")
    assert [each["label"] for each in _json(run, "show", "things")["classes"]] == ["Кот / cat"]
    run("delete", "things", "--class", "Кот / cat")
    assert _json(run, "show", "things")["classes"] == []
    assert "name pictures, or a class" in run("delete", "things", code=2)
    assert "there is no class 'cat'; there are none yet" in run("rename", "things", "cat", "x", code=1)


def test_whatever_was_done_is_logged_undone_and_looked_at(run, things):
    run("delete", "things", "1.png", "--who", "Ben")
    assert run("undo", "things") == "3 undone by 4: delete 1 picture\n"
    run("undo", "things", "4")
    log = _json(run, "log", "things")
    assert [(each["number"], each["who"], each["kind"], each["undone"]) for each in log[:3]] == [
        (1, "Ada", "add", False),
        (2, "Ada", "add", False),
        (3, "Ben", "delete", False),
    ]
    assert [(each["kind"], each["undoes"]) for each in log[3:]] == [("undo", 3), ("undo", 4)]
    assert _json(run, "show", "things", "--at", "1")["pictures"] == 2
    assert len(_json(run, "log", "things", "--limit", "2")) == 2
    assert "undo 3" in run("log", "things")
    assert run("purge", "things") == "1 picture removed for good\n"
    assert "cannot be undone" in run("undo", "things", "6", code=1)


def test_only_news_of_a_film_is_kept_as_one_shooting(run, things, tmp_path):
    film = tmp_path / "film.mp4"
    write_film(film, [noise(number // 5, 128, 96) for number in range(30)])
    told = run("add", "things", film, "--tag", "film")
    assert told == "30 seen, 6 kept; 6 pictures added as one shooting\n"
    assert {each["label"]: each["shootings"] for each in _json(run, "show", "things")["classes"]}["film"] == 1
    run("undo", "things")
    told = run("add", "things", film, "--tag", "film", "--seconds", "0.3")
    assert int(told.split()[0]) < 30


def test_what_is_refused_is_told_and_the_rest_added(run, things, tmp_path):
    folder = _pictures(tmp_path / "more", 5)
    (folder / "broken.png").write_bytes(b"no picture")
    done = CliRunner().invoke(main, ["add", "things", str(folder)])
    assert done.exit_code == 0
    assert "broken.png: cannot be read as a picture" in done.stderr
    assert done.stdout == "1 picture added as one shooting, 1 refused\n"
    assert "no such" in run("add", "things", tmp_path / "nowhere", code=1)


@pytest.mark.parametrize("layout", [name for name in NAMES if name != "idx"])
def test_datasets_go_out_and_come_in_again(run, things, tmp_path, layout):
    run("box", "things", "1.png", "--tag", "cat", "--at", "1,2,30.5,40")
    run("export", "things", tmp_path / "out", "--to", layout)
    run("create", "again")
    assert run("import", "again", tmp_path / "out") == "3 pictures added\n"
    assert "is not empty" in run("export", "things", tmp_path / "out", "--to", layout, code=1)


def test_the_formats_offered_are_those_there_are():
    assert set(command._FORMATS) == set(NAMES)


def test_digits_of_mnist_come_in_from_two_files(run, things, tmp_path):
    small = [cv2.resize(noise(number), (28, 28)) for number in range(3)]
    for number, image in enumerate(small):
        folder = tmp_path / "digits" / str(number)
        folder.mkdir(parents=True)
        (folder / "a.png").write_bytes(png(image))
    run("create", "digits")
    run("import", "digits", tmp_path / "digits")
    run("export", "digits", tmp_path / "out", "--to", "idx")
    run("create", "again")
    files = [tmp_path / "out" / name for name in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    assert run("import", "again", *files) == "3 pictures added\n"
    assert [each["yes"] for each in _json(run, "show", "again", "--pictures")] == [["0"], ["1"], ["2"]]


def test_findings_come_with_their_way_out(run, things):
    run("box", "things", "1.png", "--tag", "cat", "--at", "200,2,300,40")
    told = run("check", "things")
    assert "box: 1.png: box 1 (cat) lies outside of the picture -> box " in told
    assert {each["kind"] for each in _json(run, "check", "things")} >= {"box", "few pictures", "unboxed"}


def test_a_split_names_the_pictures_of_each_side(run, things, tmp_path):
    run("add", "things", _pictures(tmp_path / "many", *range(10, 30)), "--tag", "cat", "--shooting", "each")
    parts = _json(run, "split", "things", "--left_out", "0.5")
    assert (len(parts["train"]), len(parts["left_out"])) == (12, 11)
    folds = _json(run, "split", "things", "--folds", "3")
    assert sorted(each for part in folds for each in part["left_out"]) == sorted(
        parts["train"] + parts["left_out"]
    )
    assert "23 shootings" in run("split", "things")


def test_datasets_that_are_not_there_are_told(run):
    assert "there is no dataset 'things'" in run("show", "things", code=1)
    assert run("list").startswith("no datasets; ")
    run("create", "things")
    assert "already" in run("create", "things", code=1)


@pytest.mark.slow
def test_the_command_is_started_like_every_other_and_writes_utf8(things, tmp_path):
    words = [sys.executable, "-m", "svod_rcgn.datasets", "rename", "things", "cat", "王小明"]
    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    for line in (words, [*words[:3], "show", "things", "--format", "json"]):
        done = subprocess.run(
            line, cwd=tmp_path, env=environment, capture_output=True, timeout=PATIENCE, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))["classes"][1]["label"] == "王小明"


@pytest.mark.parametrize(("name", "words"), [("mine", "mine"), ("my cat", "'my cat'"), ("-x", "-- -x")])
def test_what_fills_a_new_dataset_is_told_as_a_shell_takes_it(run, name, words):
    told = run("create", "--", name)
    assert told == f"{name} is made; `python -m svod_rcgn.datasets add --tag CLASS {words} PATH` fills it\n"


def test_several_files_are_added_by_one_act_and_told_in_one_line(run, tmp_path):
    folder = _pictures(tmp_path / "cats", 1, 2, 3)
    run("create", "mine")
    files = [folder / f"{number}.png" for number in (1, 2, 3)]
    assert run("add", "mine", *files, "--tag", "cat") == "3 pictures added, each as one shooting\n"
    (act,) = _json(run, "log", "mine")
    assert act["summary"] == f"3 pictures from {files[0]} and 2 more"
    assert _json(run, "show", "mine")["classes"][0]["shootings"] == 3

"""`svod explain` of networks that find objects."""

import json
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands.explain import main
from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.datasets.records import NewBox, NewPicture
from svod_rcgn.records import Box
from svod_rcgn.storage import images
from tests.classification.mapped import write_network as write_classifier
from tests.objects.fakes import scene, write_network

QUICK = ("--seconds", "0.01", "--no_scores")


@pytest.fixture(scope="module")
def dots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_network(tmp_path_factory.mktemp("networks") / "dots")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, dots: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "dots").symlink_to(dots)
    images.write_png(tmp_path / "two.png", scene(("red", 22, 42), ("green", 50, 13)))
    images.write_png(tmp_path / "faint.png", scene(("red", 22, 42), level=90))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _explain(*words: object, network: str = "dots") -> Result:
    return CliRunner().invoke(main, ["--network", network, *map(str, words)])


def _succeed(*words: object) -> str:
    done = _explain(*words)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.slow
def test_a_box_is_explained_in_words_and_as_a_picture(home: Path) -> None:
    told = _succeed("two.png", "--seconds", "0.01")
    assert told.startswith("two.png: red 0.")
    assert " % of the evidence lies outside of the box\n" in told
    assert "by a random map" in told
    written = home / "data" / "explained" / "two-red-occlusion.png"
    assert f"written to {written.relative_to(home)}" in told
    assert images.read_picture(written).shape == (64, 64, 3)
    assert "two.png: green 0." in _succeed("two.png", "--box", "2", *QUICK)
    for name in ("green", "Green", "1"):
        assert "two.png: green 0." in _succeed("two.png", "--class", name, *QUICK)


def test_at_a_place_it_is_said_how_far_the_best_falls_short_or_that_nothing_is_near(home: Path) -> None:
    told = _succeed("faint.png", "--at", "22,42", *QUICK)
    assert "nothing is told at 22,42; the best is red 0." in told
    assert " short of the limit of 0.50 (dots, occlusion)" in told
    told = _succeed("two.png", "--at", "4,4", *QUICK)
    assert told == (
        "two.png: nothing is told at 4,4, and no class comes near to its limit (dots, occlusion)\n"
    )
    assert len(list((home / "data" / "explained").iterdir())) == 1


def test_programs_are_told_in_one_document() -> None:
    found, none = json.loads(_succeed("faint.png", "two.png", "--at", "22.5,42", "--format", "json", *QUICK))
    assert (found["told"], found["object"]["label"], found["at"]) == (False, "red", [22.5, 42])
    assert found["object"]["short"] == pytest.approx(0.5 - found["object"]["score"], abs=1e-3)
    assert set(found["box"]) == {"whole", "alone", "without", "outside"}
    assert found["looks"] > 0
    assert none["told"] is True
    (nothing,) = json.loads(_succeed("two.png", "--at", "4,4", "--format", "json", *QUICK))
    assert (nothing["told"], nothing["object"]) == (False, None)
    assert "output" not in nothing


def _fill(home: Path) -> None:
    with closing(create_dataset(home / "data" / "datasets", "yard", "Ada")) as dataset:
        for number, level in enumerate((255, 250, 60)):
            data = images.encode_png(scene(("red", 22, 42), level=level))
            file = images.PictureFile(f"{number}.png", data)
            box = NewBox("red", Box(12, 32, 32, 52))
            dataset.add([NewPicture(file.name, partial(_given, file), boxes=(box,))], "the test")


def _given(file: images.PictureFile) -> images.PictureFile:
    return file


def test_of_a_dataset_it_is_told_how_much_rests_on_what_is_round_the_boxes(home: Path) -> None:
    _fill(home)
    told = _succeed("--background", "yard")
    assert told.startswith("red: 0 % of the evidence lies outside of the boxes (0 to 0 %), as 90 % of the ")
    assert "area does; 2 objects; 1 more drawn that were not found\n" in told
    assert "most of all in " in told
    (red,) = json.loads(_succeed("--background", "yard", "--format", "json"))
    assert (red["label"], red["objects"], red["not_found"]) == ("red", 2, 1)
    assert {each["name"] for each in red["pictures"]} == {"0.png", "1.png"}
    assert not (home / "data" / "explained").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["two.png", "--box", "3"], "no box 3 among the 2 that are told"),
        (["two.png", "--at", "64,1"], "64,1 is outside of its 64x64 pixels"),
        (["two.png", "--class", "cat"], "dots has no class cat"),
        (["nowhere.png"], "nowhere.png"),
        (["--background", "nowhere"], "no dataset 'nowhere'"),
    ],
)
def test_what_is_not_there_is_one_line(words: list[str], told: str) -> None:
    done = _explain(*words)
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert told in line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "name pictures, or a dataset with --background"),
        (["two.png", "--background", "yard"], "name pictures, or a dataset with --background"),
        (["two.png", "--box", "1", "--at", "1,1"], "give --box or --at"),
        (["two.png", "--at", "1"], "'1' is not X,Y in pixels of the picture"),
        (["two.png", "--at", "nan,1"], "'nan,1' is not X,Y in pixels of the picture"),
        (["two.png", "--method", "map"], "a map is of networks that name whole pictures"),
        (["--background", "yard", "--box", "1"], "--background goes with "),
    ],
)
def test_wrong_usage_is_told(words: list[str], told: str) -> None:
    done = _explain(*words)
    assert done.exit_code == 2, done.output
    assert told in " ".join(done.stderr.split())


def test_a_network_that_names_whole_pictures_has_no_boxes(home: Path) -> None:
    write_classifier(home / "models" / "colours")
    done = _explain("two.png", "--at", "1,1", network="colours")
    assert done.exit_code == 2
    assert "colours names whole pictures" in " ".join(done.stderr.split())

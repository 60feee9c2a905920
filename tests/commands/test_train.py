"""`svod train classifier`, `svod models use` and `roll_back`, and networks that are published and fetched."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands import download_classifiers, evaluate, export_classifiers, identify, models, train
from svod_rcgn.datasets.collection import create_dataset, open_dataset
from svod_rcgn.storage import images
from tests.classification.training.makers import coloured, picture, pictures, write_backbone

pytestmark = pytest.mark.slow

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture
def home(tmp_path: Path, backbone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where somebody works who has a dataset of colours."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "imagenet").symlink_to(backbone)
    monkeypatch.chdir(tmp_path)
    dataset = create_dataset(Path("data/datasets"), "colours", "Ada")
    dataset.add(pictures("red", "green", each=8), "the test")
    dataset.close()
    return tmp_path


def run(command: object, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])  # type: ignore[arg-type]


def succeed(command: object, *words: object) -> str:
    done = run(command, *words)
    assert done.exit_code == 0, done.output
    return done.stdout


def fail(command: object, *words: object) -> str:
    done = run(command, *words)
    assert done.exit_code == 1, done.output
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_people_are_told_how_good_it_is_and_what_to_do_next(home: Path) -> None:
    told = succeed(train.main, "classifier", "colours")
    assert "looking at 16 pictures\nepoch 1: loss " in told
    assert "colours, version 1: 2 classes of 16 pictures in " in told
    assert "of pictures left out with their shootings: " in told
    assert " % of 16 right (" in told
    assert "models/colours/1 is in use; " in told
    assert "reload_classifiers" in told


def test_programs_get_one_json_document(home: Path) -> None:
    done = run(train.main, "classifier", "colours", "--name", "paint", "--format", "json")
    told = json.loads(done.stdout)
    assert (told["name"], told["version"], told["pictures"]) == ("paint", "1", 16)
    low, high = told["left_out"]["interval"]
    assert 0 <= low <= told["left_out"]["accuracy"] <= high <= 1
    assert [each["label"] for each in told["classes"]] == ["green", "red"]
    assert told["seconds"] > 0
    assert "epoch 20: loss" in done.stderr


def test_what_was_taught_answers_and_an_older_version_can_be_asked_for(home: Path) -> None:
    for _ in range(3):
        succeed(train.main, "classifier", "colours")
    images.write_png(Path("red.png"), coloured("red", 100))
    for asked, version in (("colours", "3"), ("colours@1", "1")):
        (told,) = json.loads(succeed(identify.main, "red.png", "--network", asked, "--format", "json"))
        assert (told["answers"][0]["label"], told["version"]) == ("red", version)
    assert succeed(models.main, "use", "colours@2") == "colours: version 2 is in use\n"
    assert succeed(models.main, "roll-back", "colours") == "colours: version 3 is in use\n"
    assert succeed(models.main, "roll_back", "colours") == "colours: version 2 is in use\n"
    versions = succeed(models.main, "list").split("colours/")[1:]
    assert ["not in use" in each for each in versions] == [True, False, True]
    assert "version" in succeed(models.main, "info", "models/colours")


def test_versions_that_cannot_be_used_are_one_line(home: Path) -> None:
    assert "no network with versions" in fail(models.main, "use", "imagenet@1")
    assert "no network with versions" in fail(models.main, "roll_back", "nothing")
    succeed(train.main, "classifier", "colours")
    assert "no version 4; the versions here: 1" in fail(models.main, "use", "colours@4")
    assert "no version was in use before" in fail(models.main, "roll_back", "colours")
    assert run(models.main, "use", "colours").exit_code == 2


def test_onnx_is_written_too_and_never_over_a_file(home: Path) -> None:
    pytest.importorskip("onnx", reason="the extra svod-rcgn[onnx] is not installed")
    succeed(train.main, "classifier", "colours", "--onnx", "own.onnx")
    before = Path("own.onnx").read_bytes()
    assert "own.onnx: is there already" in fail(train.main, "classifier", "colours", "--onnx", "own.onnx")
    assert Path("own.onnx").read_bytes() == before
    assert not Path("models/colours/2").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing"], "no dataset 'nothing'"),
        (["colours", "--name", "imagenet"], "holds something other than versions"),
        (["colours", "--none", "nowhere"], "neither a folder nor a class"),
        (["colours", "--backbone", "digits"], "run `python download_models.py --digits`"),
        (["colours", "--backbone", "nothing"], "no network nothing in models"),
    ],
)
def test_what_cannot_be_taught_is_one_line(home: Path, words: list[str], told: str) -> None:
    assert told in fail(train.main, "classifier", *words)
    assert sorted(path.name for path in Path("models").iterdir() if not path.name.startswith(".")) == [
        "imagenet"
    ]


def test_a_network_is_published_and_is_the_next_version_where_it_is_fetched(
    home: Path, tmp_path: Path
) -> None:
    succeed(train.main, "classifier", "colours")
    succeed(train.main, "classifier", "colours")
    published = succeed(
        export_classifiers.main, "paint", "1.0", "--network", "colours@1", "--catalog", tmp_path / "shelf"
    )
    assert "publishing paint 1.0, 6 files" in published
    sent = (tmp_path / "shelf" / "model-paint-1.0.tar").read_bytes()
    assert not [private for private in (b"data:image/jpeg", b"red-0.png") if private in sent]
    assert b"red-0.png" in Path("models/colours/1/training.json").read_bytes()
    fetch = ("paint", "1.0", "--network", "elsewhere", "--catalog", tmp_path / "shelf")
    told = succeed(download_classifiers.main, *fetch)
    assert "paint 1.0, trained 20" in told
    assert told.endswith("elsewhere: version 1 is in use, which knows 2 classes\n")
    succeed(download_classifiers.main, *fetch)
    images.write_png(Path("red.png"), coloured("red", 100))
    (answer,) = json.loads(succeed(identify.main, "red.png", "--network", "elsewhere", "--format", "json"))
    assert (answer["answers"][0]["label"], answer["version"]) == ("red", "2")
    rolled = succeed(download_classifiers.main, "--rollback", "--network", "elsewhere")
    assert rolled == "elsewhere: version 1 is in use\n"


def test_what_comes_from_elsewhere_is_checked_before_it_is_used(home: Path, tmp_path: Path) -> None:
    succeed(train.main, "classifier", "colours")
    shelf = tmp_path / "shelf"
    succeed(export_classifiers.main, "paint", "1.0", "--network", "colours", "--catalog", shelf)
    archive = shelf / "model-paint-1.0.tar"
    data = archive.read_bytes()
    place = data.index(b'"independent": false')
    archive.write_bytes(data[:place] + b'"independent": true ' + data[place + 20 :])
    told = fail(download_classifiers.main, archive, "--network", "colours")
    assert "manifest.json says sha256" in told
    assert not Path("models/colours/2").exists()
    missing = fail(export_classifiers.main, "a", "1", "--network", "nothing", "--catalog", shelf)
    assert "no network nothing" in missing
    assert run(download_classifiers.main, archive, "--network", "colours", "--retrain").exit_code == 2


def test_the_report_lies_beside_the_network_and_what_changed_is_told(home: Path) -> None:
    told = succeed(train.main, "classifier", "colours")
    assert "report.html and report.json are in models/colours/1\n" in told
    assert Path("models/colours/1/report.html").read_text().startswith("<!doctype html>")
    again = succeed(train.main, "classifier", "colours")
    assert "No answer differs from version 1." in again
    told = json.loads(run(train.main, "classifier", "colours", "--format", "json").stdout)
    assert told["comparison"] == {
        "version": "2",
        "pictures": 16,
        "differing": 0,
        "worse": False,
        "chance": 1.0,
    }


def test_a_network_that_would_be_worse_is_refused_on_demand_in_one_line(home: Path) -> None:
    succeed(train.main, "classifier", "colours")
    with closing(open_dataset(Path("data/datasets"), "colours", "Ada")) as dataset:
        for label, other in (("red", "green"), ("green", "red")):
            dataset.add([picture(label, number, other) for number in range(100, 140)], "somebody careless")
    told = fail(train.main, "classifier", "colours", "--refuse_worse")
    assert "models/colours: kept as it was; worse: " in told
    assert "run without --refuse_worse" in told
    assert sorted(path.name for path in Path("models/colours").iterdir() if path.is_dir()) == ["1"]


def test_a_network_is_judged_on_pictures_that_came_later(home: Path) -> None:
    succeed(train.main, "classifier", "colours")
    with closing(open_dataset(Path("data/datasets"), "colours", "Ada")) as dataset:
        dataset.add([*pictures("red", each=3, first=20), picture("green", 30, "red")], "the test")
    found = json.loads(
        succeed(evaluate.main, "--classifier", "colours", "colours", "--format", "json", "--output", "out")
    )
    assert (found["accuracy"], found["taught"], found["right"]["trials"]) == (0.75, 16, 4)
    assert json.loads(Path("out/evaluation.json").read_text()) == found
    told = succeed(evaluate.main, "--classifier", "colours", "colours")
    assert "red taken for green: 1 picture" in told
    assert "not asked: 16 pictures of shootings that colours learned from" in told
    assert told.endswith("the numbers are in data/evaluation\n")

"""From photos to answers by the commands alone, whatever things are called and whatever is wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands import datasets, explain, identify, train
from svod_rcgn.storage import images
from tests.classification.training.makers import coloured, write_backbone
from tests.datasets.makers import ANY_NAMES

pytestmark = pytest.mark.slow
ASKED = "asked.png"


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, backbone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where somebody works who has photos of two colours, and the backbone."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "imagenet").symlink_to(backbone)
    for label in ("red", "green"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(4):
            images.write_png(tmp_path / "photos" / label / f"{number}.png", coloured(label, number))
    images.write_png(tmp_path / ASKED, coloured("red", 100))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: object, *words: str) -> Result:
    done = CliRunner().invoke(command, list(words))  # type: ignore[arg-type]
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def succeed(command: object, *words: str) -> str:
    done = run(command, *words)
    assert done.exit_code == 0, done.output
    return done.stdout


def fail(command: object, *words: str) -> str:
    done = run(command, *words)
    assert done.exit_code == 1, done.output
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


def fill(name: str, **classes: str) -> None:
    """A dataset with the photos of each colour, under the name of its class."""
    succeed(datasets.main, "create", "--", name)
    for colour, label in classes.items():
        words = f"--tag={label}", "--shooting=each", "--", name, f"photos/{colour}"
        assert succeed(datasets.main, "add", *words) == "4 pictures added\n"


def answered(network: str, picture: str = ASKED) -> str:
    told = json.loads(succeed(identify.main, f"--network={network}", "--format=json", picture))
    return str(told[0]["answers"][0]["label"])


@pytest.mark.parametrize("name", [*ANY_NAMES, "-x", "a b/../c"])
def test_a_dataset_a_class_and_a_network_may_be_called_anything(home: Path, name: str) -> None:
    fill(name, red=name, green="the other")
    classes = json.loads(succeed(datasets.main, "show", "--format=json", "--", name))["classes"]
    assert [each["label"] for each in classes] == sorted([name, "the other"])
    assert "in use; " in succeed(train.main, "classifier", "--", name)
    succeed(train.main, "classifier", f"--name={name}2", "--", name)
    for network in (name, f"{name}2", f"{name}@1"):
        assert answered(network) in (name, "the other")
    assert "written to " in succeed(explain.main, f"--network={name}", f"--class={name}", ASKED)
    outside = {path.name for path in home.iterdir()} - {"models", "photos", "data", ASKED}
    assert not outside


def test_a_damaged_picture_is_told_by_each_command_and_the_others_are_used() -> None:
    Path("photos/red/9.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    succeed(datasets.main, "create", "mine")
    added = run(datasets.main, "add", "mine", "photos/red", "--tag=red", "--shooting=each")
    assert added.stdout == "4 pictures added, 1 refused\n"
    assert "9.png" in added.stderr
    succeed(datasets.main, "add", "mine", "photos/green", "--tag=green", "--shooting=each")
    (first, *_) = json.loads(succeed(datasets.main, "show", "mine", "--pictures", "--format=json"))
    Path(first["path"]).write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    assert f"left out: {first['name']}: " in succeed(train.main, "classifier", "mine")
    assert "unreadable" in succeed(datasets.main, "check", "mine")
    assert answered("mine") in ("red", "green")
    for command in (identify.main, explain.main):
        done = run(command, "--network=mine", "photos/red/9.png", ASKED)
        assert done.stderr == "error: 1 of 2 pictures could not be read and was left out\n"
        assert ASKED in done.stdout


def test_a_class_without_pictures_is_left_out_and_told() -> None:
    fill("mine", red="red", green="green")
    succeed(datasets.main, "add", "mine", "photos/red/0.png", "--tag=blue")
    succeed(datasets.main, "untag", "mine", "0.png", "--tag=blue")
    assert "left out: blue: no pictures" in succeed(train.main, "classifier", "mine")
    assert answered("mine") in ("red", "green")
    assert "blue" in fail(explain.main, "--network=mine", "--class=blue", ASKED)


def test_one_class_alone_says_whether_a_picture_is_like_it() -> None:
    fill("mine", red="red")
    assert "red is the only class: the network says whether" in succeed(train.main, "classifier", "mine")
    assert "red" in succeed(identify.main, "--network=mine", ASKED)
    assert "red" in run(explain.main, "--network=mine", ASKED).output


def test_a_dataset_without_pictures_or_tags_is_one_line() -> None:
    succeed(datasets.main, "create", "mine")
    assert "no picture shows a class" in fail(train.main, "classifier", "mine")
    succeed(datasets.main, "add", "mine", "photos/red")
    assert "no picture shows a class" in fail(train.main, "classifier", "mine")
    assert "no network mine" in fail(identify.main, "--network=mine", ASKED)
    assert "no network mine" in fail(explain.main, "--network=mine", ASKED)

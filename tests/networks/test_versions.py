from pathlib import Path

import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.networks import list_networks, versions
from svod_rcgn.networks.card import ModelCard, write_card
from svod_rcgn.storage import folders


def _fill(folder: Path, version: int) -> None:
    (folder / "network.xml").write_text(f"network {version}")
    card = ModelCard(
        task="embedding", name=f"Tiny {version}", file="network.xml", files={}, size=(4, 4), layout="NHWC",
        colour="RGB", mean=0.0, scale=1.0, output="embeddings", licence="MIT", source="the test",
        source_sha256="0" * 64, version=str(version),
    )  # fmt: skip
    write_card(folder, card)


def _fail(directory: Path) -> None:
    with versions.new_version(directory) as (number, fresh):
        _fill(fresh, number // 0)


def _learn(directory: Path, times: int = 1) -> None:
    for _ in range(times):
        with versions.new_version(directory) as (number, fresh):
            _fill(fresh, number)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("door@3", ("door", 3)),
        ("door", ("door", None)),
        ("me@home", ("me@home", None)),
        ("me@home@12", ("me@home", 12)),
        ("door@0", ("door@0", None)),
        ("door@03", ("door@03", None)),
        ("@3", ("@3", None)),
        ("models/door@2", ("models/door", 2)),
    ],
)
def test_a_name_may_say_a_version(name: str, split: tuple[str, int | None]) -> None:
    assert versions.split_name(name) == split


def test_the_newest_version_is_in_use_and_the_others_stay(tmp_path: Path) -> None:
    _learn(tmp_path / "door", 3)
    assert versions.numbers(tmp_path / "door") == [1, 2, 3]
    assert versions.folder_of(tmp_path / "door") == tmp_path / "door" / "3"
    assert versions.folder_of(tmp_path / "door", 1).joinpath("network.xml").read_text() == "network 1"


def test_going_back_leads_through_the_versions_that_were_in_use(tmp_path: Path) -> None:
    door = tmp_path / "door"
    _learn(door, 3)
    versions.use(door, 1)
    versions.use(door, 1)
    assert versions.in_use(door) == 1
    assert [versions.roll_back(door), versions.roll_back(door), versions.roll_back(door)] == [3, 2, 1]
    with pytest.raises(ModelError, match="no version was in use before"):
        versions.roll_back(door)
    _learn(door)
    assert versions.in_use(door) == 4
    assert versions.roll_back(door) == 1


def test_a_version_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    _learn(tmp_path / "door", 2)
    with pytest.raises(ModelError, match=r"no version 7; the versions here: 1, 2"):
        versions.use(tmp_path / "door", 7)
    with pytest.raises(ModelError, match=r"no version 1; the versions here: none"):
        versions.folder_of(tmp_path / "nowhere", 1)


def test_what_fails_or_is_killed_half_way_leaves_the_version_in_use(tmp_path: Path) -> None:
    door = tmp_path / "door"
    _learn(door)
    with pytest.raises(ZeroDivisionError):
        _fail(door)
    assert versions.numbers(door) == [1]
    left = folders.beside(door / "2")
    left.mkdir()
    _learn(door)
    assert versions.in_use(door) == 2
    assert not left.exists()


@pytest.mark.parametrize("content", [None, "{", '{"history": [9]}', '{"history": "1"}'])
def test_without_a_sound_record_of_use_the_newest_is_in_use(tmp_path: Path, content: str | None) -> None:
    door = tmp_path / "door"
    _learn(door, 2)
    (door / versions.IN_USE).unlink()
    if content:
        (door / versions.IN_USE).write_text(content)
    assert versions.in_use(door) == 2
    versions.use(door, 1)
    assert versions.roll_back(door) == 2


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "cat.jpg").touch()
    with (
        pytest.raises(ModelError, match="something other than versions"),
        versions.new_version(tmp_path / "pictures"),
    ):
        pass
    (tmp_path / "imagenet").mkdir()
    _fill(tmp_path / "imagenet", 1)
    with pytest.raises(ModelError, match="something other than versions"):
        versions.check_free(tmp_path / "imagenet")
    assert versions.folder_of(tmp_path / "imagenet") == tmp_path / "imagenet"


def test_networks_are_listed_with_their_versions_in_order(tmp_path: Path) -> None:
    _learn(tmp_path / "door", 11)
    versions.use(tmp_path / "door", 2)
    (tmp_path / "apart").mkdir()
    _fill(tmp_path / "apart", 1)
    (tmp_path / "door" / "3" / "network.xml").write_text("changed")
    (tmp_path / "README.md").write_text("What lies here.")
    listed = list_networks(tmp_path)
    assert [each.directory.name for each in listed] == ["apart", *map(str, range(1, 12))]
    assert [each.directory.name for each in listed if each.in_use] == ["apart", "2"]
    assert {each.folder for each in listed} == {"apart", "door"}
    assert [each.directory.name for each in listed if each.problem] == ["3"]


def test_all_versions_are_for_one_task_unless_the_one_in_use_is_damaged(tmp_path: Path) -> None:
    versions.check_task(tmp_path / "door", "objects")
    _learn(tmp_path / "door")
    versions.check_task(tmp_path / "door", "embedding")
    with pytest.raises(ModelError, match="holds versions of a network for embedding; give another name"):
        versions.check_task(tmp_path / "door", "objects")
    (tmp_path / "door" / "1" / "network.xml").write_text("torn")
    versions.check_task(tmp_path / "door", "objects")


def _fetched(models_dir: Path) -> Path:
    directory = models_dir / "digits"
    directory.mkdir(parents=True)
    _fill(directory, 1)
    return directory


def test_what_is_learned_on_top_of_a_fetched_network_lies_beside_it_and_answers_to_its_name(
    tmp_path: Path,
) -> None:
    directory = _fetched(tmp_path)
    assert versions.shelf_of(directory) == directory == versions.folder_of(directory)
    shelf = versions.beside(directory)
    _learn(shelf, 2)
    assert versions.shelf_of(directory) == shelf
    assert versions.folder_of(directory) == shelf / "2"
    assert versions.folder_of(directory, 1) == shelf / "1"
    assert [(each.folder, each.in_use) for each in list_networks(tmp_path)] == [
        ("digits", False),
        ("digits", False),
        ("digits", True),
    ]
    versions.roll_back(shelf)
    assert versions.folder_of(directory) == shelf / "1"


def test_a_version_may_be_there_without_being_in_use(tmp_path: Path) -> None:
    directory = tmp_path / "door"
    _learn(directory)
    with versions.new_version(directory, used=False) as (number, fresh):
        _fill(fresh, number)
    assert (versions.numbers(directory), versions.in_use(directory)) == ([1, 2], 1)
    versions.use(directory, 2)
    assert versions.roll_back(directory) == 1


def test_a_network_of_ones_own_may_be_called_as_if_it_lay_beside_another(tmp_path: Path) -> None:
    _learn(tmp_path / "well-learned")
    (found,) = list_networks(tmp_path)
    assert (found.folder, found.in_use) == ("well-learned", True)

from pathlib import Path

import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.enrolment import added
from svod_rcgn.storage import images
from tests.fakes import BLUE, RED, picture


@pytest.fixture
def person(tmp_path: Path) -> Path:
    return tmp_path / "faces" / "Ann"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_pictures_are_added_under_names_that_are_free(person: Path):
    images.write_png(person / "a.png", picture(RED))
    before = (person / "a.png").read_bytes()
    with added(person, {"a.png": picture(BLUE), "b.png": picture(BLUE)}) as written:
        assert [path.name for path in written] == ["a-2.png", "b.png"]
    assert (person / "a.png").read_bytes() == before
    assert (images.read_picture(person / "a-2.png") == picture(BLUE)).all()
    assert names(person) == ["a-2.png", "a.png", "b.png"]


def test_an_interrupt_takes_them_away_and_leaves_the_others(person: Path):
    images.write_png(person / "a.png", picture(RED))
    with pytest.raises(KeyboardInterrupt), added(person, {"a.png": picture(BLUE)}):
        raise KeyboardInterrupt
    assert names(person) == ["a.png"]


def test_an_interrupt_leaves_no_new_folder(person: Path):
    with pytest.raises(KeyboardInterrupt), added(person, {"a.png": picture(BLUE)}):
        raise KeyboardInterrupt
    assert not person.exists()


def test_another_failure_leaves_them(person: Path):
    with pytest.raises(InputError), added(person, {"a.png": picture(BLUE)}):
        raise InputError("somebody else's file is damaged")
    assert names(person) == ["a.png"]


def test_where_one_cannot_be_written_none_is_left(person: Path, monkeypatch: pytest.MonkeyPatch):
    write, count = images.write_png, iter(range(9))

    def full(path: Path, image) -> None:
        if next(count):
            raise OSError(28, "No space left on device", str(path))
        write(path, image)

    monkeypatch.setattr("svod_rcgn.faces.enrolment.new_pictures.write_png", full)
    with (
        pytest.raises(OSError, match="No space"),
        added(person, dict.fromkeys(["a.png", "b.png"], picture(RED))),
    ):
        pytest.fail("must not begin")
    assert not person.exists()

"""A disk without a free byte, at each place where something is written."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svod_rcgn.faces import build
from svod_rcgn.faces.executors import choose
from svod_rcgn.faces.gallery import store
from tests.faces.runs import Studio, picture
from tests.fakes import RED, fake_analyzers, fake_meta, write_film
from tests.fakes import picture as coloured
from tests.surroundings.conftest import fill

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("undrawn")]

VIDEO = ("video", "--no_window", "--listener_port", "0", "--video_source", "film.mp4")
TABLE = "name;position\nBob;guard\n"
NEEDING_ROOM = {
    "learning": ("prepare", "--listener_port", "0"),
    "renaming": ("people", "rename", "Ann_Lee", "Zed"),
    "merging": ("people", "merge", "Bob", "Ann_Lee"),
    "fields from a table": ("fill_meta", "data/faces", "people.csv", "--column_data", "name=0", "position=1"),
    "keys": ("control", "--make_keys", "keys"),
    "visits": VIDEO,
    "a film": (*VIDEO, "--no_history", "--output", "out.mp4"),
    "publishing": ("export_classifiers", "mine", "1.0", "--catalog", "catalog"),
}
FULL = re.compile("No space left on device|database or disk is full")


@pytest.fixture
def studio(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """Two persons learned, a picture that is new, a film and a table, all on a small disk."""
    monkeypatch.chdir(small_disk)
    studio = Studio(small_disk / "data")
    for name, shades in {"Ann_Lee": (10, 60), "Bob": (110, 130)}.items():
        for shade in shades:
            picture(studio.faces / name / f"{shade}.png", shade=shade)
    studio.run()
    picture(studio.faces / "Bob" / "new.png", shade=200)
    (small_disk / "people.csv").write_text(TABLE)
    write_film(small_disk / "film.mp4", [coloured(RED)] * 60)
    return studio


@pytest.fixture
def run(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    @contextmanager
    def executor(*_: object):
        yield studio.executor()

    monkeypatch.setattr(choose, "open_executor", executor)
    monkeypatch.setattr(build, "build_analyzers", lambda *_: fake_analyzers())

    def invoke(command: str, *words: str) -> Result:
        if command == "video":
            monkeypatch.setattr(store, "read_meta", fake_meta)
        return CliRunner().invoke(import_module(f"svod_rcgn.commands.{command}").main, list(words))

    return invoke


def _files(disk: Path) -> dict[Path, bytes]:
    """Every file with its content, but for locks and what is kept of an earlier run."""
    return {
        path: path.read_bytes()
        for path in disk.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(disk).parts)
    }


@pytest.mark.parametrize("words", NEEDING_ROOM.values(), ids=NEEDING_ROOM)
def test_it_fails_in_one_line_harms_nothing_and_works_once_there_is_room(
    run: Callable[..., Result], small_disk: Path, words: tuple[str, ...]
):
    filler = fill(small_disk)
    before = _files(small_disk)
    result = run(*words)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    (line,) = [each for each in result.stderr.splitlines() if each.startswith("error: ")]
    assert FULL.search(line)
    after = _files(small_disk)
    assert {path: after[path] for path in before} == before
    assert not any(after[path] for path in after.keys() - before.keys())  # no file but an empty one
    filler.unlink()
    assert run(*words).exit_code == 0

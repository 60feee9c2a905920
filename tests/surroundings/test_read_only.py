"""A disk that nothing can be written to."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.surroundings.test_full_disk import NEEDING_ROOM, run, studio

__all__ = ["run", "studio"]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("undrawn")]

VIDEO = ("video", "--no_window", "--listener_port", "0", "--video_source", "film.mp4", "--no_history")


@pytest.fixture
def read_only(studio: object, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)


@pytest.mark.usefixtures("read_only")
@pytest.mark.parametrize("words", NEEDING_ROOM.values(), ids=NEEDING_ROOM)
def test_what_writes_fails_in_one_line(run: Callable[..., Result], words: tuple[str, ...]):
    result = run(*words)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()[-1:]
    assert line.startswith("error: ")
    assert "ead-only" in line or "readonly" in line or "unable to open" in line


@pytest.mark.usefixtures("read_only")
def test_a_film_is_watched_where_nothing_is_to_be_kept(run: Callable[..., Result]):
    result = run(*VIDEO)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "60 frames in " in result.stdout

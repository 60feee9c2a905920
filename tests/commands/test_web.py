"""The page as a command: it starts, says where it is, watches, and ends in good order."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from svod_rcgn.commands.web import main
from svod_rcgn.web.access.passwords import Passwords
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, RED_PERSON, picture, write_film
from tests.patience import PATIENCE, wait_for

# The real command in a process of its own, with fake stages.
COMMAND = """
from svod_rcgn.commands.web import main
from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import identify, store
from tests.fakes import FakeClassifier, fake_meta, fake_analyzers

build.build_analyzers = lambda *_, **__: fake_analyzers()
store.read_meta = fake_meta
identify.load_identifier = lambda *_: FakeClassifier()
main()
"""
REAL = "from svod_rcgn.commands.web import main; main()"
ROOT = Path(__file__).parents[2]


class Started:
    """A page in a process of its own."""

    def __init__(self, folder: Path, code: str, *words: object) -> None:
        line = [sys.executable, "-c", code, "--no_browser", "--port", "0", "--listener_port", "0"]
        self._out, self._err = folder / "out.txt", folder / "err.txt"
        self.folder = folder / "run"
        self.folder.mkdir()
        with self._out.open("w") as out, self._err.open("w") as err:
            self.process = subprocess.Popen(
                [*line, *map(str, words)],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "DISPLAY": ""},
                stdout=out,
                stderr=err,
            )
        wait_for(lambda: self.link or self.process.poll() is not None)

    @property
    def lines(self) -> list[str]:
        return self._out.read_text().splitlines()

    @property
    def errors(self) -> list[str]:
        return self._err.read_text().splitlines()

    @property
    def link(self) -> re.Match[str] | None:
        told = "\n".join([*self.lines, *self.errors, ""])
        return re.search(r"the page is at (http://[\d.:]+)/\?token=([\w-]+)\n", told)

    def get(self, path: str) -> requests.Response:
        assert self.link, self.errors
        bearer = {"Authorization": f"Bearer {self.link[2]}"}
        return requests.get(self.link[1] + path, headers=bearer, timeout=PATIENCE)

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    begun: list[Started] = []

    def started(code: str, *words: object) -> Started:
        begun.append(Started(tmp_path, code, *words))
        return begun[-1]

    yield started
    for each in begun:
        each.process.kill()
        each.process.wait(PATIENCE)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_watches_announces_records_and_ends_when_told(
    start: Callable[..., Started], tmp_path: Path, number: int, code: int
):
    film = write_film(tmp_path / "film.mp4", [picture(RED)] * 20)
    page = start(COMMAND, "--video_source", f"hall={film}", "--notify_period", 0.5)
    wait_for(lambda: any(RED_PERSON in line for line in page.lines))
    wait_for(lambda: not page.get("/api/cameras").json()[0]["running"])  # the film is over, the page is not
    (camera,) = page.get("/api/cameras").json()
    assert (camera["name"], camera["frames"]) == ("hall", 20)
    assert page.get("/").status_code == 200
    assert page.end(number) == code
    assert "Traceback" not in "".join(page.errors)
    assert (page.folder / "data" / "events.db").exists()


@pytest.mark.slow
def test_the_classifiers_are_read_again_on_sighup(start: Callable[..., Started]):
    page = start(COMMAND)
    page.process.send_signal(signal.SIGHUP)
    wait_for(lambda: any("the classifiers were read again" in line for line in page.errors))
    assert page.end(signal.SIGTERM) == 0


@pytest.mark.slow
def test_what_is_missing_is_told_on_the_page_and_the_rest_works(
    start: Callable[..., Started], tmp_path: Path
):
    page = start(REAL, "--models_dir", "nowhere", "--face_network", "nowhere", "--no_history")
    state = page.get("/api/session").json()
    assert len(state["notices"]) == 4
    assert all("download_models" in notice for notice in state["notices"])
    assert state["retention_days"] is None
    assert page.get("/api/cameras").json() == []
    assert page.end(signal.SIGTERM) == 0
    assert not (page.folder / "data" / "events.db").exists()


@pytest.mark.slow
def test_it_listens_on_this_machine_alone(start: Callable[..., Started]):
    import psutil

    page = start(COMMAND)
    listening = [
        each.laddr.ip
        for each in psutil.Process(page.process.pid).net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


@pytest.mark.slow
def test_the_link_is_kept_off_lines_that_programs_read(start: Callable[..., Started], tmp_path: Path):
    film = write_film(tmp_path / "film.mp4", [picture(RED)] * 20)
    page = start(COMMAND, "--video_source", film, "--notify_period", 0.5, "--notify_format", "json")
    wait_for(lambda: page.lines)
    assert json.loads(page.lines[0])["name"] == RED_PERSON
    assert any("the page is at" in line for line in page.errors)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--host", "0.0.0.0"), "others could reach this address"),
        (("--video_source", "nowhere.mp4"), "nowhere.mp4"),
    ],
)
def test_what_cannot_work_is_told_in_one_line(words: tuple[str, ...], line: str, tmp_path: Path):
    result = CliRunner().invoke(main, ["--port", "0", "--web_dir", str(tmp_path), *words])
    assert result.exit_code == 1
    assert line in result.stderr
    assert result.stderr.count("\n") == 1


def test_packages_that_are_missing_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("svod_rcgn.commands.web.find_spec", lambda name: None if name == "uvicorn" else name)
    result = CliRunner().invoke(main, [])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "svod-rcgn[web]" in result.stderr


def test_a_password_is_asked_for_twice_and_set(tmp_path: Path):
    words = ["--web_dir", str(tmp_path), "--set_password", "viewer"]
    result = CliRunner().invoke(main, words, input="correct horse battery\ncorrect horse battery\n")
    assert result.exit_code == 0
    assert Passwords(tmp_path).role_of("correct horse battery") is Role.VIEWER
    assert "battery" not in result.output
    short = CliRunner().invoke(main, words, input="short\nshort\n")
    assert (short.exit_code, short.stderr.count("\n")) == (1, 1)

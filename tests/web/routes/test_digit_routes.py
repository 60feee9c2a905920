"""Digits that are learned from what was corrected, over HTTP."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from svod_rcgn.app import digit_training
from svod_rcgn.errors import WorseError
from svod_rcgn.web.access.roles import Role
from tests.classification.drawn import dataset_of, ones
from tests.patience import PATIENCE, wait_for
from tests.web.site import Site, serving

LEARNING = "/api/digit/learning"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """There is a network that may be learned on, and two ones of each of two sittings."""
    package = tmp_path / "models" / "digits"
    package.mkdir(parents=True)
    (package / "learned_from.npz").touch()
    dataset_of(tmp_path, *ones(2)).close()
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Exception | None], None]]:
    """A learning that goes on until it is let go, with an end of one's choice."""
    end: list[Exception | None] = []
    free = Event()

    def learn(
        _dataset: object, _models: Path, reporter: digit_training.DigitTraining, _wishes: object
    ) -> None:
        reporter.say("learning 4 drawings")
        while not free.wait(0.01):
            reporter.progress(1, 2)
        if end[0]:
            raise end[0]

    def let_go(error: Exception | None = None) -> None:
        end.append(error)
        free.set()

    monkeypatch.setattr(digit_training, "learn_again", learn)
    yield let_go
    let_go()


def state(site: Site, role: Role = Role.VIEWER) -> dict:
    answer = site.ask("GET", LEARNING, role)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_whoever_may_look_sees_what_was_corrected(site: Site):
    told = state(site)
    assert told["counts"] == [0, 4, 0, 0, 0, 0, 0, 0, 0, 0]
    assert told["sittings"] == 2
    assert {(each["digit"], each["learned"]) for each in told["drawings"]} == {("1", False)}
    assert (told["versions"], told["problem"], told["run"]["running"]) == ([], None, False)
    picture = site.ask("GET", f"/api/digit/corrections/{told['drawings'][0]['picture']}", Role.VIEWER)
    assert picture.content.startswith(b"\xff\xd8")


def test_before_anything_was_corrected_there_is_nothing_and_nothing_is_learned(tmp_path: Path):
    with serving(tmp_path) as site:
        assert sum(state(site)["counts"]) == 0
        assert "--digits" in state(site)["problem"]
        assert site.ask("POST", LEARNING).status_code == 422
        assert site.ask("GET", "/api/digit/corrections/" + "0" * 64).status_code == 404
    assert not (tmp_path / "datasets").exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", LEARNING),
        ("POST", f"{LEARNING}/stop"),
        ("POST", "/api/digit/versions/1/use"),
        ("DELETE", "/api/digit/corrections/0"),
    ],
)
def test_who_may_only_look_changes_nothing(site: Site, method: str, path: str):
    assert site.ask(method, path, Role.VIEWER).status_code == 403


@pytest.mark.parametrize("version", ["1", "0", "99", "x", "-1", "..%2f1"])
def test_a_version_that_is_not_there_is_not_used(site: Site, version: str):
    assert site.ask("POST", f"/api/digit/versions/{version}/use", Role.EDITOR).status_code == 404


@pytest.mark.parametrize("name", ["0", "x" * 64, "..%2f..%2fdataset.db", "%00"])
def test_a_drawing_that_is_not_there_is_neither_shown_nor_taken_out(site: Site, name: str):
    for method in ("GET", "DELETE"):
        assert site.ask(method, f"/api/digit/corrections/{name}", Role.EDITOR).status_code == 404
    assert sum(state(site)["counts"]) == 4


def test_a_drawing_is_taken_out(site: Site):
    gone = state(site)["drawings"][0]["picture"]
    answer = site.ask("DELETE", f"/api/digit/corrections/{gone}", Role.EDITOR)
    assert sum(answer.json()["counts"]) == 3
    assert gone not in {each["picture"] for each in state(site)["drawings"]}


def test_one_learning_runs_at_a_time_and_says_how_far_it_is(site: Site, held: Callable[..., None]):
    assert site.ask("POST", LEARNING, Role.EDITOR).json()["run"]["running"]
    wait_for(lambda: state(site)["run"]["done"] == 1)
    run = state(site)["run"]
    assert (run["stage"], run["total"]) == ("learning 4 drawings", 2)
    again = site.ask("POST", LEARNING, Role.EDITOR)
    assert again.status_code == 409
    assert "already" in again.json()["error"]
    held()
    wait_for(lambda: not state(site)["run"]["running"])
    assert state(site)["run"]["error"] is None


def test_a_learning_is_ended(site: Site, held: Callable[..., None]):
    site.ask("POST", LEARNING, Role.EDITOR)
    assert site.ask("POST", f"{LEARNING}/stop", Role.EDITOR).status_code == 200
    wait_for(lambda: not state(site)["run"]["running"])
    assert state(site)["run"]["error"] == "stopped; nothing was changed"


def test_what_would_be_worse_is_said(site: Site, held: Callable[..., None]):
    site.ask("POST", LEARNING, Role.EDITOR)
    held(WorseError("kept as it was; 400 of 500 would be read rightly"))
    wait_for(lambda: not state(site)["run"]["running"])
    assert state(site)["run"]["error"].startswith("kept as it was")


def test_everybody_hears_of_a_change(site: Site, held: Callable[..., None]):
    with site.socket("/api/digit/news", Role.VIEWER) as socket:

        def heard(told: Callable[[dict], bool]) -> None:
            while not told(json.loads(socket.recv(timeout=PATIENCE))["digits"]):
                pass

        heard(lambda digits: sum(digits["counts"]) == 4)
        gone = state(site)["drawings"][0]["picture"]
        site.ask("DELETE", f"/api/digit/corrections/{gone}", Role.EDITOR)
        heard(lambda digits: sum(digits["counts"]) == 3)
        site.ask("POST", LEARNING, Role.EDITOR)
        heard(lambda digits: digits["run"]["done"] == 1)
        held()
        heard(lambda digits: not digits["run"]["running"])

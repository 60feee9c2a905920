"""Drafts of rules are tried over a socket: the page is told what holds, and nobody else of anything."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import time as wall_clock
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from svod_rcgn.app.event_service import EventService, EventServiceSettings
from svod_rcgn.notify.webhook import WebhookChannel
from svod_rcgn.web.access.roles import Role
from svod_rcgn.web.routes.trial_sockets import MOST_TRIALS
from tests.app.blinking_film import FAST, SLOW, BlinkingFilm, LiveCamera, blinks
from tests.app.test_rule_service import recorded
from tests.fakes import FakeNotifier
from tests.notify.servers import Server
from tests.notify.servers import serving as hooked
from tests.patience import PATIENCE, wait_for
from tests.web.site import CAMERA, Site, raise_when_closed

TRIAL = "/api/rules/trial"
LATE = 8.0  # seconds from when it begins to blink, or ends, until that is sure
RULES = blinks("slow", 0.7, 1.4) + blinks("fast", 2.0, 3.2)


class Shown:
    """A film before the site's camera, whose rules in use are none."""

    def __init__(self, site: Site, film: BlinkingFilm, folder: Path, hook: str) -> None:
        self.notifier = FakeNotifier()
        settings, channels = EventServiceSettings(folder), [WebhookChannel(hook, None)]
        self.service = EventService(settings, channels, rules=site.rules)
        self.service.start()
        (watch,) = self.service.rule_watches(LiveCamera(CAMERA), [self.notifier])
        self._dispatcher, self._analyzer, self._frames = (
            watch.dispatcher,
            watch.build_analyzer(),
            film.frames(),
        )

    def frame(self) -> float | None:
        """Show the next frame; its time, None at the end."""
        frame = next(self._frames, None)
        if frame is not None:
            self._dispatcher.observe(frame, self._analyzer.analyze(frame))
        return None if frame is None else frame.time


def send(socket: Any, text: str, camera: int = 0, number: int = 1) -> None:
    socket.send(json.dumps({"text": text, "camera": camera, "number": number}))


def told(socket: Any) -> dict[str, Any]:
    """What comes next; more may come then."""
    news = json.loads(socket.recv(timeout=PATIENCE))
    socket.send("more")
    return news


def closing(socket: Any) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as caught:
        raise_when_closed(socket)
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason


def trials(site: Site) -> int:
    return len(site.rules.onlookers.of(CAMERA))


@pytest.fixture
def showing(site: Site, tmp_path: Path) -> Iterator[Callable[[BlinkingFilm], tuple[Shown, Server]]]:
    made: list[Shown] = []
    with hooked(Server()) as server:

        def show(film: BlinkingFilm) -> tuple[Shown, Server]:
            made.append(Shown(site, film, tmp_path / "history", server.url))
            return made[0], server

        yield show
        for each in made:
            each.service.close(0.0)


@pytest.mark.slow
def test_a_draft_for_a_blinking_light_begins_and_ends_as_the_film_does_and_nobody_else_is_told(
    site: Site, showing: Callable[[BlinkingFilm], tuple[Shown, Server]], tmp_path: Path
):
    film = BlinkingFilm(150.0, seed=2, source=CAMERA, begin=wall_clock() - 300)
    shown, server = showing(film)
    events, frames = [], []
    with site.socket(TRIAL, Role.EDITOR) as socket:
        send(socket, film.lamp() + RULES, number=7)
        assert told(socket) == {"type": "draft", "number": 7, "rules": ["slow", "fast"], "problem": None}
        while (time := shown.frame()) is not None:
            news = told(socket)
            assert (news["type"], news["number"], news["missed"]) == ("seen", 7, 0)
            assert news["seen"]["time"] == time
            events += news["seen"]["events"]
            frames.append(news["seen"])
    for rule, frequency in (("slow", SLOW), ("fast", FAST)):
        for phase, place in (("begun", 0), ("ended", 1)):
            truth = [film.begin + span[place] for span in film.spans(frequency)]
            times = [each["time"] for each in events if (each["rule"], each["phase"]) == (rule, phase)]
            assert len(times) == len(truth) > 0
            assert all(0 < time - due < LATE for time, due in zip(times, truth, strict=True))
    holding = {each["rule"]: each["measures"] for frame in frames for each in frame["holding"]}
    assert holding["slow"]["frequency"] == pytest.approx(SLOW, abs=0.1)
    assert holding["fast"]["frequency"] == pytest.approx(FAST, abs=0.1)
    assert {each["subject"] for each in events} == {"ready"}
    assert {each["state"] for frame in frames for each in frame["lights"]} >= {"on", "off", "blinking"}
    assert {each["colour"] for frame in frames for each in frame["lights"]} >= {"green"}
    shown.service.close(PATIENCE)
    assert shown.notifier.events == []
    assert server.requests == []
    assert recorded(tmp_path / "history") == []
    assert not site.ask("GET", "/api/rules").json()["exists"]


def test_another_draft_goes_on_with_the_trial_and_a_mistake_is_told_with_its_line(site: Site):
    with site.socket(TRIAL, Role.EDITOR) as socket:
        lamp = "[lights.ready]\nbox = [0.1, 0.1, 0.2, 0.2]\n"
        send(socket, lamp + RULES)
        assert told(socket)["problem"] is None
        send(socket, lamp + RULES.replace('is = "blinks"', 'is = "blnks"'), number=2)
        news = told(socket)
        assert (news["type"], news["number"], news["problem"]["line"]) == ("draft", 2, 6)
        send(socket, lamp, number=3)
        assert told(socket) == {"type": "draft", "number": 3, "rules": [], "problem": None}
        assert trials(site) == 1


def test_news_are_sent_when_the_page_has_had_those_before(
    site: Site, showing: Callable[[BlinkingFilm], tuple[Shown, Server]]
):
    film = BlinkingFilm(5.0, source=CAMERA, begin=wall_clock())
    shown, _ = showing(film)
    with site.socket(TRIAL, Role.EDITOR) as socket:
        send(socket, film.lamp() + RULES)
        assert json.loads(socket.recv(timeout=PATIENCE))["type"] == "draft"
        times = [shown.frame() for _ in range(20)]
        seen: list[float] = []
        while not seen or seen[-1] != times[-1]:
            socket.send("more")
            seen.append(json.loads(socket.recv(timeout=PATIENCE))["seen"]["time"])
        assert len(seen) < 20 or seen == times  # the newest, of which none comes twice


def test_trials_are_few_and_each_ends_with_its_socket(site: Site):
    with ExitStack() as rest, ExitStack() as first:
        for stack in (first, *[rest] * (MOST_TRIALS - 1)):
            socket = stack.enter_context(site.socket(TRIAL, Role.EDITOR))
            send(socket, "")
            assert told(socket)["type"] == "draft"
        assert trials(site) == MOST_TRIALS
        with site.socket(TRIAL, Role.EDITOR) as late:
            send(late, "")
            words = "as many try rules here as can; come again when one of them has ended"
            assert closing(late) == (4429, words)
        first.close()
        wait_for(lambda: _opens(site))
    wait_for(lambda: trials(site) == 0)


def _opens(site: Site) -> bool:
    with site.socket(TRIAL, Role.EDITOR) as socket:
        send(socket, "")
        try:
            return told(socket)["type"] == "draft"
        except ConnectionClosed:
            return False


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('{"text": "", "camera": 1}', 4404),
        ('{"text": "", "camera": -1}', 4422),
        ('{"camera": 0}', 4422),
        ("{", 4422),
        ('{"text": "' + "#" * 200_001 + '", "camera": 0}', 4422),
        ("{" + '"a":{' * 5000, 4422),
    ],
)
def test_what_is_no_draft_is_refused_in_words(site: Site, message: str, code: int):
    with site.socket(TRIAL, Role.EDITOR) as socket:
        socket.send(message)
        refused, reason = closing(socket)
    assert refused == code
    assert reason
    assert trials(site) == 0


def test_only_who_may_edit_tries_rules(site: Site):
    with site.socket(TRIAL, Role.VIEWER) as socket:
        assert closing(socket)[0] == 4403


def test_a_socket_that_sends_no_draft_begins_no_trial(site: Site):
    with site.socket(TRIAL, Role.EDITOR) as socket:
        socket.send("more")
        send(socket, "")
        assert told(socket)["type"] == "draft"
    wait_for(lambda: trials(site) == 0)

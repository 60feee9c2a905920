"""The whole command, with what it tells, keeps and can be told."""

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from svod_rcgn.control.client import SVODClient
from svod_rcgn.errors import ControlError
from svod_rcgn.history.visits import VisitQuery, visits
from tests.fakes import BLACK, BLUE, GREY, RED, RED_PERSON, picture, write_film
from tests.media.sources.network_cameras import MjpegCamera
from tests.notify.servers import Server, SlackServer, has_secret, serving
from tests.patience import PATIENCE, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
COMMAND = """
from svod_rcgn.commands.video import main
from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import store
from tests.fakes import fake_meta, fake_analyzers

build.build_analyzers = lambda *_: fake_analyzers()
store.read_meta = fake_meta
main()
"""


@contextmanager
def _started(folder, *words, **environment):
    """The command in a process of its own, which does not outlast the test."""
    unwanted = ("DISPLAY", "SVOD_SLACK_TOKEN", "SVOD_WEBHOOK_SECRET")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    places = ("--history_dir", folder / "data", "--clarify_dir", folder / "data" / "clarify")
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, (*places, *words))],
        cwd=ROOT, env={**kept, **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def _run(folder, *words, **environment):
    with _started(folder, *words, **environment) as process:
        out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


@pytest.fixture
def film(tmp_path):
    images = [picture(RED)] * 60 + [picture(BLACK)] * 40 + [picture(GREY)] * 70
    return write_film(tmp_path / "film.mp4", images)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_film_leaves_visits_pictures_and_a_strangers_faces(tmp_path, film):
    code, out, err = _run(tmp_path, "--video_source", film, "--listener_port", 0)
    assert (code, err) == (0, "")
    known, stranger = visits(tmp_path / "data", VisitQuery())
    assert (known.subject.label, stranger.subject.label) == (RED_PERSON, None)
    assert known.snapshot.stat().st_size > 500
    assert [path.name for path in (tmp_path / "data" / "clarify").iterdir()] == ["visitor-001"]
    assert "somebody unknown" not in out


def test_strangers_are_announced_as_json_and_people_read_stderr(tmp_path, film):
    words = ("--notify_unknown", "--notify_format", "json", "--no_history", "--listener_port", 0)
    code, out, err = _run(tmp_path, "--video_source", film, *words)
    assert (code, [json.loads(line)["name"] for line in out.splitlines()]) == (0, [RED_PERSON, None])
    assert "170 frames in" in err
    assert not (tmp_path / "data").exists()


def test_slack_needs_its_two_options(tmp_path):
    code, _, err = _run(tmp_path, "--notify_slack_channel", "faces")
    assert (code, "SVOD_SLACK_TOKEN" in err) == (2, True)
    code, _, err = _run(tmp_path, "--notify_slack_token", "xoxb-s3cret")
    assert (code, "--notify_slack_channel" in err, has_secret(err)) == (2, True, False)


def test_a_webhook_is_told_and_its_secrets_are_not(tmp_path, film):
    with serving(Server()) as server:
        address = server.url.replace("http://", "http://user:s3cret@") + "s3cret"
        words = ("--notify_webhook", address, "--listener_port", 0, "--debug")
        code, out, err = _run(tmp_path, "--video_source", film, *words, SVOD_WEBHOOK_SECRET="s3cret")
        assert (code, len(server.requests)) == (0, 1)
        assert "webhook-signature" in server.requests[0].headers
    assert "delivered" in err
    assert not has_secret(out + err)
    assert b"s3cret" not in (tmp_path / "data" / "events.db").read_bytes()


def test_what_could_not_be_delivered_is_told_and_sent_by_the_next_run(tmp_path, film):
    port = _free_port()
    words = ("--notify_webhook", f"http://127.0.0.1:{port}/", "--listener_port", 0)
    code, _, err = _run(tmp_path, "--video_source", film, *words)
    assert code == 0
    assert "1 announcement waits" in err
    (delivery,) = visits(tmp_path / "data", VisitQuery(person=RED_PERSON))[0].announcements
    assert (delivery.state, delivery.reason) == ("waiting", "no connection")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
def test_secrets_are_not_in_the_list_of_processes(tmp_path):
    with (
        MjpegCamera(lambda connection: connection.for_ever(RED)) as camera,
        serving(SlackServer()) as slack,
    ):
        port = _free_port()
        words = ("--notify_slack_channel", "faces", "--notify_slack_token", "xoxb-s3cret")
        hook = ("--notify_webhook", slack.url + "s3cret", "--listener_port", port)
        with (
            _started(tmp_path, "--video_source", camera.url, *words, *hook) as process,
            SVODClient(port=port, timeout=PATIENCE) as client,
        ):
            assert client.call("status")["cameras"]
            assert not has_secret(Path(f"/proc/{process.pid}/cmdline").read_text())
            assert client.call("stop") is True
            process.communicate(timeout=PATIENCE)


def test_a_camera_is_asked_changed_and_ended_from_outside_while_frames_run(tmp_path):
    with MjpegCamera(lambda connection: connection.for_ever(BLUE)) as camera:
        port = _free_port()
        words = ("--listener_port", port, "--model", tmp_path / "none")
        with (
            _started(tmp_path, "--video_source", f"door={camera.url}", *words) as process,
            SVODClient(port=port, timeout=PATIENCE) as client,
        ):
            assert client.call("debug", True) is True
            begun = client.call("status")["cameras"][0]["frames"]
            for _ in range(1000):
                client.call("status")
            wait_for(lambda: client.call("status")["cameras"][0]["frames"] > begun)
            wait_for(lambda: client.call("status")["cameras"][0]["latency_median"])
            status = client.call("status")
            with pytest.raises(ControlError, match="none: no network here"):
                client.call("reload_classifiers")
            assert client.call("debug", False) is False
            assert client.call("stop") is True
            _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    (door,) = status["cameras"]
    assert (door["name"], door["running"]) == ("door", True)
    assert door["frames_per_second"] > 0
    assert door["latency_p95"] >= door["latency_median"] > 0
    assert status["channels"] == []
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("host", "told"), [("127.0.0.1", "Address already in use"), ("0.0.0.0", "give --listener_keys")]
)
def test_a_control_socket_that_cannot_be_had_is_an_error_where_it_was_asked_for(tmp_path, film, host, told):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = ("--listener_host", host, "--listener_port", taken.getsockname()[1])
        code, _, err = _run(tmp_path, "--video_source", film, *words)
    assert (code, err.count("\n")) == (1, 1)
    assert told in err

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from svod_rcgn.commands.control import main
from svod_rcgn.control.server import ControlServer
from svod_rcgn.control.settings import ControlSettings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def port():
    def debug(data):
        return {"debug": data}

    server = ControlServer(ControlSettings(port=0), {"debug": debug, "status": lambda _: {"uptime": 1.5}})
    server.start()
    yield str(server.port)
    server.close()


def _run(*words):
    return CliRunner().invoke(main, list(words))


def test_an_answer_is_printed_as_json(port):
    result = _run("status", "--listener-port", port)
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"uptime": 1.5})


@pytest.mark.parametrize(("word", "data"), [("true", True), ("false", False)])
def test_data_goes_with_the_action(port, word, data):
    assert json.loads(_run("debug", word, "--listener_port", port).stdout) == {"debug": data}


def test_a_refusal_is_one_line(port):
    result = _run("stop", "--listener_port", port)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: 'stop': no such action")


@pytest.mark.parametrize("words", [(), ("format_disk",), ("status", "--timeout", "0")])
def test_wrong_usage_is_told(words):
    assert _run(*words).exit_code == 2


def test_data_that_is_no_json_is_told():
    result = _run("debug", "yes")
    assert result.exit_code == 1
    assert "yes: is not JSON" in result.stderr


def test_without_a_camera_it_says_so():
    command = [
        sys.executable,
        "-m",
        "svod_rcgn.control",
        "status",
        "--listener_port",
        "1",
        "--timeout",
        "3600",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("error: no camera runs at 127.0.0.1:1; start video.py")


def test_one_that_takes_the_connection_and_says_nothing_is_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        result = _run("status", "--listener_port", port, "--timeout", "0.2")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: no camera answered at 127.0.0.1:{port} within 0.2 s")


def test_keys_are_made(tmp_path):
    assert _run("--make_keys", str(tmp_path / "keys")).exit_code == 0
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {
        "server.key", "server.key_secret", "client.key", "client.key_secret",
    }  # fmt: skip
    assert _run("--make_keys", str(tmp_path / "keys")).exit_code == 1

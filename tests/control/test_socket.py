"""Client and server of the control socket, over a real socket."""

import json
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic

import pytest
import zmq

from svod_rcgn.control.client import SVODClient
from svod_rcgn.control.keys import make_keys
from svod_rcgn.control.messages import CUT_OFF, MAX_REQUEST
from svod_rcgn.control.probe import is_listened_to
from svod_rcgn.control.server import ControlServer
from svod_rcgn.control.settings import ControlSettings
from svod_rcgn.errors import ClassifierError, ControlError
from tests.patience import PATIENCE, wait_for

ROOT = Path(__file__).parents[2]
CALLS = """
import sys
from svod_rcgn.control.client import SVODClient
with SVODClient(port=int(sys.argv[1]), timeout=300) as client:
    for number in range(1000):
        assert client.call("echo", number) == number
"""


class FakeActions:
    def __init__(self):
        self.calls = []

    def echo(self, data):
        self.calls.append(data)
        return data

    def refuse(self, data):
        raise ClassifierError("no classifiers\nhere")

    def fail(self, data):
        raise RuntimeError("a secret of the inside")


@pytest.fixture
def actions():
    return FakeActions()


@pytest.fixture
def server(actions):
    by_name = {"echo": actions.echo, "refuse": actions.refuse, "fail": actions.fail}
    opened = ControlServer(ControlSettings(port=0), by_name)
    opened.start()
    yield opened
    opened.close()


@pytest.fixture
def client(server):
    with SVODClient(port=server.port, timeout=PATIENCE) as opened:
        yield opened


@pytest.fixture
def raw(server):
    """Sends bytes as they are."""
    context = zmq.Context()
    connection = context.socket(zmq.REQ)
    connection.setsockopt(zmq.LINGER, 0)
    connection.setsockopt(zmq.RCVTIMEO, round(1000 * PATIENCE))
    connection.connect(f"tcp://127.0.0.1:{server.port}")

    def send(*parts):
        connection.send_multipart(parts)
        return json.loads(connection.recv())

    yield send
    connection.close()
    context.term()


def test_a_call_is_answered(client, actions):
    assert client.call("echo", {"a": [1, True, "ä"]}) == {"a": [1, True, "ä"]}
    assert client.call("echo") is None
    assert actions.calls == [{"a": [1, True, "ä"]}, None]


def test_what_an_action_refuses_is_told_in_one_line(client):
    with pytest.raises(ControlError, match=r"^no classifiers here$"):
        client.call("refuse")
    assert client.call("echo", 1) == 1


def test_a_defect_is_told_without_its_insides_and_ends_nothing(client, caplog):
    with pytest.raises(ControlError, match=r"^failed within: RuntimeError$"):
        client.call("fail")
    assert client.call("echo", 1) == 1


def test_an_unknown_action_is_told_with_the_known_ones(client):
    with pytest.raises(ControlError, match="'format_disk': no such action; there are echo, fail, refuse"):
        client.call("format_disk")


@pytest.mark.parametrize(
    "parts",
    [
        (b"",),
        (b"garbage",),
        (b"\xff\xfe",),
        (b"\x80\x04\x95pickle",),
        (b"[]",),
        (b"{}",),
        (b'{"action": 1}',),
        (b'{"action": "echo", "more": 1}',),
        (b'{"action": "echo"', b"}"),
        (b"[" * 5000,),
        (b'{"action": "echo", "data": "' + b"x" * MAX_REQUEST + b'"}',),
    ],
)
def test_malformed_and_large_requests_are_answered_and_change_nothing(raw, actions, parts):
    answer = raw(*parts)
    assert answer["ok"] is False
    assert len(answer["error"].splitlines()) == 1
    assert actions.calls == []
    assert raw(b'{"action": "echo", "data": 5}')["result"] == 5


def test_who_sends_a_huge_request_is_cut_off_and_the_others_go_on(server, client, actions):
    context = zmq.Context()
    with context.socket(zmq.REQ) as flood:
        flood.setsockopt(zmq.LINGER, 0)
        flood.setsockopt(zmq.RCVTIMEO, 300)
        flood.connect(f"tcp://127.0.0.1:{server.port}")
        flood.send(b"x" * (CUT_OFF + 1))
        with pytest.raises(zmq.Again):
            flood.recv()
    context.term()
    assert client.call("echo", 1) == 1
    assert actions.calls == [1]


@pytest.mark.parametrize("count", [1, 3, 100])
def test_garbage_on_the_wire_does_no_harm(server, client, count):
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: camera\r\n\r\n" * count)
    assert client.call("echo", 1) == 1


def test_a_request_that_is_too_large_is_not_even_sent(client, actions):
    with pytest.raises(ControlError, match="bytes are too many"):
        client.call("echo", "x" * MAX_REQUEST)
    with pytest.raises(ControlError, match="cannot be sent as JSON"):
        client.call("echo", object())
    assert client.call("echo", 1) == 1


def test_a_thousand_calls_of_another_process_are_answered(server, actions):
    command = [sys.executable, "-c", CALLS, str(server.port)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=PATIENCE)
    assert actions.calls == list(range(1000))


def test_many_clients_are_answered_at_once(server, actions):
    def ask(number):
        with SVODClient(port=server.port, timeout=PATIENCE) as client:
            for _ in range(20):
                assert client.call("echo", number) == number

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(actions.calls) == 160


def test_a_client_that_dies_in_the_midst_of_a_call_does_no_harm(server, client, actions):
    code = CALLS.replace("range(1000)", "range(10 ** 9)")
    with subprocess.Popen([sys.executable, "-c", code, str(server.port)], cwd=ROOT) as other:
        wait_for(lambda: actions.calls)
        assert client.call("echo", -1) == -1
        other.kill()
    assert client.call("echo", 1) == 1


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_without_a_camera_the_client_says_so_after_its_timeout():
    begun = monotonic()
    with SVODClient(port=_free_port(), timeout=0.3) as client:
        with pytest.raises(ControlError, match=r"no camera answered at 127\.0\.0\.1:\d+ within 0\.3 s"):
            client.call("status")
        with pytest.raises(ControlError, match="no camera answered"):
            client.call("status")
    assert monotonic() - begun >= 0.6


def test_a_camera_that_starts_later_answers_the_same_client(actions):
    port = _free_port()
    with SVODClient(port=port, timeout=0.2) as client:
        with pytest.raises(ControlError):
            client.call("echo", 1)
        server = ControlServer(ControlSettings(port=port), {"echo": actions.echo})
        server.start()
        client._timeout = PATIENCE
        assert client.call("echo", 2) == 2
        server.close()


def test_a_probe_tells_whether_somebody_listens(server):
    assert is_listened_to(ControlSettings(port=server.port))
    assert not is_listened_to(ControlSettings(port=_free_port()))


def test_a_port_that_is_taken_is_told(server):
    with pytest.raises(ControlError, match=r"127\.0\.0\.1:\d+: Address already in use; .*--listener_port"):
        ControlServer(ControlSettings(port=server.port), {})


def test_a_closed_server_frees_its_port(actions):
    port = _free_port()
    for _ in range(3):
        server = ControlServer(ControlSettings(port=port), {"echo": actions.echo})
        server.start()
        with SVODClient(port=port, timeout=PATIENCE) as client:
            assert client.call("echo", 1) == 1
        server.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "*", "::", "192.168.1.5", "camera.local"])
def test_an_address_that_others_can_reach_is_refused_without_keys(host):
    with pytest.raises(ControlError, match="others can reach this address"):
        ControlServer(ControlSettings(host, 0), {})
    with pytest.raises(ControlError, match="others can reach this address"):
        SVODClient(host, 1)


def test_with_keys_only_who_has_them_is_answered(tmp_path, actions):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    make_keys(ours)
    make_keys(theirs)
    (theirs / "server.key").write_bytes((ours / "server.key").read_bytes())
    server = ControlServer(ControlSettings("0.0.0.0", 0, ours), {"echo": actions.echo})
    server.start()
    try:
        with SVODClient(port=server.port, timeout=PATIENCE, keys=ours) as client:
            assert client.call("echo", 1) == 1
        for keys in (None, theirs):
            with (
                SVODClient(port=server.port, timeout=0.2, keys=keys) as client,
                pytest.raises(ControlError, match="no camera answered"),
            ):
                client.call("echo", 2)
    finally:
        server.close()
    assert actions.calls == [1]


def test_keys_are_for_their_owner_and_never_overwritten(tmp_path):
    make_keys(tmp_path / "keys")
    secret = tmp_path / "keys" / "server.key_secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    with pytest.raises(ControlError, match="is not empty"):
        make_keys(tmp_path / "keys")


@pytest.mark.parametrize("content", [None, b"", b"garbage"])
def test_a_missing_or_damaged_key_is_told(tmp_path, content):
    if content is not None:
        (tmp_path / "client.key_secret").write_bytes(content)
    with pytest.raises(ControlError, match=r"client\.key_secret"):
        SVODClient(keys=tmp_path)


def test_the_client_is_light():
    heavy = {"cv2", "numpy", "openvino", "sklearn", "PIL", "rich", "click", "sqlite3", "slack_sdk", "psutil"}
    code = f"import sys, svod_rcgn.control.client; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

"""States and events over MQTT, with a broker that is real where there is one."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from time import time as wall_clock
from typing import Any

import numpy as np
import pytest

pytest.importorskip("paho.mqtt", reason="the extra mqtt is not installed")
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from svod_rcgn.errors import InputError
from svod_rcgn.notify.channel import Misconfigured, Postponed
from svod_rcgn.notify.mqtt import MqttChannel
from svod_rcgn.notify.mqtt_topics import word
from svod_rcgn.records import FACE, Box, Observation, Subject
from tests.app.test_rule_service import RULE, Watched
from tests.events.visitors import delivery
from tests.patience import PATIENCE

MOSQUITTO = shutil.which("mosquitto", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
real = [
    pytest.mark.slow,
    pytest.mark.skipif(MOSQUITTO is None, reason="there is no mosquitto; apt-get install mosquitto"),
]
CAR = Observation(kind="object", label="car", score=0.8, box=Box(10, 10, 30, 30), track=3)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A mosquitto of the test's own, which may be stopped and started again."""

    def __init__(self, folder: Path, port: int, *lines: str) -> None:
        self.port, self._config = port, folder / "mosquitto.conf"
        lines = lines or ("allow_anonymous true",)
        self._config.write_text("\n".join([f"listener {port} 127.0.0.1", *lines]) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self._answers)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


class Listener:
    """Hears everything that is said on a broker."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._lock = Lock()
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self._client.on_message = self._note
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _note(self, _client: Any, _data: Any, message: Any) -> None:
        with self._lock:
            self.heard.append((message.topic, message.payload))

    def last(self, topic: str) -> Any:
        told = [payload for heard, payload in list(self.heard) if heard == topic]
        if not told:
            return None
        return json.loads(told[-1]) if told[-1][:1] in b"[{" and told[-1] else told[-1].decode()

    def events(self, rule: str) -> list[dict[str, Any]]:
        told = [json.loads(payload) for topic, payload in list(self.heard) if topic == "home/yard/events"]
        return [each for each in told if each["rule"] == rule]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline, "it did not come to pass"
        sleep(0.02)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path, free_port())
    broker.start()
    yield broker
    broker.stop()


@contextmanager
def listening(broker: Broker) -> Iterator[Listener]:
    listener = Listener(broker.port)
    try:
        yield listener
    finally:
        listener.close()


@contextmanager
def watched(tmp_path: Path, broker: Broker) -> Iterator[Watched]:
    (tmp_path / "rules.toml").write_text(RULE.format(seconds=1))
    channel = MqttChannel(f"mqtt://127.0.0.1:{broker.port}/home")
    camera = Watched(tmp_path / "record", tmp_path / "rules.toml", [channel])
    try:
        yield camera
    finally:
        camera.service.close(PATIENCE)


@pytest.mark.parametrize("mark", [pytest.param(None, marks=real)])
def test_discovery_states_and_events_are_seen(tmp_path: Path, broker: Broker, mark: None):
    now = wall_clock()
    with listening(broker) as heard:
        with watched(tmp_path, broker) as camera:
            wait_until(lambda: heard.last("home/status") == "online")
            wait_until(lambda: heard.last("home/yard/rules/car_stays") == "OFF")
            found = "homeassistant/binary_sensor/home_yard/rule_car_stays/config"
            assert heard.last(found)["state_topic"] == "home/yard/rules/car_stays"
            assert (
                heard.last("homeassistant/sensor/home_yard/persons/config")["availability_topic"]
                == "home/status"
            )
            camera.show(now, 8, CAR)
            wait_until(lambda: heard.last("home/yard/rules/car_stays") == "ON")
            wait_until(lambda: heard.last("home/yard/counts") == {"all": 1, "car": 1})
            camera.show(now + 8, 3)
            wait_until(lambda: len(heard.events("car stays")) == 2)
            assert [each["phase"] for each in heard.events("car stays")] == ["begun", "ended"]
            assert len({each["id"] for each in heard.events("car stays")}) == 1
            wait_until(lambda: heard.last("home/yard/rules/car_stays") == "OFF")
        wait_until(lambda: heard.last("home/status") == "offline")


@pytest.mark.parametrize("mark", [pytest.param(None, marks=real)])
def test_events_of_a_time_without_a_broker_come_once_each(tmp_path: Path, broker: Broker, mark: None):
    now = wall_clock()
    with watched(tmp_path, broker) as camera:
        with listening(broker) as heard:
            camera.show(now, 2, CAR)
            wait_until(lambda: len(heard.events("car stays")) == 1)
        broker.stop()
        camera.show(now + 2, 3)
        camera.show(now + 5, 2, CAR)
        camera.show(now + 7, 3)
        broker.start()
        with listening(broker) as heard:
            wait_until(lambda: heard.last("home/yard/rules/car_stays") == "OFF")
            wait_until(lambda: len(heard.events("car stays")) == 3)
            assert camera.service.close(PATIENCE) == 0
            phases = [each["phase"] for each in heard.events("car stays")]
            assert phases == ["ended", "begun", "ended"]


@pytest.mark.parametrize("mark", [pytest.param(None, marks=real)])
def test_a_rule_that_is_gone_is_taken_off_home_assistant(broker: Broker, mark: None):
    channel = MqttChannel(f"mqtt://127.0.0.1:{broker.port}/home")
    topic = "homeassistant/binary_sensor/home_yard/rule_a/config"
    with listening(broker) as heard:
        channel.watch("yard", ["a", "b"])
        wait_until(lambda: bool(heard.last(topic)))
        channel.watch("yard", ["b"])
        wait_until(lambda: heard.last(topic) == "")
        channel.close()


@pytest.mark.parametrize("mark", [pytest.param(None, marks=real)])
def test_a_broker_that_lets_nobody_in_is_told_as_such(tmp_path: Path, mark: None):
    broker = Broker(tmp_path, free_port(), "allow_anonymous false")
    broker.start()
    channel = MqttChannel(f"mqtt://127.0.0.1:{broker.port}")
    with pytest.raises(Misconfigured, match="check user and password"):
        channel.check()
    channel.close()
    broker.stop()


def test_a_broker_that_is_away_postpones(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("svod_rcgn.notify.mqtt.PATIENCE", 0.1)
    channel = MqttChannel(f"mqtt://127.0.0.1:{free_port()}")
    channel.visit("yard", Subject(FACE, "Ada"), there=True)  # and waits for nothing
    with pytest.raises(Postponed, match="no connection"):
        channel.deliver(delivery(), lambda _: None)
    channel.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://broker",
        "mqtt://",
        "mqtt://broker/#",
        "mqtt://broker:none",
        "broker",
        "mqtt://b\n/x",
        "mqtt://b/?a",
    ],
)
def test_what_is_no_address_is_refused(url: str):
    with pytest.raises(InputError, match="--notify_mqtt: give an address"):
        MqttChannel(url)


def test_a_password_is_not_in_the_name():
    name = MqttChannel("mqtts://ann:s3cret@broker/home").name
    assert "s3cret" not in name
    assert name == MqttChannel("mqtts://ann:another@broker:8883/home/").name  # what waits is for both
    assert name != MqttChannel("mqtts://bob:s3cret@broker/home").name
    assert name != MqttChannel("mqtts://ann:s3cret@broker/shed").name


def test_names_of_any_kind_are_one_level_of_a_topic():
    assert word("car stays") == "car_stays"
    assert not set(word("a/b+#\0é")) & set("/+#\0é")
    assert np.unique([word(name) for name in ("a/b", "a+b", "ab")]).size == 3

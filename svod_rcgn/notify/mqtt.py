"""States and events over MQTT, as home automation takes them."""

import hashlib
import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import RLock
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from ..errors import InputError
from ..history.outbox import Delivery
from ..records import Subject
from ..text import shown
from .channel import Misconfigured, Postponed
from .mqtt_topics import OFFLINE, ONLINE, Topics, counts_of, event_body, persons_of

log = logging.getLogger(__name__)

PREFIX = "svod"
PORTS = {"mqtt": 1883, "mqtts": 8883}
KEEPALIVE = 30  # seconds, after which a broker says that this program is gone
PATIENCE = 10.0  # seconds for a connection or an answer
_NOT_LET_IN = frozenset(
    {"Bad user name or password", "Not authorized", "Banned", "Bad authentication method"}
)
_FAREWELL = 1.0  # seconds for the last word


@dataclass(slots=True)
class _Camera:
    rules: tuple[str, ...] = ()
    there: set[Subject] = field(default_factory=set)
    holding: dict[str, set[Subject]] = field(default_factory=lambda: defaultdict(set))


@dataclass(slots=True)
class _Sent:
    """An announcement on its way: its id, and the number that the client has given it."""

    id: str
    number: int
    confirmed: Flag = field(default_factory=Flag)


class MqttChannel:
    """A broker: it is shown states, which it keeps, and told of events, which wait while it is away.

    States are told anew with each connection, so that none is out of date. That an event came to the
    broker is confirmed; where the connection breaks just then it may come twice, with the same id.
    """

    def __init__(self, url: str, password: str | None = None) -> None:
        """Check the address; it is connected to when that is asked for.

        Args:
            url: mqtt://user:password@host:port/prefix, or mqtts:// for TLS; all but the host may be missing.
            password: Used where the address has none.

        Raises:
            InputError: Not such an address.
        """
        parts = _parts(url)
        self._topics = Topics(unquote(parts.path.strip("/")) or PREFIX)
        self._host, self._port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        place = f"{parts.username or ''}@{self._host}:{self._port}/{self._topics.prefix}"
        number = hashlib.sha256(place.encode()).hexdigest()[:8]  # not of the password, which may change
        self.name = f"mqtt {self._host}:{self._port} {number}"
        self._client = _client(parts, password, self._topics.status)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_publish = self._confirmed
        self._cameras: dict[str, _Camera] = {}
        self._announced: dict[str, set[str]] = {}
        self._answered, self._problem = Flag(), ""
        self._is_started = False
        self._sent_last: _Sent | None = None
        self._lock = RLock()

    def check(self) -> None:
        """See `Channel.check`."""
        self._start()
        self._answered.wait(PATIENCE)
        if self._problem in _NOT_LET_IN:
            raise Misconfigured(f"the broker does not let us in ({self._problem}); check user and password")
        if not self._client.is_connected():
            raise Postponed(self._problem or "no connection")

    def deliver(self, delivery: Delivery, note: Callable[[str], None]) -> None:  # noqa: ARG002
        """See `Channel.deliver`."""
        self.check()
        if not self._sent(delivery).confirmed.wait(PATIENCE):
            raise Postponed("the broker did not confirm it", uncertain=True)
        self._sent_last = None

    def _sent(self, delivery: Delivery) -> "_Sent":
        """What is on its way; the client itself tries again what the broker has not confirmed."""
        with self._lock:
            if self._sent_last is None or self._sent_last.id != delivery.id:
                topic = self._topics.events(delivery.event.source)
                info = self._client.publish(topic, event_body(delivery.event), qos=1)
                self._sent_last = _Sent(delivery.id, info.mid)
            return self._sent_last

    def _confirmed(self, _client: Any, _data: Any, number: int, _reason: Any, _more: Any) -> None:
        with self._lock:
            if self._sent_last is not None and self._sent_last.number == number:
                self._sent_last.confirmed.set()

    def watch(self, camera: str, rules: Sequence[str]) -> None:
        """See `StateBoard.watch`."""
        with self._lock:
            known = self._cameras.setdefault(camera, _Camera())
            known.rules = tuple(rules)
            self._start()
            self._show_all(camera)

    def visit(self, camera: str, subject: Subject, *, there: bool) -> None:
        """See `StateBoard.visit`."""
        with self._lock:
            known = self._cameras.setdefault(camera, _Camera())
            (known.there.add if there else known.there.discard)(subject)
            self._show_there(camera)

    def rule(self, camera: str, rule: str, subject: Subject, *, holds: bool) -> None:
        """See `StateBoard.rule`."""
        with self._lock:
            holding = self._cameras.setdefault(camera, _Camera()).holding[rule]
            (holding.add if holds else holding.discard)(subject)
            self._show_rule(camera, rule)

    def close(self) -> None:
        """See `StateBoard.close`: the broker is told that this program is gone."""
        if not self._is_started:
            return
        if self._client.is_connected():
            try:
                self._client.publish(self._topics.status, OFFLINE, qos=1, retain=True).wait_for_publish(
                    _FAREWELL
                )
            except (ValueError, RuntimeError) as error:
                log.debug("%s: %s", self.name, error)
        self._client.disconnect()
        self._client.loop_stop()
        self._is_started = False

    def _start(self) -> None:
        with self._lock:
            if not self._is_started:
                self._is_started = True
                self._client.connect_async(self._host, self._port, KEEPALIVE)
                self._client.loop_start()

    def _connected(self, _client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        self._problem = str(reason) if reason.is_failure else ""
        if not reason.is_failure:
            with self._lock:
                self._put(self._topics.status, ONLINE.encode())
                for camera in self._cameras:
                    self._show_all(camera)
        self._answered.set()

    def _disconnected(self, _client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        self._problem = self._problem or f"the connection broke ({reason})"

    def _show_all(self, camera: str) -> None:
        known = self._cameras[camera]
        messages = dict(self._topics.discovery(camera, known.rules))
        for gone in self._announced.get(camera, set()) - set(messages):
            self._put(gone, b"")  # which makes the broker forget it, and Home Assistant too
        self._announced[camera] = set(messages)
        for topic, message in messages.items():
            self._put(topic, message)
        self._show_there(camera)
        for rule in known.rules:
            self._show_rule(camera, rule)

    def _show_there(self, camera: str) -> None:
        there = self._cameras[camera].there
        self._put(self._topics.persons(camera), persons_of(there))
        self._put(self._topics.counts(camera), counts_of(there))

    def _show_rule(self, camera: str, rule: str) -> None:
        known = self._cameras[camera]
        holds = bool(known.holding.get(rule))
        self._put(self._topics.rule(camera, rule), b"ON" if holds else b"OFF")

    def _put(self, topic: str, message: bytes) -> None:
        """Say how something stands: unconfirmed, since all is said again with the next connection."""
        if self._client.is_connected():
            self._client.publish(topic, message, qos=0, retain=True)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:
        parts, port = None, None
    prefix = unquote(parts.path.strip("/")) if parts else ""
    is_good = parts and parts.scheme in PORTS and parts.hostname and shown(url) == url and port != 0
    if not parts or not is_good or set(prefix) & set("+#\0") or set(url) & set("?#"):
        raise InputError("--notify_mqtt: give an address as mqtt://host, mqtts://user@host:8883/prefix")
    return parts


def _client(parts: SplitResult, password: str | None, status: str) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"svod-{uuid.uuid4().hex[:16]}")
    if parts.username:
        secret = unquote(parts.password) if parts.password else password
        client.username_pw_set(unquote(parts.username), secret)
    if parts.scheme == "mqtts":
        client.tls_set()
    client.will_set(status, OFFLINE, qos=1, retain=True)
    client.reconnect_delay_set(1, 60)
    return client

"""The server listens on this machine alone, and ends when it is told."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from time import monotonic

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from svod_rcgn.classification.look import Looker
from svod_rcgn.errors import InputError
from svod_rcgn.storage.images import encode_jpeg
from svod_rcgn.web import timed_http
from svod_rcgn.web.access import guard
from svod_rcgn.web.http_server import bind
from svod_rcgn.web.settings import Limits, WebSettings
from tests.patience import PATIENCE, wait_for
from tests.web.site import Site, raise_when_closed, serving


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.com", "", "127.0.0.1.example"])
def test_an_address_that_others_could_reach_is_refused(host: str):
    with pytest.raises(InputError, match="others could reach"):
        bind(WebSettings(host=host, port=0))


def test_a_port_that_is_taken_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"127.0.0.1:{port}: .*; give another --port"):
            bind(WebSettings(port=port))


def test_it_ends_soon_while_sockets_are_open(tmp_path: Path):
    with ExitStack() as stack:
        with serving(tmp_path) as site:
            news = stack.enter_context(site.socket("/api/news"))
            news.recv(timeout=PATIENCE)
            begun = monotonic()
        assert monotonic() - begun < PATIENCE  # and not for ever, as it would without a limit
        with pytest.raises(ConnectionClosed):
            raise_when_closed(news)


def test_an_answer_does_not_wait_for_the_acknowledgement_of_its_head():
    with bind(WebSettings(port=0)) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def connected(site: Site) -> socket.socket:
    name, port = site.host.split(":")
    made = socket.create_connection((name, int(port)))
    made.settimeout(PATIENCE)
    return made


def head(site: Site, path: str, **headers: object) -> bytes:
    """Of a POST by a script, without its end."""
    lines = {"Host": site.host, "Authorization": f"Bearer {site.access.entrance.token}", **headers}
    told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{told}".encode()


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "])
def test_whoever_sends_no_whole_head_in_time_is_hung_up_on(
    site: Site, monkeypatch: pytest.MonkeyPatch, begun: bytes
):
    monkeypatch.setattr(timed_http, "HEAD_TIME", 0.1)
    with connected(site) as slow:
        slow.sendall(begun)
        assert slow.recv(100) == b""


@pytest.mark.slow
def test_a_second_head_has_its_time_too_and_a_socket_that_talks_has_all_it_wants(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(timed_http, "HEAD_TIME", 0.5)
    with site.socket("/api/news") as news, connected(site) as slow:
        slow.sendall(b"GET /icon.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = b""
        while b"</svg>" not in answer:
            answer += slow.recv(10_000)
        slow.sendall(b"GET /")
        assert slow.recv(100) == b""
        begun = monotonic()
        while monotonic() - begun < 1.0:  # longer than a head may take
            news.recv(timeout=PATIENCE)


def test_a_body_that_stops_to_come_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "BODY_PAUSE", 0.1)
    with connected(site) as slow:
        slow.sendall(head(site, "/api/faces", Content_Type="image/png", Content_Length=1000) + b"\r\nabc")
        assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")


def test_who_finds_the_line_full_is_told_before_anything_is_read(tmp_path: Path):
    picture = encode_jpeg(np.full((48, 64, 3), 90, np.uint8))
    gate, at_work = Event(), Event()

    def load(name: str) -> Looker:
        at_work.set()
        gate.wait(PATIENCE)
        raise InputError(name)

    with (
        serving(tmp_path, limits=Limits(at_work=1, waiting=1), load=load) as site,
        ThreadPoolExecutor() as pool,
    ):
        try:
            jpeg = {"Content-Type": "image/jpeg"}
            work = pool.submit(site.ask, "POST", "/api/classify", data=picture, headers=jpeg)
            at_work.wait(PATIENCE)
            with connected(site) as waiting, connected(site) as late:
                for each in (waiting, late):  # neither sends its body, and the first has a place all the same
                    words = head(site, "/api/faces", Content_Type="image/png", Content_Length=40 * 2**20)
                    each.sendall(words + b"\r\n")
                    wait_for(lambda: site.ask("GET", "/api/cameras").ok)
                told = late.recv(1000)
                assert told.startswith(b"HTTP/1.1 429 ")
                assert b"retry-after: 1" in told
        finally:
            gate.set()
        assert work.result().status_code == 422

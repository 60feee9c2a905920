"""The server listens on this machine alone, and ends when it is told."""

import socket
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest
from websockets.exceptions import ConnectionClosed

from svod_rcgn.errors import InputError
from svod_rcgn.web.http_server import bind
from svod_rcgn.web.settings import WebSettings
from tests.patience import PATIENCE
from tests.web.site import raise_when_closed, serving


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

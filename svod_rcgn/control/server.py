"""Answers at the control socket, in a thread of its own."""

import logging
import os
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any, TypeAlias

import zmq
from zmq.auth.thread import ThreadAuthenticator

from ..errors import ControlError, SvodError
from . import keys as curve
from .messages import CUT_OFF, Reply, decode_request, encode_reply
from .settings import ControlSettings

log = logging.getLogger(__name__)

Action: TypeAlias = Callable[[Any], Any]

LONGEST_NAME = 40
_WAKE = "inproc://end"
_ENDING_MS = 500


class ControlServer:
    """Answers one request after the other; what an action raises is an answer too."""

    def __init__(self, settings: ControlSettings, actions: Mapping[str, Action]) -> None:
        """Listen, so that it is known at once whether the port can be had; `start` begins to answer.

        Args:
            settings: Where to listen; port 0 takes any free one.
            actions: What can be asked for, by name.

        Raises:
            ControlError: The port is taken, or others could reach the address and there are no keys.
        """
        curve.check_reach(settings.host, settings.keys)
        self._actions = actions
        self._context = zmq.Context()
        self._authenticator: ThreadAuthenticator | None = None
        try:
            self._socket = self._listen(settings)
        except BaseException:
            self._close_context()
            raise
        self._end, self._ended = self._context.socket(zmq.PAIR), self._context.socket(zmq.PAIR)
        self._ended.bind(_WAKE)
        self._end.connect(_WAKE)
        self._thread = Thread(target=self._run, name="control", daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened at."""
        return int(self._socket.getsockopt_string(zmq.LAST_ENDPOINT).rpartition(":")[2])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Answer no more; an answer that is on its way still goes out."""
        if self._thread.is_alive():
            self._end.send(b"")
            self._thread.join()
        for used in (self._socket, self._end, self._ended):
            used.close(linger=_ENDING_MS)
        self._close_context()

    def _listen(self, settings: ControlSettings) -> "zmq.Socket[bytes]":
        listener = self._context.socket(zmq.ROUTER)
        listener.setsockopt(zmq.MAXMSGSIZE, CUT_OFF)
        listener.setsockopt(zmq.LINGER, _ENDING_MS)
        try:
            if settings.keys is not None:
                self._demand_keys(listener, settings)
            listener.bind(f"tcp://{settings.host}:{settings.port or '*'}")
        except zmq.ZMQError as error:
            listener.close()
            reason = f"{settings.host}:{settings.port}: {os.strerror(error.errno or 0)}"
            raise ControlError(f"{reason}; if another camera runs, choose another --listener_port") from error
        except ControlError:
            listener.close()
            raise
        return listener

    def _demand_keys(self, listener: "zmq.Socket[bytes]", settings: ControlSettings) -> None:
        assert settings.keys is not None
        public, secret = curve.load_pair(settings.keys, curve.SERVER)
        curve.load_public(settings.keys, curve.CLIENT)
        self._authenticator = ThreadAuthenticator(self._context)
        self._authenticator.start()
        self._authenticator.configure_curve(domain="*", location=settings.keys)
        listener.curve_publickey, listener.curve_secretkey, listener.curve_server = public, secret, True

    def _run(self) -> None:
        poller = zmq.Poller()
        poller.register(self._socket, zmq.POLLIN)
        poller.register(self._ended, zmq.POLLIN)
        while self._ended not in dict(poller.poll()):
            # Garbage on the wire may say that something is there and then be nothing, and a REP socket
            # would wait for it; a ROUTER does not.
            try:
                sender, *envelope = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                continue
            if envelope and not envelope[0]:
                self._socket.send_multipart([sender, b"", self._answered(envelope[1:])], zmq.NOBLOCK)

    def _answered(self, parts: list[bytes]) -> bytes:
        try:
            return encode_reply(Reply(ok=True, result=self._act(parts)))
        except SvodError as error:
            return encode_reply(Reply(ok=False, error=" ".join(str(error).split())))
        except Exception as error:
            log.exception("a request at the control socket failed")
            return encode_reply(Reply(ok=False, error=f"failed within: {type(error).__name__}"))

    def _act(self, parts: list[bytes]) -> Any:
        if len(parts) != 1:
            raise ControlError(f"a request has one part, not {len(parts)}")
        request = decode_request(parts[0])
        action = self._actions.get(request.action)
        if action is None:
            known = ", ".join(sorted(self._actions))
            raise ControlError(f"{request.action[:LONGEST_NAME]!r}: no such action; there are {known}")
        return action(request.data)

    def _close_context(self) -> None:
        if self._authenticator is not None:
            self._authenticator.stop()
        self._context.term()

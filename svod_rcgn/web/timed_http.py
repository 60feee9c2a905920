"""HTTP as uvicorn speaks it, but nobody holds a connection by sending the head of a request slowly."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_TIME = 10.0  # seconds from a connection, or from the first byte after an answer, to the end of a head


class TimedHttp(H11Protocol):
    """Hangs up where no request begins in time; uvicorn itself has a limit between two requests alone.

    The time is not begun anew by more bytes, so that a byte now and then does not help.
    """

    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._mind_clock()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        super().data_received(data)
        self._mind_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._stop_clock()
        super().connection_lost(exc)

    def _mind_clock(self) -> None:
        is_waiting = self.conn.their_state is h11.IDLE and self.transport.get_protocol() is self
        if not is_waiting:
            self._stop_clock()
        elif self._clock is None:
            self._clock = self.loop.call_later(HEAD_TIME, self._hang_up)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

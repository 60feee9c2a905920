"""Cameras and streams: only the newest picture counts, and a connection that breaks is made anew."""

import logging
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from itertools import count
from threading import Event as Flag

from ...errors import InputError
from ...records import Frame
from ...retry import Backoff
from ..settings import LiveSettings
from .capture_thread import Reader
from .source import DEFAULT_RATE, Capture, Health

log = logging.getLogger(__name__)

MOST_HANGING = 4  # threads of one source that wait for its driver; more would only pile up


class LiveSource:
    """A camera or a stream that has no end; its time is the clock's."""

    live = True
    still = False
    frame_count = None

    def __init__(
        self,
        connect: Callable[[], Capture],
        name: str,
        settings: LiveSettings,
        frames_per_second: float = DEFAULT_RATE,
    ) -> None:
        """Prepare; nothing is connected yet.

        Args:
            connect: Opens the camera or stream, and raises InputError where that fails.
            name: Safe to print.
            settings: Timeouts and pauses.
            frames_per_second: What the camera says it sends.
        """
        self.name = name
        self.frames_per_second = frames_per_second
        self._connect = connect
        self._settings = settings
        self._stopped = Flag()
        self._reader: Reader | None = None
        self._left: list[Reader] = []
        self._is_lost = False
        self._health = Health()

    @property
    def health(self) -> Health:
        """See `Source.health`."""
        reader = self._reader
        dropped = reader.dropped if reader else 0
        return replace(self._health, dropped=self._health.dropped + dropped)

    def stop(self) -> None:
        """See `Source.stop`."""
        self._stopped.set()
        if reader := self._reader:
            reader.close()

    def frames(self) -> Generator[Frame, None, None]:
        """See `Source.frames`; a connection that breaks is made anew, after pauses that grow.

        Raises:
            InputError: It was given up after as many tries in a row as the settings allow.
        """
        backoff = Backoff(self._settings.retry, self._stopped)
        numbers = count()
        while not self._stopped.is_set():
            backoff.begin()
            try:
                yield from self._connection(numbers)
            except InputError as error:
                self._lost(error, backoff)

    def _connection(self, numbers: Iterator[int]) -> Iterator[Frame]:
        reader = self._reader = self._new_reader()
        if self._stopped.is_set():
            reader.close()  # `stop` may have come before there was a reader to close
        try:
            for picture in reader.pictures():
                if self._stopped.is_set():
                    return
                self._found()
                yield Frame(picture.image, next(numbers), picture.time, self.name, picture.captured)
        finally:
            self._health = self.health
            self._reader = None
            reader.end()
            self._left.append(reader)

    def _new_reader(self) -> Reader:
        self._left = [reader for reader in self._left if reader.hangs]
        if len(self._left) >= MOST_HANGING:
            raise InputError(f"{self.name}: {len(self._left)} reads of it hang; is its driver stuck?")
        return Reader(self._connect, self.name, self._settings.read_timeout)

    def _found(self) -> None:
        if self._is_lost:
            self._is_lost = False
            log.warning("%s: sends pictures again", self.name)

    def _lost(self, error: InputError, backoff: Backoff) -> None:
        pause = backoff.fail()
        self._health = replace(self._health, last_error=str(error))
        self._is_lost = True
        limit = self._settings.retry.limit
        if limit is not None and backoff.failures > limit:
            raise InputError(f"{error}; given up after {limit} reconnects") from error
        log.warning("%s; next try in %g s", error, pause)
        backoff.pause(pause)
        self._health = replace(self._health, reconnects=self._health.reconnects + 1)

"""Carries announcements from the outbox to a channel, in a thread of its own."""

import logging
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from time import monotonic

from ..errors import BusyError, HistoryError
from ..history.outbox import Outbox
from ..retry import Backoff, RetrySettings
from ..storage import folders
from .board import StateBoard
from .channel import Channel, Misconfigured, Postponed, Refused


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How hard a channel that is down is tried, and how many announcements may wait for it.

    A further announcement drops the oldest.
    """

    retry: RetrySettings = field(
        default_factory=lambda: RetrySettings(longest_pause=300.0, steady=float("inf"))
    )
    queue: int = 1000


log = logging.getLogger(__name__)

LOOK_AGAIN = 5.0
WORTH_A_LINE = 3  # failures in a row; fewer are everyday life


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """How a channel fares: announcements that wait, and what is wrong, if anything is."""

    channel: str
    waiting: int
    problem: str | None


class ChannelSender:
    """Delivers the announcements of one channel one after another, the oldest first.

    While the channel is down the others wait behind the first, so that it is asked once a pause and
    not once an announcement. Of several processes that share an outbox one delivers to a channel.
    """

    def __init__(
        self, channel: Channel, outbox: Outbox, settings: DeliverySettings, lock: Path | None
    ) -> None:
        """Get ready; `start` begins to deliver.

        Args:
            channel: Where announcements go.
            outbox: Where they wait.
            settings: The pauses.
            lock: What is locked while this process delivers; None where no other can.
        """
        self._channel = channel
        self._outbox = outbox
        self._settings = settings
        self._lock = lock
        self._problem: str | None = None
        self._wake, self._stopped = Flag(), Flag()
        self._backoff = Backoff(settings.retry, self._stopped)
        self._checked = self._warned = False
        self._thread = Thread(target=self._run, name=f"sender {channel.name}", daemon=True)

    @property
    def channel(self) -> str:
        """The name of the channel."""
        return self._channel.name

    @property
    def takes_ends(self) -> bool:
        """Whether it is told of what ends, too: whoever shows how things stand."""
        return isinstance(self._channel, StateBoard)

    def start(self) -> None:
        """Begin to deliver, with what is left from before."""
        self._thread.start()

    def wake(self) -> None:
        """Something new is in the outbox."""
        self._wake.set()

    def status(self) -> ChannelStatus:
        """How the channel fares."""
        return ChannelStatus(self.channel, self._outbox.waiting().get(self.channel, 0), self._problem)

    def stop(self, deadline: float) -> int:
        """Deliver until then, in seconds of `time.monotonic`, what can be delivered; then end.

        Returns:
            How many announcements still wait.
        """
        while self._is_getting_on() and monotonic() < deadline:
            self._stopped.wait(0.02)
        self._stopped.set()
        self._wake.set()
        self._thread.join(max(0.2, deadline - monotonic()))
        return self.status().waiting

    def _is_getting_on(self) -> bool:
        return self._thread.is_alive() and self._problem is None and self.status().waiting > 0

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with folders.locked(self._lock) if self._lock else nullcontext():
                    self._deliver_until_stopped()
            except BusyError:
                self._stopped.wait(LOOK_AGAIN)
            except HistoryError as error:
                self._warn(str(error))
                self._backoff.pause(self._backoff.fail())
            except Exception as error:  # a defect must not silence the channel for good
                self._warn(repr(error))
                log.debug("details", exc_info=error)
                self._backoff.pause(self._backoff.fail())

    def _deliver_until_stopped(self) -> None:
        while not self._stopped.is_set():
            try:
                if not self._checked:
                    self._channel.check()
                    self._checked = True
                    self._recover()
                self._deliver_next()
            except Misconfigured as error:
                self._checked = False
                self._warn(f"{error}; announcements wait until that is put right")
                self._backoff.pause(self._settings.retry.longest_pause)
            except Postponed as error:
                pause = max(self._backoff.fail(), error.retry_after or 0.0)
                if self._backoff.failures >= WORTH_A_LINE:
                    self._warn(f"{error}; it is tried again and again")
                self._problem = str(error)
                self._backoff.pause(pause)

    def _deliver_next(self) -> None:
        self._wake.clear()
        delivery = self._outbox.next(self.channel)
        if delivery is None:
            self._wake.wait(LOOK_AGAIN)
            return
        self._outbox.begin(delivery)
        try:
            self._channel.deliver(delivery, partial(self._outbox.note, delivery))
        except (Postponed, Misconfigured) as error:
            self._outbox.postponed(delivery, str(error), uncertain=getattr(error, "uncertain", False))
            raise
        except Refused as error:
            self._outbox.refused(delivery, str(error))
            log.warning("%s: one announcement was refused: %s", self.channel, error)
        else:
            self._outbox.sent(delivery)
            log.debug("%s: delivered %s", self.channel, delivery.event.id)
        self._recover()

    def _recover(self) -> None:
        if self._warned:
            log.warning("%s: takes announcements again", self.channel)
        self._problem, self._warned = None, False
        self._backoff = Backoff(self._settings.retry, self._stopped)

    def _warn(self, problem: str) -> None:
        """Say that something is wrong, once until the channel has taken an announcement again."""
        if not self._warned and not self._stopped.is_set():
            log.warning("%s: %s", self.channel, problem)
        self._problem, self._warned = problem, True

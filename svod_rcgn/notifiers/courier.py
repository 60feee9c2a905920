"""Carries announcements from the outbox to a channel, in a thread of its own."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from time import monotonic

from .. import storage
from ..errors import BusyError, HistoryError
from ..history.outbox import Letter, Outbox
from ..settings import DeliverySettings
from .base import Attempt, Channel, Misconfigured, Postponed, Refused

log = logging.getLogger(__name__)

LOOK_AGAIN = 5.0


@dataclass(frozen=True, slots=True)
class CourierStatus:
    """How a channel fares: announcements that wait, and what is wrong, if anything is."""

    channel: str
    waiting: int
    problem: str | None


class Courier:
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
        self._failures = 0
        self._problem: str | None = None
        self._wake, self._stopped = Flag(), Flag()
        self._thread = Thread(target=self._run, name=f"courier {channel.name}", daemon=True)

    @property
    def channel(self) -> str:
        """The name of the channel."""
        return self._channel.name

    def start(self) -> None:
        """Begin to deliver, with what is left from before."""
        self._thread.start()

    def wake(self) -> None:
        """Something new is in the outbox."""
        self._wake.set()

    def status(self) -> CourierStatus:
        """How the channel fares."""
        return CourierStatus(
            self.channel, self._outbox.waiting().get(self.channel, 0), self._problem
        )

    def stop(self, grace: float) -> int:
        """Deliver for so many seconds what can be delivered, then end.

        Returns:
            How many announcements still wait.
        """
        deadline = monotonic() + grace
        while self._is_getting_on() and monotonic() < deadline:
            self._stopped.wait(0.02)
        self._stopped.set()
        self._wake.set()
        self._thread.join(max(0.1, deadline - monotonic()))
        return self._outbox.waiting().get(self.channel, 0)

    def _is_getting_on(self) -> bool:
        return self._thread.is_alive() and self._problem is None and self.status().waiting > 0

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with storage.locked(self._lock) if self._lock else suppress():
                    self._deliver_all()
                    return
            except BusyError:
                self._stopped.wait(LOOK_AGAIN)
            except HistoryError as error:
                self._warn(str(error))
                self._stopped.wait(self._settings.longest_pause)

    def _deliver_all(self) -> None:
        """Deliver until told to stop, or until the channel takes nothing before the user acts."""
        checked = False
        while not self._stopped.is_set():
            try:
                if not checked:
                    self._channel.check()
                checked = True
                self._deliver_next()
            except Misconfigured as error:
                self._warn(f"{error}; announcements wait until it is put right and the camera restarted")
                return
            except Postponed as error:
                self._wait(error)

    def _deliver_next(self) -> None:
        self._wake.clear()
        letter = self._outbox.next(self.channel)
        if letter is None:
            self._wake.wait(LOOK_AGAIN)
            return
        self._outbox.begin(letter)
        try:
            self._channel.deliver(self._attempt(letter))
        except (Postponed, Misconfigured) as error:
            self._outbox.postponed(letter, str(error), uncertain=getattr(error, "uncertain", False))
            raise
        except Refused as error:
            self._outbox.refused(letter, str(error))
            log.warning("%s: one announcement was refused: %s", self.channel, error)
        else:
            self._outbox.sent(letter)
        self._recover()

    def _attempt(self, letter: Letter) -> Attempt:
        return Attempt(
            letter.announcement,
            letter.uncertain,
            letter.receipt,
            lambda receipt: self._outbox.note(letter, receipt),
        )

    def _wait(self, error: Postponed) -> None:
        pause = min(self._settings.longest_pause, self._settings.first_pause * 2 ** min(self._failures, 30))
        self._failures += 1
        self._warn(f"{error}; trying again")
        self._stopped.wait(max(pause, error.retry_after or 0.0))

    def _recover(self) -> None:
        if self._problem is not None:
            log.warning("%s: takes announcements again", self.channel)
        self._problem, self._failures = None, 0

    def _warn(self, problem: str) -> None:
        """Say a problem once, however often it comes."""
        if self._problem is None:
            log.warning("%s: %s", self.channel, problem)
        self._problem = problem

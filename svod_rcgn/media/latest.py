"""The newest of what one thread makes, for another that may be slower."""

from threading import Condition
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Closed(Exception):  # noqa: N818 - an end is no error
    """Nothing more will come."""


class Latest(Generic[Item]):
    """Holds one item; a newer one takes its place, and the one that nobody took counts as dropped."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._items: list[Item] = []
        self._closed = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many were replaced before anybody took them."""
        return self._dropped

    def put(self, item: Item) -> None:
        """Offer an item; after `close` it is forgotten."""
        with self._changed:
            if not self._closed:
                self._dropped += len(self._items)
                self._items = [item]
                self._changed.notify()

    def take(self, timeout: float) -> Item:
        """Take the newest, waiting for it where there is none.

        Args:
            timeout: The longest wait in seconds.

        Raises:
            TimeoutError: None came in time.
            Closed: None is left and none will come.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed, timeout)
            if self._items:
                return self._items.pop()
            raise Closed if self._closed else TimeoutError

    def close(self) -> None:
        """Say that no more will come, and wake whoever waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

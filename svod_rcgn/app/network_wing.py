"""What wings share whose networks are known by their names, and swapped while cameras run."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ..events.listeners import EventListener
from ..networks.shared import Shared

Asked = TypeVar("Asked")


class NetworkWing(Generic[Asked]):
    """One network or several, loaded by name; it has no listeners and keeps nothing."""

    def __init__(self, names: Sequence[str], load: Callable[[str], Asked]) -> None:
        """Load the networks.

        Args:
            names: Of the networks.
            load: Loads one by its name.

        Raises:
            SvodError: One cannot be used.
        """
        self._names = tuple(names)
        self._load = load
        self._networks = tuple(Shared(load(name)) for name in self._names)

    @property
    def current(self) -> tuple[Asked, ...]:
        """The networks in use, in the order of their names."""
        return tuple(shared.current for shared in self._networks)

    def listeners(self) -> Sequence[EventListener]:
        """See `Wing.listeners`: none of its own."""
        return ()

    def forget_before(self, time: float) -> int:  # noqa: ARG002
        """See `Wing.forget_before`: nothing is kept."""
        return 0

    def read_again(self) -> Callable[[], None]:
        """Load the networks that lie on disk now, and give what puts all of them in use; any thread may.

        Raises:
            SvodError: One cannot be used; those in use stay.
        """
        fresh = [self._load(name) for name in self._names]

        def put_in_use() -> None:
            for shared, network in zip(self._networks, fresh, strict=True):
                shared.replace(network)

        return put_in_use

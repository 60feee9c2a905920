"""What several threads use, and what may be replaced meanwhile."""

from typing import Generic, TypeVar

Used = TypeVar("Used")


class Shared(Generic[Used]):
    """Something made of a network that is in use; each analyzer asks for it once a frame."""

    def __init__(self, current: Used) -> None:
        self.current = current

    def replace(self, current: Used) -> None:
        """Use this one from now on; any thread may call it."""
        self.current = current

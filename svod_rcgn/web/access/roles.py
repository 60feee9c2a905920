"""The three roles, each of which may do what those before it may."""

from dataclasses import dataclass
from enum import Enum


class Role(str, Enum):
    """A viewer looks, an editor teaches and labels, an admin changes people and settings."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether whoever has this role may do what another may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the role, and a short name of the session that tells it from others in the audit."""

    role: Role
    session: str

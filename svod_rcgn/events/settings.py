"""When somebody or something is announced."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """When a subject is announced: seen in more than `share` of the frames of `period` seconds.

    Again only after `absence` seconds without being seen. The unknown are announced where `unknown` is
    set.
    """

    period: float = 5.0
    share: float = 0.5
    absence: float = 30.0
    unknown: bool = False

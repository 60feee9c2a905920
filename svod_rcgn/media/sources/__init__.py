"""Where frames come from: cameras, streams, films and pictures."""

from .base import Capture, Health, Source
from .files import Film, Pictures
from .open import open_source
from .reconnecting import LiveSource
from .streams import without_secrets

__all__ = ["Capture", "Film", "Health", "LiveSource", "Pictures", "Source", "open_source", "without_secrets"]

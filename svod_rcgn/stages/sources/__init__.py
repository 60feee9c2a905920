"""Where frames come from: cameras, streams, films and pictures."""

from .addresses import without_secrets
from .base import Capture, Health, Source
from .finite import Film, Pictures
from .live import LiveSource
from .opening import open_source

__all__ = ["Capture", "Film", "Health", "LiveSource", "Pictures", "Source", "open_source", "without_secrets"]

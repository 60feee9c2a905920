"""Where frames come from: cameras, streams, films and pictures."""

from .open import open_source
from .reconnecting import LiveSource
from .recorded import Film, Pictures
from .source import Capture, Health, Source
from .streams import without_secrets

__all__ = ["Capture", "Film", "Health", "LiveSource", "Pictures", "Source", "open_source", "without_secrets"]

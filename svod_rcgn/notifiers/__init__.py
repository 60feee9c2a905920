"""Where events are announced."""

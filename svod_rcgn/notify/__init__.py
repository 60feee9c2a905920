"""Where events are announced; no notifier imports another."""

"""From observations to events: who or what is there, when it matters, and who is told."""

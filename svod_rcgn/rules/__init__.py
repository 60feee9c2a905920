"""Rules over what is seen: a file of them, and the engine that says what happened by them, and why not."""

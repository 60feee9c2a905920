"""What a training is worth: numbers, plots of them, a page for people, and what changed since the last."""

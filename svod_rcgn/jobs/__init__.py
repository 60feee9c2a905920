"""Work done by several at once, and its results in order."""

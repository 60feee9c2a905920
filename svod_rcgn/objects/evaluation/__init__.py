"""How well a network finds objects: average precision, what it confuses, and its best limits."""

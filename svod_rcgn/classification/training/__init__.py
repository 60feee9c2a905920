"""How a network of one's own is learned: a linear head on what a backbone makes of whole pictures."""

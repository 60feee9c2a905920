"""Recognisers that are taught while they look: shown a thing, they learn it in the background."""

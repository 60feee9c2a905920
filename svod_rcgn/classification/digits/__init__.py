"""Handwritten digits: where they are, what they are, and how that is learned."""

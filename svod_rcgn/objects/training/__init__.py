"""Detectors of one's own: learned from the boxes of a dataset."""

"""Faces that are nobody's: which are one stranger's, and the best of them kept to be named."""

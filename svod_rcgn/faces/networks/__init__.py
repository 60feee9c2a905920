"""The networks of the faces wing: the catalogue's, those of the user's own, and 8-bit ones."""

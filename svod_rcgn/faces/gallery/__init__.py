"""The persons who are known, and whose a face is."""

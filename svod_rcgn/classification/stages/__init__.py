"""The steps from a picture to what is on it."""

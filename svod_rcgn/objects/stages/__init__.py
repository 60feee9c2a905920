"""The steps from a picture to the objects on it."""

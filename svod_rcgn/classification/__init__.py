"""What is on a whole picture."""

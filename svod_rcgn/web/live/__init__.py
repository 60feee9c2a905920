"""What is seen now: the pictures of cameras with what is on them, and news."""

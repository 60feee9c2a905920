"""What a version of a network of one's own is worth: numbers, a page for people, what changed."""

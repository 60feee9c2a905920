"""What is where: objects of known classes, each with a box, and followed through a film."""

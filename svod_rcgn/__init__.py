"""Face recognition for one small machine: it knows who it sees and says when it doesn't."""

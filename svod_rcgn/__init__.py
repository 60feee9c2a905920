"""Face recognition for one small machine: it knows who it sees and says when it doesn't."""

__version__ = "0.1.0"

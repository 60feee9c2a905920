"""The faces wing: whose face it is."""

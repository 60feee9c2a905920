"""Classifiers from one machine to others: published under a name and a version, fetched, installed."""

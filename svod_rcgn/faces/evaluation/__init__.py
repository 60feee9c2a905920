"""How well people are told apart: measured on folders of persons, or on a list of pairs."""

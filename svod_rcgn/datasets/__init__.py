"""Folders of CLASS/pictures, and the archives that bring them."""

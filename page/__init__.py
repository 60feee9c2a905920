"""The sources of the page, and what makes its types."""

"""An evaluation as a page that opens from disk."""

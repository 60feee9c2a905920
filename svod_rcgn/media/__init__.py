"""Pictures that move: sources, windows, films, and what is drawn on them."""

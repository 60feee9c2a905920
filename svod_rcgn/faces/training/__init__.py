"""From embeddings to classifiers, their limits and their report."""

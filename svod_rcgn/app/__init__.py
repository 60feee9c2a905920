"""One running process: which wings look at which cameras, and who is told."""

"""Who does the work of a run: threads of this machine, or the machines of a Ray cluster."""

"""The control socket: what runs can be asked and told, from this machine."""

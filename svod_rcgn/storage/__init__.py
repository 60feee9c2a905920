"""All that touches a disk or an address: read with suspicion, and written whole or not at all."""

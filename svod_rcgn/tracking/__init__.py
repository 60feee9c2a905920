"""Which box is whose from frame to frame, and when something has moved."""

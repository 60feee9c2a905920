"""The loop over the frames of a camera, and the loops of all cameras side by side."""

"""Lights of devices, measured in time: on, off or blinking, how fast, and of which colour."""

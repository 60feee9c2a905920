"""The parts of video.py: its cameras, its notifications, enrolment, and the wait for the end."""

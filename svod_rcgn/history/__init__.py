"""What happened: visits, their pictures, and the announcements that are due, in one SQLite file."""

"""What reports of every kind are made of: shares with their interval, curves, drawings."""

"""What can be asked for, by what it is about; each module lists its operations."""

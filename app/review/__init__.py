"""What a reader decides: verdicts as values, and the file in which each is on the disk at once."""

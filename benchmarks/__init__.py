"""Speed and quality, measured; never run as timed tests."""

"""From what a segmenter marks to one chamber with outlines and areas; no network, no files."""

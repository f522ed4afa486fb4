"""Reports on a review as files."""

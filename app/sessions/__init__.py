"""Sessions: a review put away in a file, kept while it is unfinished, and brought back."""

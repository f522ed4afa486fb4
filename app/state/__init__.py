"""What is open, how it is shown, and what was found and decided: the mutable state of the window."""

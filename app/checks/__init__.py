"""Checks in the window: started with one click, run in the background, kept with the run."""

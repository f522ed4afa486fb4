"""Reports on a stack and what was made of it: one writer for ``calid check`` and for the window; always in English."""

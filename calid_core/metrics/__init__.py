"""Measures of how close an image, a label or a volume comes to the truth. Formulas only; no torch."""

"""Colours of the 3D view alone, and of texts in exported pictures; those it shares with the window are in ``app.colours``."""

from calid_core.marks import Colour

BACKGROUND: Colour = (0.030, 0.038, 0.050)
"""Flat: a gradient costs 10 ms a frame in software OpenGL."""
TEXT: Colour = (0.90, 0.92, 0.94)
"""A little dimmer than that of the window."""

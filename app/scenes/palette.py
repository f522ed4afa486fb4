"""Colours of the 3D view; those of the origin are in ``calid_core.marks``."""

from calid_core.marks import Colour

BACKGROUND: Colour = (0.030, 0.038, 0.050)
"""Flat: a gradient costs 10 ms a frame in software OpenGL."""
TEXT: Colour = (0.90, 0.92, 0.94)
WARNING: Colour = (1.0, 0.76, 0.30)
CROSSHAIR: Colour = (1.0, 0.902, 0.427)

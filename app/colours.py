"""Colours that the window shares with the 3D view and with exported pictures. Knows no Qt; those of the origin are in ``calid_core.marks``."""

from calid_core.marks import Colour

WARNING: Colour = (1.0, 0.761, 0.302)
SLICE_LINE: Colour = (1.0, 0.902, 0.427)
"""Of what lies under the crosshair."""

"""Colours of the 3D view. Origin is told by letter and line style as well, never by colour alone."""

from calid_core.reconstruction import SliceOrigin

Colour = tuple[float, float, float]

BACKGROUND: Colour = (0.030, 0.038, 0.050)
"""Flat: a gradient costs 10 ms a frame in software OpenGL."""
TEXT: Colour = (0.90, 0.92, 0.94)
WARNING: Colour = (1.0, 0.76, 0.30)
CROSSHAIR: Colour = (1.0, 0.902, 0.427)
ORIGIN: dict[SliceOrigin, Colour] = {
    SliceOrigin.ACQUIRED: (0.557, 0.796, 1.0),
    SliceOrigin.INTERPOLATED: (0.788, 0.808, 0.831),
    SliceOrigin.SYNTHESISED: (1.0, 0.624, 0.263),
}

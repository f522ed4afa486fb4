"""Where the reader stands."""

import numpy as np
import pyvista as pv

from app.rendering.orientation import base_first
from app.scenes.display import Direction
from calid_core.arrays import FloatArray
from calid_core.geometry import Geometry

VIEW_ANGLE = 26.0
FIT = 1.05
"""Share of the view's height that the radius of the shown part gets on top of filling it."""

_TOWARDS_READER: dict[Direction, tuple[float, float, float]] = {
    Direction.LEFT_ANTERIOR: (0.72, -0.72, 0.28),
    Direction.ANTERIOR: (0, -1, 0),
    Direction.LEFT: (1, 0, 0),
    Direction.RIGHT: (-1, 0, 0),
    Direction.FEET: (0, 0, -1),
}


def look(plotter: pv.BasePlotter, geometry: Geometry, corners: FloatArray, direction: Direction) -> None:
    """Turn the camera so that a box fills the view, head up (front up from the feet or the apex).

    Parameters
    ----------
    geometry
        Of the stack, for its long axis.
    corners
        ``(n, 3)``, LPS mm of the box.
    direction
        Where the reader stands.
    """
    centre = (corners.min(axis=0) + corners.max(axis=0)) / 2
    radius = float(np.linalg.norm(corners - centre, axis=1).max())
    if direction is Direction.APEX:
        towards = geometry.normal if base_first(geometry) else -geometry.normal
    else:
        towards = np.asarray(_TOWARDS_READER[direction], dtype=np.float64)
    towards = towards / np.linalg.norm(towards)
    up = np.array([0.0, -1.0, 0.0]) if abs(towards[2]) > 0.8 else np.array([0.0, 0.0, 1.0])
    camera = plotter.renderer.GetActiveCamera()
    camera.SetViewAngle(VIEW_ANGLE)
    distance = FIT * radius / np.sin(np.deg2rad(VIEW_ANGLE / 2))
    camera.SetFocalPoint(*centre)
    camera.SetPosition(*(centre + towards * distance))
    camera.SetViewUp(*up)
    plotter.renderer.ResetCameraClippingRange()

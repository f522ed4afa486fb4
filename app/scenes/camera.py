"""Where the reader stands."""

import numpy as np
import pyvista as pv

from app.rendering.orientation import base_first
from app.scenes.display import Direction
from calid_core.arrays import FloatArray
from calid_core.geometry import Geometry

VIEW_ANGLE = 26.0
FIT = 1.22
"""Distance of the camera relative to the one at which everything just fits."""

_TOWARDS_READER: dict[Direction, tuple[float, float, float]] = {
    Direction.LEFT_ANTERIOR: (0.45, -0.85, 0.28),
    Direction.ANTERIOR: (0, -1, 0),
    Direction.LEFT: (1, 0, 0),
    Direction.RIGHT: (-1, 0, 0),
    Direction.FEET: (0, 0, -1),
}


def look(plotter: pv.BasePlotter, geometry: Geometry, points: FloatArray, direction: Direction) -> None:
    """Turn the camera so that some points fill the view, head up (front up from the feet or the apex).

    Where the orientation in the patient is not known, the upper end of the ladder is up, as in the long-axis views.

    Parameters
    ----------
    geometry
        Of the stack, for its long axis.
    points
        ``(n, 3)``, LPS mm of what must be seen.
    direction
        Where the reader stands.
    """
    towards = _towards_reader(geometry, direction)
    up = _up(geometry, towards)
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    camera = plotter.renderer.GetActiveCamera()
    camera.SetViewAngle(VIEW_ANGLE)
    camera.SetFocalPoint(*centre)
    distance = _fitting_distance(points - centre, towards, up, plotter.renderer.GetTiledAspectRatio())
    camera.SetPosition(*(centre + towards * distance))
    camera.SetViewUp(*up)
    # Otherwise pyvista puts the camera elsewhere when the window is first shown.
    plotter.camera_set = True
    plotter.renderer.ResetCameraClippingRange()


def _up(geometry: Geometry, towards: FloatArray) -> FloatArray:
    head, front = np.array([0.0, 0.0, 1.0]), np.array([0.0, -1.0, 0.0])
    if not geometry.known:
        head, front = -_towards_apex(geometry), -geometry.axes[:, 1]
    return front if abs(towards @ head) > 0.8 else head


def _towards_apex(geometry: Geometry) -> FloatArray:
    """Unit vector down the ladder."""
    return geometry.normal if base_first(geometry) else -geometry.normal


def _towards_reader(geometry: Geometry, direction: Direction) -> FloatArray:
    """Unit vector from the heart to the reader."""
    apex = _towards_apex(geometry)
    if direction is Direction.APEX:
        towards = apex
    elif direction is Direction.ACROSS:
        side = np.cross(apex, (0.0, 0.0, 1.0))
        if np.linalg.norm(side) < 0.1:
            side = np.array([1.0, 0.0, 0.0])
        # The side of the two that is nearer to the front of the patient.
        side = side / np.linalg.norm(side) * (-1.0 if side[1] > 0 else 1.0)
        towards = side + 0.75 * apex + np.array([0.0, 0.0, 0.35])
    else:
        towards = np.asarray(_TOWARDS_READER[direction], dtype=np.float64)
    return towards / np.linalg.norm(towards)


def _fitting_distance(offsets: FloatArray, towards: FloatArray, up: FloatArray, aspect: float) -> float:
    """Distance of the camera at which points around the focal point just fit into the view."""
    right = np.cross(up, towards)
    right /= np.linalg.norm(right)
    upright = np.cross(towards, right)
    across = np.maximum(np.abs(offsets @ upright), np.abs(offsets @ right) / max(aspect, 1e-3))
    needed = offsets @ towards + across / np.tan(np.deg2rad(VIEW_ANGLE / 2))
    return FIT * float(needed.max())

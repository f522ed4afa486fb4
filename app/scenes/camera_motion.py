"""Turning, shifting and zooming the camera by the mouse."""

import numpy as np
import pyvista as pv

TURN = 0.5
"""Degrees per pixel."""


def turn(plotter: pv.BasePlotter, right: float, down: float) -> None:
    """Turn the heart with a drag in pixels: what is in front follows the mouse."""
    camera = plotter.renderer.GetActiveCamera()
    camera.Azimuth(-right * TURN)
    camera.Elevation(down * TURN)
    camera.OrthogonalizeViewUp()
    plotter.renderer.ResetCameraClippingRange()


def shift(plotter: pv.BasePlotter, right: float, down: float) -> None:
    """Shift the heart with a drag in pixels."""
    camera = plotter.renderer.GetActiveCamera()
    height = max(1, int(plotter.render_window.GetSize()[1]))
    mm_per_pixel = 2 * camera.GetDistance() * np.tan(np.deg2rad(camera.GetViewAngle() / 2)) / height
    forward, up = np.array(camera.GetDirectionOfProjection()), np.array(camera.GetViewUp())
    move = (-np.cross(forward, up) * right + up * down) * mm_per_pixel
    camera.SetFocalPoint(*(np.array(camera.GetFocalPoint()) + move))
    camera.SetPosition(*(np.array(camera.GetPosition()) + move))
    plotter.renderer.ResetCameraClippingRange()


def zoom(plotter: pv.BasePlotter, factor: float) -> None:
    """Magnify by a factor."""
    plotter.renderer.GetActiveCamera().Dolly(factor)
    plotter.renderer.ResetCameraClippingRange()

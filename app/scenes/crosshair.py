"""The position that all views share, as three lines along the axes of the stack."""

import numpy as np
import pyvista as pv
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from app.colours import SLICE_LINE
from app.scenes.vtk_image import line_segments
from calid_core.arrays import FloatArray
from calid_core.geometry import Geometry

ARM = 14.0
"""From the position to the end of each line, mm."""


class Crosshair:
    """One actor that is moved."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._mapper = vtkPolyDataMapper()
        self._actor = vtkActor()
        self._actor.SetMapper(self._mapper)
        self._actor.GetProperty().SetColor(*SLICE_LINE)
        self._actor.GetProperty().SetLineWidth(2)
        self._actor.GetProperty().LightingOff()
        self._actor.PickableOff()
        self._actor.VisibilityOff()
        plotter.renderer.AddActor(self._actor)

    def show(self, geometry: Geometry) -> None:
        """Turn the lines along the axes of a stack."""
        ends = np.concatenate([geometry.axes.T * ARM, -geometry.axes.T * ARM])
        self._mapper.SetInputData(line_segments(ends, np.array([[0, 3], [1, 4], [2, 5]])))

    def move(self, position: FloatArray) -> None:
        """Move to an LPS position in mm."""
        self._actor.SetPosition(*(float(x) for x in position))

    def set_visible(self, visible: bool) -> None:
        """Show or hide."""
        self._actor.SetVisibility(visible)

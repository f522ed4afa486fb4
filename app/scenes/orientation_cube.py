"""A cube in the corner whose letters tell how the patient lies."""

import pyvista as pv
from vtkmodules.vtkRenderingAnnotation import vtkAnnotatedCubeActor
from vtkmodules.vtkRenderingCore import vtkRenderer

from app.rendering.orientation import LETTERS
from app.scenes.palette import TEXT

CORNER = (0.80, 0.02, 1.0, 0.22)
"""Viewport of the cube: left, bottom, right, top."""
DISTANCE = 4.0
FACE_COLOUR = (0.24, 0.32, 0.42)
# Brings the letters of head and feet upright when the front is up; the others are.
Z_TURN = 90.0


class OrientationCube:
    """A second renderer in the corner; it turns with the camera of the first and needs no interactor."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._camera = plotter.renderer.GetActiveCamera()
        self._renderer = vtkRenderer()
        self._renderer.SetViewport(*CORNER)
        self._renderer.SetLayer(1)
        self._renderer.InteractiveOff()
        self._cube = _cube()
        self._renderer.AddActor(self._cube)
        self._window = plotter.render_window
        self._window.SetNumberOfLayers(max(2, self._window.GetNumberOfLayers()))
        self._window.AddRenderer(self._renderer)

    def set_visible(self, visible: bool) -> None:
        """Show or hide; hidden where the orientation of the patient is not known."""
        self._cube.SetVisibility(visible)

    def follow(self) -> None:
        """Take the direction of the main camera."""
        direction, up = self._camera.GetDirectionOfProjection(), self._camera.GetViewUp()
        camera = self._renderer.GetActiveCamera()
        camera.SetFocalPoint(0, 0, 0)
        camera.SetPosition(*(-DISTANCE * x for x in direction))
        camera.SetViewUp(*up)
        self._renderer.ResetCameraClippingRange()

    def close(self) -> None:
        """Take the renderer out of the window."""
        self._window.RemoveRenderer(self._renderer)


def _cube() -> vtkAnnotatedCubeActor:
    cube = vtkAnnotatedCubeActor()
    (left, right), (back, front), (head, feet) = LETTERS
    cube.SetXPlusFaceText(left)
    cube.SetXMinusFaceText(right)
    cube.SetYPlusFaceText(back)
    cube.SetYMinusFaceText(front)
    cube.SetZPlusFaceText(head)
    cube.SetZMinusFaceText(feet)
    cube.SetZFaceTextRotation(Z_TURN)
    cube.SetFaceTextScale(0.62)
    cube.GetCubeProperty().SetColor(*FACE_COLOUR)
    cube.SetTextEdgesVisibility(False)
    for side in ("XPlus", "XMinus", "YPlus", "YMinus", "ZPlus", "ZMinus"):
        getattr(cube, f"Get{side}FaceProperty")().SetColor(*TEXT)
    return cube

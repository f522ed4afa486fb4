"""A cube in the corner whose letters tell how the patient lies."""

import pyvista as pv
from vtkmodules.vtkRenderingAnnotation import vtkAnnotatedCubeActor
from vtkmodules.vtkRenderingCore import vtkRenderer

from app.rendering.orientation import LETTERS
from app.scenes.canvas import POINTS_PER_INCH
from app.scenes.palette import TEXT

SHARE, SMALLEST, LARGEST = 0.2, 40, 120
"""Side of the cube's viewport: part of the view's shorter side, and limits in logical pixels."""
ABOVE_MARK = 24
"""Logical pixels below the cube that the research-use mark takes."""
DISTANCE = 4.0
FACE_COLOUR = (0.24, 0.32, 0.42)
# Brings the letters of head and feet upright when the front is up; the others are.
Z_TURN = 90.0


class OrientationCube:
    """A second renderer in the corner; it turns with the camera of the first and needs no interactor."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._camera = plotter.renderer.GetActiveCamera()
        self._renderer = vtkRenderer()
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
        """Keep to the lower right corner and take the direction of the main camera."""
        width, height = self._window.GetSize()
        scale = self._window.GetDPI() / POINTS_PER_INCH
        side = min(max(SHARE * min(width, height), SMALLEST * scale), LARGEST * scale)
        bottom = min(ABOVE_MARK * scale, height - side)
        self._renderer.SetViewport(
            max(0.0, 1 - side / width), bottom / height, 1.0, min(1.0, (bottom + side) / height)
        )
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

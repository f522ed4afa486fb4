"""A picture of a 3D scene as an array, with or without a display."""

import logging
import os
import sys

import numpy as np
import pyvista as pv
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import reference, vtkUnsignedCharArray

from app.scenes.vtk_image import ByteArray
from app.translation import tr
from calid_core.errors import CalidError

POINTS_PER_INCH = 72
"""At which a text size of 13 is 13 pixels."""
ATTEMPTS = 4
"""How often OpenGL is asked for: an X server that restarts when its last client leaves (Xvfb) is away for a moment."""
LEAST_OPENGL = (3, 2)
WINDOW_CLASS = "VTK_DEFAULT_OPENGL_WINDOW"

log = logging.getLogger(__name__)


class NoOpenGLError(CalidError):
    """The machine cannot draw 3D."""


class Canvas:
    """Renders off screen, into memory.

    A native VTK window inside a Qt window would be black in screenshots, needs an X server or a Wayland bridge, and
    swallows keys; reading back a picture of 700 x 700 pixels costs less than 1 ms.

    Parameters
    ----------
    width, height
        In device pixels.

    Raises
    ------
    NoOpenGLError
        There is no usable OpenGL.
    """

    def __init__(self, width: int, height: int) -> None:
        self.plotter = _working_plotter((max(width, 1), max(height, 1)))
        self._window = self.plotter.render_window
        self._window.SetDPI(POINTS_PER_INCH)
        self._pixels = vtkUnsignedCharArray()

    def resize(self, width: int, height: int, *, scale: float = 1.0) -> None:
        """Change the size in device pixels; text and lines are drawn ``scale`` times as large."""
        if (width, height) != tuple(self._window.GetSize()):
            self._window.SetSize(max(width, 1), max(height, 1))
        self._window.SetDPI(round(POINTS_PER_INCH * scale))

    def render(self) -> ByteArray:
        """``(rows, columns, 4)`` RGBA, the lowest row first; valid until the next call."""
        self._window.Render()
        width, height = self._window.GetSize()
        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 1, self._pixels)
        pixels: ByteArray = vtk_to_numpy(self._pixels).reshape(height, width, 4)
        return pixels

    def picture(self) -> ByteArray:
        """``(rows, columns, 3)`` RGB of a new rendering, the highest row first; a copy."""
        return np.ascontiguousarray(self.render()[::-1, :, :3])

    def close(self) -> None:
        """Give window and context back."""
        self.plotter.close()
        self._window.Finalize()


def _working_plotter(size: tuple[int, int]) -> pv.Plotter:
    """A plotter whose window has an OpenGL context, by GLX where there is a display and by EGL otherwise."""
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        # Spares VTK the attempt to reach an X server and its complaint about it.
        os.environ.setdefault(WINDOW_CLASS, "vtkEGLRenderWindow")
    for attempt in range(ATTEMPTS):
        plotter = pv.Plotter(off_screen=True, window_size=size)
        plotter.render_window.SetMultiSamples(0)
        if _has_opengl(plotter):
            return plotter
        log.warning("OpenGL failed at attempt %d of %d", attempt + 1, ATTEMPTS)
        plotter.close()
    raise NoOpenGLError(
        tr(
            "3D needs OpenGL 3.2, which this machine does not offer; on Debian install libegl1 and libgl1-mesa-dri"
        )
    )


def _has_opengl(plotter: pv.Plotter) -> bool:
    """Whether the window got a context that is recent enough; unlike ``SupportsOpenGL``, of this very window."""
    window = plotter.render_window
    window.Initialize()
    if not window.IsCurrent():
        return False
    major, minor = reference(0), reference(0)
    window.GetOpenGLVersion(major, minor)
    return (int(major), int(minor)) >= LEAST_OPENGL

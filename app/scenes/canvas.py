"""A picture of a 3D scene as an array, with or without a display."""

import os
import sys

import numpy as np
import pyvista as pv
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray

from app.scenes.vtk_image import ByteArray
from calid_core.errors import CalidError

POINTS_PER_INCH = 72
"""At which a text size of 13 is 13 pixels."""


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
        if sys.platform == "linux" and not os.environ.get("DISPLAY"):
            # Spares VTK the attempt to reach an X server and its complaint about it.
            os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
        self.plotter = pv.Plotter(off_screen=True, window_size=(max(width, 1), max(height, 1)))
        self._window = self.plotter.render_window
        self._window.SetMultiSamples(0)
        self._window.SetDPI(POINTS_PER_INCH)
        if not self._window.SupportsOpenGL():
            self.plotter.close()
            raise NoOpenGLError(
                "3D needs OpenGL 3.2, which this machine does not offer; on Debian install libegl1 and "
                "libgl1-mesa-dri"
            )
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

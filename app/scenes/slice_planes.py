"""The acquired slices as pictures where they lie, and the slice under the crosshair."""

import numpy as np
import pyvista as pv
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkTexture

from app.layers import Volume
from app.rendering.windowing import Windowing
from app.scenes.outlines import slice_corners
from app.scenes.vtk_image import ByteArray, texture_image, textured_quads
from calid_core.arrays import BoolArray
from calid_core.contouring.heart_region import HeartRegion


class SlicePictures:
    """Some slices of a volume as textured rectangles, in one actor and one texture.

    Outside the heart region, and where ``cut_out`` says that there is lung, the pictures are holes.

    Parameters
    ----------
    plotter
        Where they are drawn.
    """

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._texture = vtkTexture()
        self._texture.InterpolateOn()
        self._texture.SetColorModeToDirectScalars()
        self._mapper = vtkPolyDataMapper()
        self._actor = vtkActor()
        self._actor.SetMapper(self._mapper)
        self._actor.SetTexture(self._texture)
        self._actor.GetProperty().LightingOff()
        # Holes are discarded by the shader; opaque actors are drawn before the volume, which then respects depth.
        self._actor.ForceOpaqueOn()
        self._actor.PickableOff()
        self._actor.VisibilityOff()
        plotter.renderer.AddActor(self._actor)
        self._volume: Volume | None = None
        self._indices: tuple[int, ...] = ()
        self._colours: ByteArray = np.zeros((1, 1, 4), dtype=np.uint8)
        self._mask: BoolArray = np.zeros((1, 1, 1), dtype=np.bool_)
        self._grey: ByteArray = np.zeros((1, 1), dtype=np.uint8)

    def show(
        self,
        volume: Volume | None,
        indices: tuple[int, ...],
        rows: slice,
        columns: slice,
        region: HeartRegion | None,
    ) -> None:
        """Choose the slices; ``paint`` fills them."""
        self._volume, self._indices = volume, indices
        self._actor.VisibilityOff()
        if volume is None or not indices:
            return
        self._rows, self._columns = rows, columns
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        if region is None:
            self._mask = np.ones((len(indices), *shape), dtype=np.bool_)
        else:
            self._mask = region.distance_on(volume.geometry, rows, columns, indices) < 0
        self._grey = np.empty(shape, dtype=np.uint8)
        self._colours = np.zeros((len(indices) * shape[0], shape[1], 4), dtype=np.uint8)
        self._image = texture_image(self._colours)
        self._texture.SetInputData(self._image)
        corners = [slice_corners(volume.geometry, index, rows, columns) for index in indices]
        self._mapper.SetInputData(textured_quads(np.stack(corners)))

    def paint(self, phase: int, windowing: Windowing, *, cut_out: float | None) -> None:
        """Fill the pictures.

        Parameters
        ----------
        phase
            Cardiac phase.
        windowing
            Grey levels of the intensities.
        cut_out
            Intensity below which the pictures are holes; None keeps everything.
        """
        if self._volume is None or not self._indices:
            return
        rows = self._mask.shape[1]
        for place, index in enumerate(self._indices):
            frame = self._volume.intensity[phase, index, self._rows, self._columns]
            part = self._colours[place * rows : (place + 1) * rows]
            windowing.apply(frame, out=self._grey)
            part[..., :3] = self._grey[..., None]
            visible = self._mask[place] if cut_out is None else self._mask[place] & np.greater(frame, cut_out)
            part[..., 3] = np.where(visible, 255, 0) if self._volume.has_frame(phase, index) else 0
        self._image.GetPointData().GetScalars().Modified()
        self._image.Modified()

    def set_visible(self, visible: bool) -> None:
        """Show or hide the pictures."""
        self._actor.SetVisibility(visible and self._volume is not None and bool(self._indices))

"""Signal of one slice over the cycle: the body once, the heart at every moment, averaged over the slab."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from calid_core.arrays import BoolArray, FloatArray
from calid_core.geometry import Geometry
from calid_core.phantom.acquisition import AcquisitionParameters, coil_sensitivity
from calid_core.phantom.heart import HeartPainter
from calid_core.phantom.painting import Points
from calid_core.phantom.parameters import BodyParameters, PhantomParameters
from calid_core.phantom.thorax import Thorax
from calid_core.phantom.ventricles import Moment

_STRIDE = 4
"""Every so manyth voxel is asked whether the heart is near."""


def slice_positions(
    geometry: Geometry, index: int, body: BodyParameters, *, shift: FloatArray, offsets: FloatArray
) -> Points:
    """Positions of the voxels of one slice and its sub-slices.

    Parameters
    ----------
    geometry, index
        The stack and the slice.
    body
        Tells where the heart lies.
    shift
        ``(2,)``, displacement of the image along rows and columns, mm.
    offsets
        ``(sub_slices,)``, mm from the middle of the slice.

    Returns
    -------
    x, y, z
        Each ``(sub_slices, rows, columns)``, LPS mm relative to the mitral centre.
    """
    axes, (_, row, column) = geometry.axes, geometry.spacing
    start = geometry.slice_position(index) - body.origin
    along = start[:, None] + axes[:, :1] * offsets
    down = axes[:, 1:2] * (np.arange(geometry.shape[1]) * row + shift[0])
    right = axes[:, 2:3] * (np.arange(geometry.shape[2]) * column + shift[1])
    total = along[:, :, None, None] + down[:, None, :, None] + right[:, None, None, :]
    x, y, z = total.astype(np.float32)
    return x, y, z


def to_heart(positions: Points, axes: FloatArray) -> Points:
    """Heart coordinates of positions in LPS mm relative to the mitral centre."""
    x, y, z = positions
    a = axes.astype(np.float32)
    u, v, h = (a[i, 0] * x + a[i, 1] * y + a[i, 2] * z for i in range(3))
    return u, v, h


class Renderer:
    """Renders one phantom.

    Parameters
    ----------
    parameters
        The patient.
    heart
        Paints its heart.
    """

    def __init__(self, parameters: PhantomParameters, heart: HeartPainter) -> None:
        self._body = parameters.body
        self._axes = parameters.body.axes
        self._heart = heart
        self._thorax = Thorax(parameters.body, parameters.seed)

    def slice_signal(
        self,
        geometry: Geometry,
        index: int,
        moments: Sequence[Moment],
        acquisition: AcquisitionParameters,
        shift: FloatArray,
    ) -> FloatArray:
        """``(phases, rows, columns)`` signed signal of one slice, averaged over its slab."""
        offsets = acquisition.offsets
        positions = slice_positions(geometry, index, self._body, shift=shift, offsets=offsets)
        width = max(geometry.spacing[1:])
        body = self._thorax.at(positions, width)
        heart = to_heart(positions, self._axes)
        near = self._near(heart)
        result = np.repeat(body.signal.mean(0, dtype=np.float32)[None], len(moments), axis=0)
        if near.any():
            u, v, h = (p[:, near] for p in heart)
            inside = body.signal[:, near]
            around = self._heart.surroundings((u, v, h), body.clearance[:, near])
            step = acquisition.thickness / len(offsets)
            for phase, moment in enumerate(moments):
                canvas = inside.copy()
                self._heart.paint(canvas, (u, v, h), around, moment, width=width, step=step)
                result[phase, near] = canvas.mean(0)
        if acquisition.shading:
            x, y, z = (p.mean(0) for p in positions)
            result *= coil_sensitivity((x, y, z), self._body, acquisition.shading)
        return result

    def _near(self, heart: Points) -> BoolArray:
        """``(rows, columns)``: what the heart can reach at some moment, and a little more."""
        u, v, h = (p[:, ::_STRIDE, ::_STRIDE] for p in heart)
        coarse = ndimage.binary_dilation(self._heart.reach((u, v, h)).any(0), np.ones((3, 3)))
        fine = coarse.repeat(_STRIDE, axis=0).repeat(_STRIDE, axis=1)
        near: BoolArray = fine[: heart[0].shape[1], : heart[0].shape[2]]
        return near

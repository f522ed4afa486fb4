"""The bytes that are rendered: one volume per phase, made when it is first shown and kept."""

from collections import OrderedDict

import numpy as np
from scipy import ndimage

from app.layers import Volume
from app.rendering.frames import frames_there
from app.scenes.byte_scale import ByteScale
from app.scenes.shading import CoilShading
from app.scenes.vtk_image import ByteArray
from calid_core.arrays import FloatArray, IntArray, IntensityArray, frozen
from calid_core.contouring.heart_region import HeartRegion
from calid_core.geometry import Geometry

EDGE = 2.5
"""Width over which the volume fades out at the edge of the heart region, mm."""
SMOOTHING = 1.0
"""Standard deviation of the in-plane blur of the rendered volume, mm; shading turns pixel noise into wrinkles."""
LARGEST_CACHE = 512 * 1024**2
"""Bytes of phases that are kept."""
BYTES_PER_VOXEL = 4
"""Level, and direction and length of the gradient that the CPU ray caster keeps."""


class PhaseImages:
    """Volumes of 256 levels of a cine, clipped to the heart region or whole.

    Slices that are not there yet (a phase still being reconstructed, a gap in an irregular stack) are filled
    linearly between their neighbours.

    Parameters
    ----------
    volume
        What is shown.
    scale
        Levels of the intensities.
    region
        Heart region that everything outside of is removed; None for the whole stack.
    shading
        Brightness of the coils that is evened out.
    """

    def __init__(
        self,
        volume: Volume,
        scale: ByteScale,
        *,
        region: HeartRegion | None,
        shading: CoilShading,
    ) -> None:
        self._volume = volume
        rows, columns = volume.geometry.shape[1:]
        whole: tuple[slice, slice] = (slice(0, rows), slice(0, columns))
        self.rows, self.columns = region.box() if region else whole
        self.grid = _regular(volume.geometry)
        self._scale = scale
        self._gain = shading.factor(self.grid, self.rows, self.columns) * np.float32(scale.gain)
        self._blur = tuple(SMOOTHING / s for s in self.grid.spacing[1:])
        self._mask = _mask(region, self.grid, self.rows, self.columns) if region else None
        self._images: OrderedDict[int, tuple[bool, ByteArray]] = OrderedDict()

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(slices, rows, columns)`` of the volumes."""
        rows, columns = self.rows.stop - self.rows.start, self.columns.stop - self.columns.start
        return self.grid.slices, rows, columns

    @property
    def spacing(self) -> tuple[float, float, float]:
        """``(pitch, row, column)`` of the volumes, mm."""
        return self.grid.spacing

    @property
    def capacity(self) -> int:
        """How many phases may be kept."""
        return max(1, LARGEST_CACHE // (BYTES_PER_VOXEL * int(np.prod(self.shape))))

    def current(self, phase: int) -> bool:
        """Whether the kept volume of a phase holds all slices that are there by now."""
        kept = self._images.get(phase)
        return kept is not None and kept[0] == bool(self._volume.ready[phase])

    def image(self, phase: int) -> ByteArray:
        """``(slices, rows, columns)`` of one phase, C-contiguous."""
        if not self.current(phase):
            self._images[phase] = (bool(self._volume.ready[phase]), self._make(phase))
            while len(self._images) > self.capacity:
                self._images.popitem(last=False)
        self._images.move_to_end(phase)
        return self._images[phase][1]

    def _make(self, phase: int) -> ByteArray:
        frames = self._volume.intensity[phase][:, self.rows, self.columns]
        result = np.empty(self.shape, dtype=np.uint8)
        present = np.flatnonzero(frames_there(self._volume, phase))
        complete = len(present) == self.grid.slices == self._volume.slices
        for index in range(self.grid.slices):
            frame = frames[index] if complete else self._between(frames, present, index * self.grid.pitch)
            levels = np.subtract(frame, np.float32(self._scale.low), dtype=np.float32)
            levels *= self._gain[index]
            np.nan_to_num(levels, copy=False)
            ndimage.gaussian_filter(levels, self._blur, output=levels, truncate=2.5)
            self._scale.compress(levels)
            if self._mask is not None:
                levels *= self._mask[index]
            result[index] = levels
        return result

    def _between(self, frames: IntensityArray, present: IntArray, offset: float) -> FloatArray:
        """Frame at an offset along the stack, linear between the slices that are there."""
        offsets = self._volume.geometry.slice_offsets[present]
        place = float(np.interp(offset, offsets, np.arange(len(present))))
        low = int(place)
        high = min(low + 1, len(present) - 1)
        share = np.float32(place - low)
        between: FloatArray = frames[present[low]] * (1 - share) + frames[present[high]] * share
        return between


def _regular(geometry: Geometry) -> Geometry:
    """The grid itself, or an evenly spaced one over the same length."""
    if geometry.regular:
        return geometry
    slices = max(2, round(geometry.length / geometry.pitch) + 1)
    affine = geometry.affine.copy()
    affine[:3, 0] = geometry.normal * geometry.length / (slices - 1)
    return Geometry(affine, (slices, *geometry.shape[1:]), known=geometry.known)


def _mask(region: HeartRegion, grid: Geometry, rows: slice, columns: slice) -> FloatArray:
    """Weight of every voxel, 1 inside the region, 0 outside, falling over ``EDGE``."""
    distance = region.distance_on(grid, rows, columns)
    weight: FloatArray = np.clip(0.5 - distance / EDGE, 0, 1).astype(np.float32)
    return frozen(weight)

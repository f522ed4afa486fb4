"""The part of a stack that moves with the heart beat.

A chest wall is as bright as blood. What separates them is motion, so a volume rendering that is clipped to the
moving part shows a heart instead of a slab of chest. Motion counts relative to brightness here, so that the wall counts as
blood does. The middle of the left ventricle is not the middle of this part: ``heart_box`` finds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.morphology import convex_hull_image

from calid_core.arrays import BoolArray, FloatArray, IntensityArray, frozen
from calid_core.geometry import Geometry

COARSE_SPACING = 3.0
"""In-plane spacing on which the region is found, mm."""
MOTION_SHARE = 0.25
"""Share of a slice's strong motion (99th percentile) above which a pixel moves with the heart."""
WEAK_SLICE = 0.8
"""Share of the stack's median strong motion below which a slice is held to that of the stack."""
MOTION_BLUR = 4.0
"""Standard deviation of the blur that joins the moving borders to one area, mm."""
BRIGHTNESS_SHARE = 0.15
"""Share of the brightest tissue added to the mean of a pixel, so that noise in the lung does not count as motion."""
ACROSS_BLUR = 0.7
"""Standard deviation of the blur across slices, slices."""
HEART_RADIUS = 55.0
"""Standard deviation of the search area around the centre of motion, mm."""
LEAST_MOTION = 1e-4
"""Share of the brightest value below which a change is rounding."""
MARGIN = 7.0
"""From the moving part to the edge of the region, mm: the outer half of the wall moves little."""
FALLBACK_RADIUS = 65.0
"""Radius of the cylinder in the middle of a stack in which nothing moves, mm."""


@dataclass(frozen=True, eq=False)
class HeartRegion:
    """The region of the heart in a stack.

    Parameters
    ----------
    geometry
        Grid of the stack it was found in.
    distance
        ``(slices, coarse rows, coarse columns)``, mm to the edge of the region, negative inside.
    step
        Distance of the coarse pixels in pixels of the stack.
    """

    geometry: Geometry
    distance: FloatArray
    step: int

    def box(self) -> tuple[slice, slice]:
        """Rows and columns of the stack that hold the region, with a small border."""
        holds = (self.distance < 0).any(axis=(1, 2))
        inside = np.argwhere((self.distance[holds] < MOTION_BLUR).any(axis=0))
        (top, left), (bottom, right) = inside.min(axis=0), inside.max(axis=0) + 1
        rows, columns = self.geometry.shape[1:]
        return (
            slice(int(top) * self.step, min(int(bottom) * self.step, rows)),
            slice(int(left) * self.step, min(int(right) * self.step, columns)),
        )

    def points(self) -> FloatArray:
        """``(n, 3)``, LPS mm of coarse pixels inside the region."""
        index = np.argwhere(self.distance < 0) * [1, self.step, self.step]
        return self.geometry.to_patient(index)

    def distance_on(
        self, geometry: Geometry, rows: slice, columns: slice, indices: Sequence[int] | None = None
    ) -> FloatArray:
        """Distance to the edge of the region on part of another grid with the same rows and columns.

        Parameters
        ----------
        geometry
            The other grid.
        rows, columns
            Part of its slices.
        indices
            Some of its slices; all by default.

        Returns
        -------
        distance
            ``(slices, rows, columns)`` in mm, negative inside.
        """
        wanted = range(geometry.slices) if indices is None else indices
        places = np.zeros((len(wanted), 3))
        places[:, 0] = wanted
        index = np.clip(
            self.geometry.to_index(geometry.to_patient(places))[:, 0], 0, self.geometry.slices - 1
        )
        row = np.arange(rows.start, rows.stop) / self.step
        column = np.arange(columns.start, columns.stop) / self.step
        low = np.floor(index).astype(np.intp)
        high = np.minimum(low + 1, self.geometry.slices - 1)
        share = (index - low).astype(np.float32)[:, None, None]
        coarse = self.distance[low] * (1 - share) + self.distance[high] * share
        fine: FloatArray = _linear(_linear(coarse, row, axis=1), column, axis=2)
        return fine


def _linear(values: FloatArray, places: FloatArray, *, axis: int) -> FloatArray:
    """Values at continuous places along one axis, the last one beyond the end."""
    last = values.shape[axis] - 1
    low = np.minimum(places.astype(np.intp), last)
    high = np.minimum(low + 1, last)
    share = np.minimum(places - low, 1).astype(np.float32)
    share = share.reshape([-1 if n == axis else 1 for n in range(values.ndim)])
    between: FloatArray = np.take(values, low, axis) * (1 - share) + np.take(values, high, axis) * share
    return between


def find_heart(intensity: IntensityArray, geometry: Geometry) -> HeartRegion:
    """Region of the heart in an acquired cine; a cylinder in the middle where there is no motion to see.

    Parameters
    ----------
    intensity
        ``(phases, slices, rows, columns)``.
    geometry
        Its grid.
    """
    spacing = float(np.mean(geometry.spacing[1:]))
    step = max(1, round(COARSE_SPACING / spacing))
    coarse = np.nan_to_num(intensity[..., ::step, ::step].astype(np.float32))
    pitch = spacing * step
    motion = _motion(coarse, pitch)
    inside = _moving(motion, pitch) if motion is not None else _cylinder(coarse.shape[1:], pitch)
    return HeartRegion(geometry, frozen(_signed_distance(inside, pitch, geometry.pitch)), step)


def _signed_distance(inside: BoolArray, pitch: float, slice_pitch: float) -> FloatArray:
    """Mm to the edge within each slice, negative inside; in a slice without inside, mm to the nearest one that has some."""
    holds = np.flatnonzero(inside.any(axis=(1, 2)))
    distance = np.empty(inside.shape, np.float32)
    for index, slice_ in enumerate(inside):
        if index in holds:
            signed = ndimage.distance_transform_edt(~slice_) - ndimage.distance_transform_edt(slice_)
            distance[index] = signed * pitch
        else:
            distance[index] = np.abs(holds - index).min() * slice_pitch
    return distance


def _motion(coarse: FloatArray, pitch: float) -> FloatArray | None:
    """Blurred strength of the change at the heart rate relative to the brightness; None where no part changes more than the rest."""
    phases = coarse.shape[0]
    if phases < 3:
        return None
    turn = np.exp(-2j * np.pi * np.arange(phases) / phases).astype(np.complex64)
    strength = np.abs(np.tensordot(turn, coarse, axes=(0, 0)))
    if not strength.max() > LEAST_MOTION * np.abs(coarse).max():
        return None
    mean = np.abs(coarse).mean(axis=0)
    bright = np.percentile(mean, 99)
    if not bright > 0:  # single pixels in an empty stack
        return None
    blur = MOTION_BLUR / pitch
    relative = strength / (mean + BRIGHTNESS_SHARE * bright)
    blurred: FloatArray = ndimage.gaussian_filter(relative, (ACROSS_BLUR, blur, blur))
    return blurred if _above(blurred).any() else None


def _above(motion: FloatArray) -> FloatArray:
    """Motion beyond what nine tenths of a slice stay below."""
    above: FloatArray = np.clip(motion - np.percentile(motion, 90, axis=(1, 2), keepdims=True), 0, None)
    return above


def _moving(motion: FloatArray, pitch: float) -> BoolArray:
    """Convex area of every slice that moves, near a straight long axis, with a margin."""
    centres = _long_axis(motion, pitch)
    row, column = np.indices(motion.shape[1:])
    inside = np.zeros(motion.shape, dtype=np.bool_)
    margin = round(MARGIN / pitch)
    strong = np.percentile(motion, 99, axis=(1, 2))
    least = WEAK_SLICE * float(np.median(strong))
    for index, (slice_, centre) in enumerate(zip(motion, centres, strict=True)):
        apart = ((row - centre[0]) ** 2 + (column - centre[1]) ** 2) * pitch**2
        weighted = slice_ * np.exp(-apart / (2 * HEART_RADIUS**2))
        labels, count = ndimage.label(
            weighted > MOTION_SHARE * max(float(np.percentile(weighted, 99)), least)
        )
        if count == 0:
            continue
        sizes = ndimage.sum_labels(weighted, labels, np.arange(1, count + 1))
        hull = convex_hull_image(labels == 1 + int(np.argmax(sizes)))
        inside[index] = ndimage.binary_dilation(hull, iterations=max(1, margin))
    return inside


def _long_axis(motion: FloatArray, pitch: float) -> FloatArray:
    """``(slices, 2)`` coarse centre of motion per slice, on one straight line through the stack."""
    slices = motion.shape[0]
    row, column = np.indices(motion.shape[1:])
    above = _above(motion)
    total = above.sum(axis=0)
    centre = np.array([(total * row).sum(), (total * column).sum()]) / total.sum()
    centres = np.tile(centre, (slices, 1))
    for _ in range(8):
        apart = (row - centres[:, :1, None]) ** 2 + (column - centres[:, 1:, None]) ** 2
        near = above * np.exp(-apart * pitch**2 / (2 * HEART_RADIUS**2))
        mass = near.sum(axis=(1, 2)) + 1e-12
        found = np.stack([(near * row).sum(axis=(1, 2)), (near * column).sum(axis=(1, 2))], 1) / mass[:, None]
        degree = 1 if slices > 2 else 0
        line = np.polyfit(np.arange(slices), found, degree, w=np.sqrt(mass))
        centres = np.stack([np.polyval(line[:, axis], np.arange(slices)) for axis in (0, 1)], axis=1)
    return centres


def _cylinder(shape: tuple[int, ...], pitch: float) -> BoolArray:
    row, column = np.indices(shape[1:])
    middle = (np.array(shape[1:]) - 1) / 2
    disc = (row - middle[0]) ** 2 + (column - middle[1]) ** 2 <= (FALLBACK_RADIUS / pitch) ** 2
    return np.broadcast_to(disc, shape).copy()

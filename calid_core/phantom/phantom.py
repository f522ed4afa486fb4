"""A beating heart in a chest, imaged on any grid, with its true labels and volumes."""

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calid_core.arrays import FloatArray
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry
from calid_core.phantom.acquisition import AcquisitionParameters, measure
from calid_core.phantom.heart import HeartPainter
from calid_core.phantom.motion import phase_fractions
from calid_core.phantom.parameters import PhantomParameters
from calid_core.phantom.thorax import Thorax

RIGHT_VENTRICLE, MYOCARDIUM, LEFT_VENTRICLE = 1, 2, 3
"""Label values, as in ACDC."""

Points = tuple[FloatArray, FloatArray, FloatArray]


class Phantom:
    """One patient that never lived.

    Parameters
    ----------
    parameters
        Anatomy, motion and pathology.
    """

    def __init__(self, parameters: PhantomParameters | None = None) -> None:
        self.parameters = parameters or PhantomParameters()
        self._axes = np.array(self.parameters.body.heart_axes)
        up = (self._axes @ (0.0, 0.0, 1.0)).tolist()
        self._heart = HeartPainter(self.parameters.heart, (up[0], up[1], up[2]), self.parameters.seed)

    @cached_property
    def _thorax(self) -> Thorax:
        return Thorax(self.parameters.body, self.parameters.seed)

    @property
    def edv(self) -> float:
        """Left ventricular end-diastolic volume, papillary muscles included, ml."""
        return self._heart.ventricles.end_diastolic_volume

    @property
    def esv(self) -> float:
        """Left ventricular end-systolic volume, papillary muscles included, ml."""
        return self.edv * (1 - self.ejection_fraction)

    @property
    def ejection_fraction(self) -> float:
        """Share of the end-diastolic volume that is ejected."""
        return self.parameters.heart.ejection_fraction

    @property
    def myocardial_volume(self) -> float:
        """Left ventricular wall below the mitral plane, constant over the cycle, ml."""
        return self._heart.ventricles.wall_volume

    def volumes(self, fractions: ArrayLike) -> FloatArray:
        """Left ventricular volume in ml at shares of the cycle (0 to 1)."""
        moments = np.atleast_1d(np.asarray(fractions, dtype=np.float64))
        return np.array([self._heart.ventricles.volume(float(f)) for f in moments])

    def short_axis(
        self,
        *,
        slices: int = 11,
        pitch: float = 10.0,
        rows: int = 192,
        columns: int = 192,
        pixel: float = 1.5,
        start: float = -18.0,
    ) -> Geometry:
        """Short-axis stack from above the base to below the apex, the heart in the middle of the image.

        Parameters
        ----------
        slices, pitch
            Number and centre-to-centre distance in mm.
        rows, columns, pixel
            Size of the image and of its square pixels in mm.
        start
            Distance of the first slice from the mitral plane towards the apex, mm.
        """
        lateral, inferior, apical = self._axes
        corner = (
            apical * start
            + lateral * (-12 - pixel * (columns - 1) / 2)
            + inferior * (8 - pixel * (rows - 1) / 2)
        )
        affine = np.eye(4)
        affine[:3, 0], affine[:3, 1], affine[:3, 2] = apical * pitch, inferior * pixel, lateral * pixel
        affine[:3, 3] = corner + self.parameters.body.origin
        return Geometry(affine, (slices, rows, columns))

    def render(
        self,
        geometry: Geometry,
        phases: int = 25,
        *,
        acquisition: AcquisitionParameters | None = None,
        label: str = "Computed phantom, not a patient",
    ) -> CineStack:
        """Cine of the phantom on a grid.

        Parameters
        ----------
        geometry
            Any stack of slices; at known position and orientation in LPS.
        phases
            Number of phases, evenly over the cycle.
        acquisition
            How it is imaged.
        label
            Name of the series.
        """
        acquisition = acquisition or AcquisitionParameters(thickness=min(8.0, geometry.pitch))
        fractions = phase_fractions(phases)
        images = self.images(geometry, fractions, acquisition=acquisition)
        rr_interval = self.parameters.heart.rr_interval
        return CineStack(
            intensity=np.rint(images).clip(0, 4095).astype(np.uint16),
            geometry=geometry,
            phase_times=fractions * rr_interval,
            source=Source(
                label=label,
                format="phantom",
                thickness=acquisition.thickness or None,
                steps=("computed, not acquired",),
                rr_interval=rr_interval,
            ),
        )

    def images(
        self, geometry: Geometry, fractions: ArrayLike, *, acquisition: AcquisitionParameters
    ) -> FloatArray:
        """``(phases, slices, rows, columns)`` float32 magnitude images at shares of the cycle."""
        moments = [
            self._heart.ventricles.moment(float(f)) for f in np.atleast_1d(np.asarray(fractions, dtype=float))
        ]
        result = np.empty((len(moments), *geometry.shape), dtype=np.float32)
        shifts = acquisition.shifts(geometry.slices)
        for index in range(geometry.slices):
            signal = self._slice_signal(geometry, index, shifts[index], moments, acquisition)
            generator = np.random.default_rng([acquisition.seed, 2, index])
            result[:, index] = measure(signal * np.float32(acquisition.gain), acquisition, generator)
        return result

    def labels(self, geometry: Geometry, fractions: ArrayLike) -> NDArray[np.uint8]:
        """``(phases, slices, rows, columns)``: 1 right ventricle, 2 myocardium, 3 left ventricle, 0 the rest."""
        moments = np.atleast_1d(np.asarray(fractions, dtype=np.float64))
        result = np.zeros((len(moments), *geometry.shape), dtype=np.uint8)
        ventricles = self._heart.ventricles
        for index in range(geometry.slices):
            points = self._to_heart(self._positions(geometry, index, np.zeros(2), np.zeros(1)))
            for phase, fraction in enumerate(moments):
                moment = ventricles.moment(float(fraction))
                left = ventricles.left(*points, moment)
                right = ventricles.right(points[0], points[1], left.level, moment)
                label = result[phase, index]
                below = left.level[0] > 0
                label[below & (right[0] < 0)] = RIGHT_VENTRICLE
                label[below & (left.epicardium[0] < 0)] = MYOCARDIUM
                label[below & (left.endocardium[0] < 0)] = LEFT_VENTRICLE
        return result

    def _slice_signal(
        self,
        geometry: Geometry,
        index: int,
        shift: FloatArray,
        moments: list,  # type: ignore[type-arg]
        acquisition: AcquisitionParameters,
    ) -> FloatArray:
        """``(phases, rows, columns)`` signed signal of one slice, averaged over its slab."""
        positions = self._positions(geometry, index, shift, acquisition.offsets)
        width = max(geometry.spacing[1:])
        step = acquisition.thickness / len(acquisition.offsets)
        body = self._thorax.at(positions, width)
        heart = self._to_heart(positions)
        rows, columns = self._heart_window(heart)
        result = np.repeat(body.signal.mean(0, dtype=np.float32)[None], len(moments), axis=0)
        inside = np.ascontiguousarray(body.signal[:, rows, columns])
        if inside.size:
            u, v, h = (np.ascontiguousarray(p[:, rows, columns]) for p in heart)
            around = self._heart.surroundings((u, v, h), body.clearance[:, rows, columns])
            for phase, moment in enumerate(moments):
                canvas = inside.copy()
                self._heart.paint(canvas, (u, v, h), around, moment, width=width, step=step)
                result[phase, rows, columns] = canvas.mean(0)
        if acquisition.shading:
            middle = tuple(p.mean(0) for p in positions)
            result *= self._coil(middle, acquisition.shading)
        return result

    def _positions(self, geometry: Geometry, index: int, shift: FloatArray, offsets: FloatArray) -> Points:
        """LPS mm relative to the mitral centre, each ``(sub_slices, rows, columns)`` float32."""
        axes, (_, row, column) = geometry.axes, geometry.spacing
        start = geometry.slice_position(index) - self.parameters.body.origin
        along = start[:, None] + axes[:, :1] * offsets
        down = axes[:, 1:2] * (np.arange(geometry.shape[1]) * row + shift[0])
        right = axes[:, 2:3] * (np.arange(geometry.shape[2]) * column + shift[1])
        total = along[:, :, None, None] + down[:, None, :, None] + right[:, None, None, :]
        x, y, z = total.astype(np.float32)
        return x, y, z

    def _to_heart(self, positions: Points) -> Points:
        axes = self._axes.astype(np.float32)
        u, v, h = (sum(a * p for a, p in zip(axis, positions, strict=True)) for axis in axes)
        return u, v, h

    def _heart_window(self, points: Points) -> tuple[slice, slice]:
        """Rows and columns that the heart can reach."""
        heart = self.parameters.heart
        size = (heart.cavity_radius + heart.wall) / 35
        u, v, h = points
        near = (
            (u > -92 * size)
            & (u < 60 * size)
            & (v > -115)
            & (v < 105)
            & (h < heart.length + 14)
            & (h > -110 * size)
            & ((h < 5) | ((v > -58 * size) & (v < 62 * size)))
        ).any(0)
        rows, columns = np.flatnonzero(near.any(1)), np.flatnonzero(near.any(0))
        if not len(rows):
            return slice(0, 0), slice(0, 0)
        return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)

    def _coil(self, positions: tuple[FloatArray, ...], strength: float) -> FloatArray:
        """Sensitivity of the receive coils: elements on the chest and on the back."""
        body = self.parameters.body
        front = 32 - body.half_depth - body.muscle - body.fat - 25
        back = 32 + body.half_depth + body.muscle + 40
        total = np.zeros_like(positions[0])
        for x, y, z, weight in (
            (body.midline - 60, front, 20, 1.0),
            (body.midline + 70, front + 10, 20, 1.0),
            (body.midline, front, -70, 0.8),
            (body.midline + 10, back, -20, 1.6),
        ):
            square = (positions[0] - x) ** 2 + (positions[1] - y) ** 2 + (positions[2] - z) ** 2
            total += np.float32(weight) / (1 + square / 75.0**2)
        return 1 + np.float32(strength) * (total * np.float32(0.95) - 1)

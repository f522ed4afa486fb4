"""A beating heart in a chest, imaged on any grid, with its true labels and volumes."""

from concurrent.futures import ThreadPoolExecutor
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
from calid_core.phantom.rendering import Renderer, slice_positions, to_heart
from calid_core.structures import LEFT_VENTRICLE, MYOCARDIUM, RIGHT_VENTRICLE

FIRST_SLICE = -14.0
"""Distance of the first slice of a short-axis stack from the mitral plane towards the apex, mm."""

_CENTRE = (-12.0, 8.0)
"""Middle of the image in heart coordinates (lateral, inferior), mm: between the two ventricles."""


class Phantom:
    """One patient that never lived.

    Parameters
    ----------
    parameters
        Anatomy, motion and pathology.
    """

    def __init__(self, parameters: PhantomParameters | None = None) -> None:
        self.parameters = parameters or PhantomParameters()
        self._axes = self.parameters.body.axes
        up = self._axes[:, 2].tolist()
        self._heart = HeartPainter(self.parameters.heart, (up[0], up[1], up[2]), self.parameters.seed)

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self.parameters, self._heart)

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
        slices: int = 12,
        pitch: float = 10.0,
        rows: int = 192,
        columns: int = 192,
        pixel: float = 1.5,
        start: float = FIRST_SLICE,
    ) -> Geometry:
        """Short-axis stack from above the base towards the apex, the heart in the middle of the image.

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
            + lateral * (_CENTRE[0] - pixel * (columns - 1) / 2)
            + inferior * (_CENTRE[1] - pixel * (rows - 1) / 2)
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
        self,
        geometry: Geometry,
        fractions: ArrayLike,
        *,
        acquisition: AcquisitionParameters,
        workers: int = 2,
    ) -> FloatArray:
        """``(phases, slices, rows, columns)`` float32 magnitude images at shares of the cycle.

        Parameters
        ----------
        geometry
            Any stack of slices.
        fractions
            ``(phases,)``, 0 and 1 are the R wave.
        acquisition
            How it is imaged.
        workers
            Threads; the result does not depend on it.
        """
        moments = [
            self._heart.ventricles.moment(float(f)) for f in np.atleast_1d(np.asarray(fractions, dtype=float))
        ]
        result = np.empty((len(moments), *geometry.shape), dtype=np.float32)
        shifts = acquisition.shifts(geometry.slices)
        renderer = self._renderer

        def fill(index: int) -> None:
            signal = renderer.slice_signal(geometry, index, moments, acquisition, shifts[index])
            generator = np.random.default_rng([acquisition.seed, 2, index])
            result[:, index] = measure(signal * np.float32(acquisition.gain), acquisition, generator)

        with ThreadPoolExecutor(max_workers=workers) as pool:
            list(pool.map(fill, range(geometry.slices)))
        return result

    def labels(
        self,
        geometry: Geometry,
        fractions: ArrayLike,
        *,
        acquisition: AcquisitionParameters | None = None,
    ) -> NDArray[np.uint8]:
        """What every voxel is at its centre.

        Parameters
        ----------
        geometry
            Any stack of slices.
        fractions
            ``(phases,)``, 0 and 1 are the R wave.
        acquisition
            Moves every slice by its breath-hold shift, as in the images; None leaves them in place.

        Returns
        -------
        labels
            ``(phases, slices, rows, columns)``: 1 right ventricle, 2 myocardium, 3 left ventricle, 0 the rest.
        """
        moments = np.atleast_1d(np.asarray(fractions, dtype=np.float64))
        result = np.zeros((len(moments), *geometry.shape), dtype=np.uint8)
        shifts = (acquisition or AcquisitionParameters.ideal()).shifts(geometry.slices)
        ventricles = self._heart.ventricles
        for index in range(geometry.slices):
            points = to_heart(
                slice_positions(
                    geometry, index, self.parameters.body, shift=shifts[index], offsets=np.zeros(1)
                ),
                self._axes,
            )
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

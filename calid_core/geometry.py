"""Where the voxels of a slice stack lie in the patient.

Indices are ``(slice, row, column)``; patient coordinates are LPS (x to the patient's left, y to the back,
z to the head) in millimetres, as in DICOM (PS3.3 C.7.6.2).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from calid_core.arrays import FloatArray, IntArray, frozen
from calid_core.errors import GeometryError

POSITION_TOLERANCE = 0.1
"""Largest deviation of a slice position from a regular grid, mm."""
LARGEST_GRID = 2000
"""More slices than this are no heart at any spacing but a wrong distance."""
ANGLE_TOLERANCE = 1e-3
"""Largest cosine between two axes that still counts as orthogonal."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """Placement of a stack of parallel slices.

    Parameters
    ----------
    affine
        ``(4, 4)``, homogeneous ``(slice, row, column)`` to LPS mm. The slice axis carries the pitch.
    shape
        ``(slices, rows, columns)``.
    slice_offsets
        ``(slices,)``, mm from slice 0 along the slice axis, increasing. Only needed where the slices are not
        evenly spaced (one is missing, say); by default ``pitch · (0, 1, 2, …)``.
    known
        False where the file told no position or orientation, so that no letters may be drawn.

    Raises
    ------
    GeometryError
        Axes not orthogonal, a spacing that is not positive, or offsets that do not increase.
    """

    affine: FloatArray
    shape: tuple[int, int, int]
    slice_offsets: FloatArray = field(default=None)  # type: ignore[arg-type]
    known: bool = True

    def __post_init__(self) -> None:
        affine = np.array(self.affine, dtype=np.float64)
        if affine.shape != (4, 4) or not np.all(np.isfinite(affine)):
            raise GeometryError(f"affine must be 4 x 4 and finite, got shape {affine.shape}")
        spacing = np.linalg.norm(affine[:3, :3], axis=0)
        if np.any(spacing <= 1e-6):
            raise GeometryError(
                f"spacing must be positive, got {tuple(round(float(s), 4) for s in spacing)} mm"
            )
        axes = affine[:3, :3] / spacing
        cosines = np.abs(axes.T @ axes - np.eye(3))
        if float(cosines.max()) > ANGLE_TOLERANCE:
            raise GeometryError(
                f"slice axes are not orthogonal: cosine {cosines.max():.4f}, limit {ANGLE_TOLERANCE}"
            )
        if len(self.shape) != 3 or min(self.shape) < 1:
            raise GeometryError(f"shape must be three positive numbers, got {self.shape}")
        offsets = (
            np.arange(self.shape[0]) * spacing[0]
            if self.slice_offsets is None
            else np.array(self.slice_offsets, dtype=np.float64)
        )
        if offsets.shape != (self.shape[0],):
            raise GeometryError(f"{self.shape[0]} slices need as many offsets, got {offsets.shape}")
        if offsets[0] != 0 or np.any(np.diff(offsets) <= 0):
            raise GeometryError("slice offsets must start at 0 and increase")
        object.__setattr__(self, "affine", frozen(affine))
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))
        object.__setattr__(self, "slice_offsets", frozen(offsets))

    @classmethod
    def from_spacing(
        cls, spacing: tuple[float, float, float], shape: tuple[int, int, int], *, known: bool = False
    ) -> "Geometry":
        """Geometry at the origin: slices along patient z, rows along y, columns along x.

        Parameters
        ----------
        spacing
            ``(slice, row, column)`` in mm.
        shape
            ``(slices, rows, columns)``.
        known
            Whether position and orientation are true rather than assumed.
        """
        affine = np.zeros((4, 4))
        affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = *spacing, 1.0
        return cls(affine, shape, known=known)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Geometry):
            return NotImplemented
        return (
            self.shape == other.shape
            and self.known == other.known
            and np.array_equal(self.affine, other.affine)
            and np.array_equal(self.slice_offsets, other.slice_offsets)
        )

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def spacing(self) -> tuple[float, float, float]:
        """``(pitch, row, column)`` spacing in mm; the pitch is centre to centre, from the affine."""
        slice_, row, column = (float(s) for s in np.linalg.norm(self.affine[:3, :3], axis=0))
        return slice_, row, column

    @property
    def pitch(self) -> float:
        """Centre-to-centre distance of evenly spaced slices, mm."""
        return self.spacing[0]

    @property
    def slices(self) -> int:
        """Number of slices."""
        return self.shape[0]

    @cached_property
    def axes(self) -> FloatArray:
        """``(3, 3)``, columns are the LPS unit vectors along slices, rows (downwards) and columns (rightwards)."""
        return frozen(self.affine[:3, :3] / np.asarray(self.spacing))

    @property
    def normal(self) -> FloatArray:
        """``(3,)``, LPS unit vector from one slice to the next."""
        return self.axes[:, 0]

    @property
    def regular(self) -> bool:
        """Whether the slices are evenly spaced within ``POSITION_TOLERANCE``."""
        return bool(
            np.abs(self.slice_offsets - np.arange(self.slices) * self.pitch).max() <= POSITION_TOLERANCE
        )

    @property
    def length(self) -> float:
        """Distance from the first to the last slice, mm."""
        return float(self.slice_offsets[-1])

    def slice_position(self, index: int) -> FloatArray:
        """``(3,)``, LPS mm of the centre of the first voxel of a slice (ImagePositionPatient)."""
        position: FloatArray = self.affine[:3, 3] + self.normal * self.slice_offsets[index]
        return position

    def along(self, position: ArrayLike) -> FloatArray:
        """``(...)``, how far LPS positions ``(..., 3)`` lie along the normal from the first slice, mm, as ``slice_offsets`` count."""
        result: FloatArray = (np.asarray(position, dtype=np.float64) - self.affine[:3, 3]) @ self.normal
        return result

    def to_patient(self, index: ArrayLike) -> FloatArray:
        """LPS mm of continuous indices.

        Parameters
        ----------
        index
            ``(..., 3)``, ``(slice, row, column)``; between slices the slice index is interpolated linearly.

        Returns
        -------
        position
            ``(..., 3)``, LPS mm.
        """
        ijk = np.asarray(index, dtype=np.float64)
        steps = (
            _piecewise(ijk[..., 0], np.arange(self.slices, dtype=np.float64), self.slice_offsets) / self.pitch
        )
        regular = np.stack([steps, ijk[..., 1], ijk[..., 2]], axis=-1)
        position: FloatArray = regular @ self.affine[:3, :3].T + self.affine[:3, 3]
        return position

    def to_index(self, position: ArrayLike) -> FloatArray:
        """Continuous ``(slice, row, column)`` indices of LPS positions in mm; inverse of ``to_patient``."""
        regular = (np.asarray(position, dtype=np.float64) - self.affine[:3, 3]) @ np.linalg.inv(
            self.affine[:3, :3]
        ).T
        slice_ = _piecewise(
            regular[..., 0] * self.pitch, self.slice_offsets, np.arange(self.slices, dtype=np.float64)
        )
        return np.stack([slice_, regular[..., 1], regular[..., 2]], axis=-1)

    def densified(self, wanted_spacing: float) -> tuple["Geometry", "FloatArray"]:
        """Regular grid from the first to the last slice on which every slice of this stack lies.

        Parameters
        ----------
        wanted_spacing
            Slice spacing in mm that is aimed at; the grid takes the pitch over the whole number nearest to pitch / wanted.

        Returns
        -------
        geometry
            The dense grid.
        source_index
            ``(slices,)`` of the dense grid, continuous index of each dense slice among the slices of this stack;
            whole numbers mark the acquired ones.

        Raises
        ------
        GeometryError
            The spacing is not positive, the slices lie on no common grid of that step, or the grid is absurdly long.
        """
        if not wanted_spacing > 0:
            raise GeometryError(f"slice spacing must be positive, got {wanted_spacing} mm")
        distances = np.diff(self.slice_offsets)
        base = self.pitch if self.regular else float(distances.min())
        parts = max(1, round(base / wanted_spacing))
        step: float = base / parts
        places: IntArray = np.arange(self.slices) * parts
        if not self.regular:
            step, places = _fitted_grid(distances, step)
        deviation = float(np.abs(places * step - self.slice_offsets).max())
        if deviation > max(POSITION_TOLERANCE, 1e-3 * self.length):
            raise GeometryError(
                f"slice positions deviate by {deviation:.2f} mm from a {step:.2f} mm grid, limit "
                f"{POSITION_TOLERANCE} mm; choose a slice spacing of which all slice distances are multiples"
            )
        count = int(places[-1]) + 1
        if count > max(LARGEST_GRID, self.slices):
            raise GeometryError(
                f"{self.length:g} mm at a slice spacing of {step:g} mm are {count} slices, limit {LARGEST_GRID}; choose a "
                "wider spacing or set the distances of the slices right"
            )
        affine = self.affine.copy()
        affine[:3, 0] = self.normal * step
        source = np.interp(np.arange(count), places, np.arange(self.slices, dtype=np.float64))
        return Geometry(affine, (count, *self.shape[1:]), known=self.known), frozen(source)


def _fitted_grid(distances: FloatArray, step: float) -> tuple[float, IntArray]:
    """Step in mm, near ``step``, and whole-numbered places of the grid that fits successive slice ``distances`` best.

    Distances are rounded one by one, so that the rounding of positions in the file does not add up.
    """
    places = np.concatenate([[0], np.cumsum(np.rint(distances / step).astype(int))])
    offsets = np.concatenate([[0.0], np.cumsum(distances)])
    return float(places @ offsets / (places @ places)), places


def _piecewise(x: FloatArray, known_x: FloatArray, known_y: FloatArray) -> FloatArray:
    """Piecewise linear function through the known points, of which the first is 0, 0; continued with the end slopes."""
    if len(known_x) == 1:
        return x
    segment = np.clip(np.searchsorted(known_x, x, side="right") - 1, 0, len(known_x) - 2)
    slope = (known_y[segment + 1] - known_y[segment]) / (known_x[segment + 1] - known_x[segment])
    result: FloatArray = known_y[segment] + slope * (x - known_x[segment])
    return result

"""A dense cine, slice by slice traceable to what was acquired."""

from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray, frozen
from calid_core.cine import CineStack
from calid_core.geometry import Geometry
from calid_core.provenance import SliceOrigin, SliceProvenance
from calid_core.settings import ReconstructionSettings


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A dense cine with its provenance.

    Parameters
    ----------
    intensity
        ``(phases, slices, rows, columns)``, data type of the input; acquired slices bit-identical.
    geometry
        The dense grid.
    phase_times
        ``(phases,)``, ms.
    provenance
        One entry per output slice.
    settings
        What was asked for.
    acquired
        The stack it was made from (with the phases that were reconstructed).
    model_id
        Content hash of the model weights; empty for the interpolations.
    device
        Where it ran, in words.
    seconds
        Wall-clock duration.
    half_width
        ``(phases, slices, rows, columns)`` half-width of the 90 % interval in intensity units, 0 in acquired slices;
        float16 where it holds any of them well, else float32. None where the method gives none.
    warnings
        What a reader must know about this run.
    """

    intensity: IntensityArray
    geometry: Geometry
    phase_times: FloatArray
    provenance: tuple[SliceProvenance, ...]
    settings: ReconstructionSettings
    acquired: CineStack
    model_id: str = ""
    device: str = "CPU"
    seconds: float = 0.0
    half_width: FloatArray | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.intensity.shape[1:] != self.geometry.shape or len(self.provenance) != self.geometry.slices:
            raise ValueError("intensity, geometry and provenance disagree")
        if self.intensity.dtype != self.acquired.intensity.dtype:
            raise ValueError("the data type of the input must be kept")
        if self.half_width is not None and self.half_width.shape != self.intensity.shape:
            raise ValueError("half_width must have the shape of intensity")
        object.__setattr__(self, "intensity", frozen(self.intensity))

    @property
    def acquired_indices(self) -> tuple[int, ...]:
        """Output slices that were acquired, in order."""
        return tuple(i for i, p in enumerate(self.provenance) if p.origin is SliceOrigin.ACQUIRED)

    def passes_through(self) -> bool:
        """Whether every acquired slice is bit-identical to the stack as loaded, checked now on the data."""
        return not changed_slices(self)

    def unchanged(self) -> bool:
        """Whether every acquired slice is bit-identical to the stack as loaded, and none of that was moved to align it."""
        return not self.acquired.moved_slices and self.passes_through()


def changed_slices(reconstruction: Reconstruction) -> tuple[int, ...]:
    """Acquired slices that are not among the slices of a reconstruction bit by bit, compared now on the data.

    Bytes, not values: -0.0 equals 0.0, and NaN never equals itself.
    """
    acquired = reconstruction.acquired.intensity
    same: dict[int, bool] = {}
    for output in reconstruction.acquired_indices:
        source = reconstruction.provenance[output].sources[0].index
        equal = _bytes(reconstruction.intensity[:, output]) == _bytes(acquired[:, source])
        same[source] = same.get(source, True) and equal
    return tuple(k for k in range(acquired.shape[1]) if not same.get(k, False))


def _bytes(slices: IntensityArray) -> bytes:
    return np.ascontiguousarray(slices).tobytes()

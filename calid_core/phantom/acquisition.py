"""From the signal of the tissues to the image that a scanner would deliver."""

from dataclasses import dataclass

import numpy as np
from scipy import fft

from calid_core.arrays import FloatArray
from calid_core.errors import SettingsError
from calid_core.phantom.parameters import DEPTH_CENTRE, BodyParameters
from calid_core.ranges import Range, check_ranges

RANGES = {
    "thickness": Range(0, 50),
    "sub_slices": Range(1, 64),
    "resolution": Range(0.2, 1),
    "noise": Range(0, 1000),
    "shading": Range(0, 1),
    "breath_hold_shift": Range(0, 20),
}


@dataclass(frozen=True)
class AcquisitionParameters:
    """How the phantom is imaged.

    Parameters
    ----------
    thickness
        Slab over which every slice averages, mm; 0 samples the middle of the slice.
    sub_slices
        Samples across the slab.
    resolution
        Measured share of k-space in each direction; below 1 the image is zero-filled.
    noise
        Standard deviation of the real and of the imaginary part of the noise in intensity units, at ``resolution`` 1; 0
        for none. Of lower resolutions the border of the measured k-space leaves three quarters of it.
    shading
        Strength of the coil shading, 0 none, 1 full.
    breath_hold_shift
        Standard deviation of the in-plane shift of every slice, mm.
    gain
        Intensity units per signal unit.
    seed
        Of noise and shifts.
    """

    thickness: float = 8.0
    sub_slices: int = 3
    resolution: float = 0.8
    noise: float = 3.0
    shading: float = 1.0
    breath_hold_shift: float = 1.2
    gain: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_ranges(self, RANGES, SettingsError)

    @classmethod
    def ideal(cls) -> "AcquisitionParameters":
        """Point samples without noise, shading, blur or shifts."""
        return cls(thickness=0, sub_slices=1, resolution=1, noise=0, shading=0, breath_hold_shift=0)

    @classmethod
    def random(cls, generator: np.random.Generator, *, thickness: float = 8.0) -> "AcquisitionParameters":
        """Plausible settings of one examination.

        Parameters
        ----------
        generator
            Source of randomness; the same state gives the same settings.
        thickness
            Slab in mm.
        """
        return cls(
            thickness=thickness,
            resolution=float(generator.uniform(0.65, 0.95)),
            noise=float(generator.uniform(1.5, 7.0)),
            shading=float(generator.uniform(0.5, 1.0)),
            breath_hold_shift=float(generator.uniform(0.3, 2.0)),
            gain=float(np.exp(generator.uniform(np.log(0.3), np.log(4.0)))),
            seed=int(generator.integers(2**31)),
        )

    @property
    def offsets(self) -> FloatArray:
        """``(sub_slices,)``, mm from the middle of the slice."""
        if self.thickness == 0:
            return np.zeros(1)
        offsets: FloatArray = self.thickness * ((np.arange(self.sub_slices) + 0.5) / self.sub_slices - 0.5)
        return offsets

    def shifts(self, slices: int) -> FloatArray:
        """``(slices, 2)`` breath-hold shifts along rows and columns, mm."""
        generator = np.random.default_rng([self.seed, 1])
        shifts: FloatArray = self.breath_hold_shift * generator.standard_normal((slices, 2)).clip(-2.5, 2.5)
        return shifts


def measure(
    signal: FloatArray, acquisition: AcquisitionParameters, generator: np.random.Generator
) -> FloatArray:
    """Magnitude images of signed signals: limited resolution and Rician noise.

    Parameters
    ----------
    signal
        ``(..., rows, columns)`` float32.
    acquisition
        Resolution and noise.
    generator
        Source of the noise.
    """
    if acquisition.noise == 0 and acquisition.resolution == 1:
        return np.abs(signal)
    image = signal.astype(np.complex64)
    if acquisition.noise:
        # White noise loses power where k-space is not measured. Divided so, a sharp border would leave the stated value;
        # the raised-cosine one of ``_window`` leaves (0.6 + 0.4 * 3 / 8) = 0.75 of it.
        sigma = np.float32(acquisition.noise / acquisition.resolution)
        parts = generator.standard_normal((*signal.shape, 2), dtype=np.float32)
        parts *= sigma
        image += parts.view(np.complex64)[..., 0]
    if acquisition.resolution < 1:
        rows, columns = (_window(n, acquisition.resolution) for n in signal.shape[-2:])
        spectrum = fft.fft2(image, overwrite_x=True)
        spectrum *= rows[:, None] * columns
        image = fft.ifft2(spectrum, overwrite_x=True)
    return np.abs(image)


def coil_sensitivity(
    positions: tuple[FloatArray, FloatArray, FloatArray], body: BodyParameters, strength: float
) -> FloatArray:
    """Sensitivity of receive coils on the chest and on the back, about 1 at the heart.

    Parameters
    ----------
    positions
        LPS mm relative to the mitral centre.
    body
        Tells where the chest wall is.
    strength
        0 uniform, 1 full.
    """
    front = DEPTH_CENTRE - body.half_depth - body.muscle - body.fat - 25
    back = DEPTH_CENTRE + body.half_depth + body.muscle + 40
    total = np.zeros_like(positions[0])
    for x, y, z, weight in (
        (body.midline - 60, front, 20.0, 1.0),
        (body.midline + 70, front + 10, 20.0, 1.0),
        (body.midline, front, -70.0, 0.8),
        (body.midline + 10, back, -20.0, 1.6),
    ):
        square = (positions[0] - x) ** 2 + (positions[1] - y) ** 2 + (positions[2] - z) ** 2
        total += np.float32(weight) / (1 + square * np.float32(1 / 75.0**2))
    return 1 + np.float32(strength) * (total * np.float32(0.95) - 1)


def _window(count: int, resolution: float) -> FloatArray:
    """Measured part of k-space with a raised-cosine border."""
    frequency = np.abs(fft.fftfreq(count)) * 2 / resolution
    border = np.clip((frequency - 0.6) / 0.4, 0, 1)
    window: FloatArray = (0.5 + 0.5 * np.cos(np.pi * border)).astype(np.float32)
    return window

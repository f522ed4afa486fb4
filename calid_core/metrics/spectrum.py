"""Power at fine detail: does a synthesised slice have as much of it as an acquired one?"""

import numpy as np
from scipy import fft, signal

from calid_core.arrays import FloatArray
from calid_core.metrics.ratio import ratio

CUTOFF = 0.25
"""A quarter of the sampling frequency, cycles per pixel; half of what the grid can carry."""


def high_frequency_power(images: FloatArray) -> FloatArray:
    """Power above ``CUTOFF`` of every image.

    The mean is removed and a Hann window applied along both axes, so that the crop's edges add no power; then the
    squared spectrum is summed where the radial frequency exceeds the cut-off, the corners included.

    Parameters
    ----------
    images
        ``(..., rows, columns)``.

    Returns
    -------
    power
        ``(...)``, in squared intensity; comparable between crops of one shape only.
    """
    rows, columns = images.shape[-2:]
    window = np.outer(signal.windows.hann(rows), signal.windows.hann(columns))
    # From the first pixel on, an even image is exactly 0; its mean alone leaves what was rounded.
    raised = images - images[..., :1, :1]
    centred = raised - raised.mean(axis=(-2, -1), keepdims=True)
    spectrum = np.square(np.abs(fft.fft2(centred * window)))
    radius = np.hypot(fft.fftfreq(rows)[:, None], fft.fftfreq(columns)[None, :])
    power: FloatArray = spectrum[..., radius > CUTOFF].sum(axis=-1)
    return power


def spectrum_ratio(prediction: FloatArray, truth: FloatArray) -> float:
    """Power above ``CUTOFF`` of all predicted slices ``(slices, rows, columns)`` over that of the true ones."""
    return ratio(float(high_frequency_power(prediction).sum()), float(high_frequency_power(truth).sum()))

"""How tissue moves in plane between two phases of a slice: registration, and the frames between the two."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
import torch
from torch import Tensor
from torch.nn import functional

from calid_core.models.warping import sample

PYRAMID = ((4, 120), (2, 80), (1, 30))
"""Shrink factor and iterations of each level."""
FIELD_SMOOTHING = 1.5
"""Standard deviation of the smoothing of the displacement at each level, pixels of that level."""
INVERSION_STEPS = 6


def register(fixed: npt.NDArray[np.float32], moving: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Displacement ``(2, rows, columns)`` in pixels, row and column: ``moving`` at ``x + u(x)`` looks like ``fixed`` at ``x``.

    Diffeomorphic demons on smoothed images, from coarse to fine.
    """
    images = [sitk.GetImageFromArray(image) for image in (fixed, moving)]
    field: sitk.Image | None = None
    for shrink, iterations in PYRAMID:
        first, second = (
            sitk.Shrink(sitk.SmoothingRecursiveGaussian(image, max(0.6 * shrink, 0.8)), [shrink, shrink])
            for image in images
        )
        demons = sitk.DiffeomorphicDemonsRegistrationFilter()
        demons.SetNumberOfIterations(iterations)
        demons.SetStandardDeviations(FIELD_SMOOTHING)
        start = None if field is None else sitk.Resample(field, first)
        field = demons.Execute(first, second) if start is None else demons.Execute(first, second, start)
    found: npt.NDArray[np.float32] = sitk.GetArrayFromImage(field).astype(np.float32)
    return np.ascontiguousarray(found[..., ::-1].transpose(2, 0, 1))


@torch.no_grad()
def between(first: Tensor, last: Tensor, displacement: Tensor, share: Tensor) -> Tensor:
    """Frames ``(batch, 1, rows, columns)`` on the way from ``first`` to ``last``: exactly these at ``share`` 0 and 1.

    Tissue at ``x`` in ``first`` lies at ``x + s u(x)`` in the frame, ``displacement`` being ``u`` in pixels, ``(batch, 2,
    …)`` at the resolution of the images or a lower one. Both images are warped to the frame and blended by ``share``
    ``(batch,)``.
    """
    s = share[:, None, None, None]
    stride = first.shape[-1] / displacement.shape[-1]
    moved = displacement
    for _ in range(INVERSION_STEPS):
        # Fixed point: the displacement u(x) of the tissue that lies at y = x + s u(x).
        moved = sample(displacement, -s / stride * moved, "bilinear")
    moved = functional.interpolate(moved, size=first.shape[-2:], mode="bilinear", align_corners=False)
    return (1 - s) * sample(first, -s * moved, "bicubic") + s * sample(last, (1 - s) * moved, "bicubic")

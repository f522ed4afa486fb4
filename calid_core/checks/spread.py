"""What changes in volumes and voxels when only the seed changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.checks.contourer import Contourer
from calid_core.checks.results import SeedSpread
from calid_core.cine import CineStack
from calid_core.errors import SettingsError
from calid_core.metrics.clinical import ejection_fraction, slab_heights
from calid_core.phases import end_systole
from calid_core.pipeline import reconstruct
from calid_core.preprocessing import cine_scale
from calid_core.progress import CancelToken, ProgressCallback, ignore_progress, within
from calid_core.reconstruction import Reconstruction
from calid_core.settings import ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel


def spread_over_seeds(
    stack: CineStack,
    settings: ReconstructionSettings,
    seeds: Sequence[int],
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    model: CalidModel | None = None,
) -> SeedSpread:
    """Volumes and voxel spread over reconstructions of end-diastole and end-systole that differ in their seed.

    Parameters
    ----------
    stack
        The cine; its first phase is taken as end-diastole, ``end_systole`` finds the other. Where they are one phase, ESV
        and EF are NaN.
    settings
        Of the reconstruction; its own seed is replaced.
    seeds
        Two or more.
    model
        Weights of CaLID, as for ``reconstruct``.
    """
    if len(seeds) < 2:
        raise SettingsError(f"the spread needs two seeds or more, got {len(seeds)}")
    cancel = cancel or CancelToken()
    moments = (0, end_systole(stack))
    scale, contourer = cine_scale(stack.intensity), Contourer(stack, device=settings.device)
    volumes = np.full((len(seeds), 2), np.nan)
    images: list[FloatArray] = []
    for number, seed in enumerate(seeds):
        report = within(on_progress, number / len(seeds), (number + 1) / len(seeds))
        made: Reconstruction = reconstruct(
            stack, replace(settings, seed=seed), report, cancel, model=model, phases=moments
        )
        images.append(scale.apply(made.intensity))
        heights = slab_heights(made.geometry.slice_offsets, ends=stack.geometry.pitch / 2)
        for moment, phase in enumerate((0, len(made.intensity) - 1)):
            cancel.raise_if_cancelled()
            margins = contourer.margins(made.intensity[phase])
            contouring = contourer.contouring(np.zeros(1), len(margins), deciding=made.acquired_indices)
            contouring.add(0, margins)
            volume = float(contouring.contours.areas[0] @ heights) / 1000.0
            volumes[number, moment] = volume if volume > 0 else np.nan
    if moments[0] == moments[1]:
        volumes[:, 1] = np.nan
    deviation = np.stack(images).std(axis=0, ddof=1).mean(axis=(0, 2, 3))
    ef = np.array([ejection_fraction(ed, es) for ed, es in volumes])
    return SeedSpread(tuple(seeds), deviation, volumes[:, 0], volumes[:, 1], ef)

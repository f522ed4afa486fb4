"""CaLID as a person runs it, through the pipeline, as a method of the evaluation."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calid_core.cine import CineStack
from calid_core.evaluation.prediction import Prediction
from calid_core.pipeline import reconstruct
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, Mode, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel


@dataclass(frozen=True)
class Calid:
    """One mode of the shipped model.

    Parameters
    ----------
    name
        Name for tables.
    settings
        Mode, steps, samples, seed and device; method and slice spacing are set here.
    frame_by_frame
        Whether every phase is reconstructed alone, so that nothing connects them in time.
    model
        Weights; None for the shipped ones.
    """

    name: str
    settings: ReconstructionSettings
    frame_by_frame: bool = False
    model: CalidModel | None = None

    @property
    def evaluations(self) -> int:
        """Denoiser evaluations per slice."""
        return self.settings.steps * self.settings.samples if self.settings.mode is Mode.REALISM else 1

    def predict(self, kept: CineStack) -> Prediction:
        """See ``EvaluatedMethod``."""
        started = time.perf_counter()
        parts = [kept.with_phases((p,)) for p in range(kept.phases)] if self.frame_by_frame else [kept]
        done = [self._middles(part) for part in parts]
        widths = [r.half_width[:, 1::2] for r in done if r.half_width is not None]
        return Prediction(
            np.concatenate([r.intensity[:, 1::2] for r in done]),
            np.concatenate(widths).astype(np.float32) if widths else None,
            centred=self.settings.mode is Mode.FIDELITY,
            seconds=time.perf_counter() - started,
            evaluations=self.evaluations,
            device=done[0].device,
        )

    def _middles(self, kept: CineStack) -> Reconstruction:
        settings = {
            **self.settings.to_dict(),
            "method": Method.CALID.value,
            "slice_spacing": kept.geometry.pitch / 2,
        }
        return reconstruct(kept, ReconstructionSettings.from_dict(settings), model=self.model)

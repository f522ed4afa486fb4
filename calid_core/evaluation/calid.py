"""CaLID as a person runs it, through the pipeline, as a method of the evaluation."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calid_core.cine import CineStack
from calid_core.evaluation.prediction import Prediction
from calid_core.pipeline import reconstruct
from calid_core.settings import Method, Mode, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel


@dataclass(frozen=True)
class Calid:
    """One mode of the model.

    Parameters
    ----------
    name
        Name for tables.
    settings
        Mode, steps, samples, seed and device; method and slice spacing are set here.
    frame_by_frame
        Whether every phase is made by itself, so that nothing connects them in time.
    model
        Weights; None for those of ``ready_model``.
    """

    name: str
    settings: ReconstructionSettings
    frame_by_frame: bool = False
    model: CalidModel | None = None

    @property
    def evaluations(self) -> int:
        """Denoiser evaluations per slice; fidelity, the posterior mean, needs none."""
        return self.settings.steps * self.settings.samples if self.settings.mode is Mode.REALISM else 0

    def predict(self, kept: CineStack) -> Prediction:
        """See ``EvaluatedMethod``."""
        model = self._model()
        settings = replace(self.settings, method=Method.CALID, slice_spacing=kept.geometry.pitch / 2)
        started = time.perf_counter()
        made = reconstruct(kept, settings, model=model)
        return Prediction(
            made.intensity[:, 1::2].astype(np.float32),
            None if made.half_width is None else made.half_width[:, 1::2].astype(np.float32),
            centred=self.settings.mode is Mode.FIDELITY,
            seconds=time.perf_counter() - started,
            evaluations=self.evaluations,
            device=made.device,
        )

    def _model(self) -> CalidModel:
        # torch is imported only where a model runs.
        from calid_core.synthesising import ready_model

        model = self.model or ready_model(self.settings.device)
        return model.frame_by_frame() if self.frame_by_frame else model

"""All checks of one input, one after the other, as ``calid check`` runs them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calid_core.checks.kinds import SEEDS, USUAL, Check, Checked, lacking
from calid_core.checks.plausibility import MOST_PHASES
from calid_core.checks.ranking import rank
from calid_core.checks.report import CheckReport
from calid_core.checks.running import run_check
from calid_core.cine import CineStack
from calid_core.examination import unusable
from calid_core.pipeline import reconstruct
from calid_core.progress import CancelToken, ProgressCallback, ignore_progress
from calid_core.reconstruction import Reconstruction
from calid_core.settings import ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel


@dataclass(frozen=True)
class Selection:
    """Which checks are run.

    Parameters
    ----------
    checks
        Those to run; one that lacks what it needs is left out. By default the usual ones but volumes, which take every
        phase of the reconstruction and a network over all its slices.
    whole_cycle
        Whether every phase is reconstructed; else up to ``MOST_PHASES`` evenly over the cycle, unless volumes are asked for.
    seeds
        How many the spread is over, two or more, where that is among the checks.
    """

    checks: tuple[Check, ...] = tuple(check for check in USUAL if check is not Check.VOLUMES)
    whole_cycle: bool = False
    seeds: int = SEEDS

    def looked_at(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        """The phases that are reconstructed, of those that were chosen."""
        if self.whole_cycle or Check.VOLUMES in self.checks or len(chosen) <= MOST_PHASES:
            return chosen
        places = np.linspace(0, len(chosen), MOST_PHASES, endpoint=False).astype(int)
        return tuple(chosen[place] for place in places)


@dataclass(frozen=True, eq=False)
class Examined:
    """A report, and what was made for it; None where the stack cannot be reconstructed."""

    report: CheckReport
    reconstruction: Reconstruction | None


def examine(
    stack: CineStack,
    settings: ReconstructionSettings,
    views: Sequence[CineStack] = (),
    selection: Selection | None = None,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    phases: Sequence[int] | None = None,
    model: CalidModel | None = None,
) -> Examined:
    """Check a stack and the reconstruction that the settings make of it.

    Parameters
    ----------
    stack
        The short-axis cine.
    settings
        Of the reconstruction.
    views
        Long-axis cines in the same frame of reference.
    selection
        What is run.
    phases
        Phases at which slices are made and compared, each as in a reconstruction of the whole cine; all by default.
    model
        Weights of CaLID, as for ``reconstruct``.
    """
    started = time.perf_counter()
    selection, cancel = selection or Selection(), cancel or CancelToken()
    chosen = stack.chosen_phases(phases)
    report = CheckReport.begun(stack.source.label, stack, settings)
    if Check.INPUT in selection.checks:
        acquired = Checked(stack, model=model)
        report = report.with_result(Check.INPUT, run_check(Check.INPUT, acquired, on_progress, cancel))
    made = None
    if not any(unusable(volume).any() for volume in stack.intensity):
        looked_at = selection.looked_at(chosen)
        made = reconstruct(stack, settings, on_progress, cancel, model=model, phases=looked_at)
        report = replace(report, model_id=made.model_id)
        checked = Checked(stack, made, tuple(views), chosen, selection.seeds, model)
        for check in selection.checks:
            if check is Check.INPUT or lacking(check, stack, settings, long_axes=bool(views)):
                continue
            report = report.with_result(check, run_check(check, checked, on_progress, cancel))
    report = rank(replace(report, seconds=time.perf_counter() - started), made)
    return Examined(report, made)

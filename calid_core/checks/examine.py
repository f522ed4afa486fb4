"""All checks of one input, one after the other, as ``calid check`` runs them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calid_core.checks.input_checks import check_input
from calid_core.checks.leave_one_out import leave_one_out
from calid_core.checks.long_axis import check_long_axis
from calid_core.checks.pass_through import check_pass_through
from calid_core.checks.plausibility import MOST_PHASES, check_plausibility
from calid_core.checks.ranking import rank
from calid_core.checks.results import CheckReport
from calid_core.checks.spread import spread_over_seeds
from calid_core.cine import CineStack
from calid_core.examination import unusable
from calid_core.pipeline import reconstruct
from calid_core.progress import CancelToken, ProgressCallback, ignore_progress
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, Mode, ReconstructionSettings


@dataclass(frozen=True)
class Extent:
    """Which checks are run.

    Parameters
    ----------
    leave_one_out
        Whether slices are hidden and made again.
    whole_cycle
        Whether every phase is reconstructed; else up to ``MOST_PHASES`` evenly over the cycle.
    seeds
        Number of seeds for the spread; 0 for none.
    """

    leave_one_out: bool = True
    whole_cycle: bool = False
    seeds: int = 0


@dataclass(frozen=True, eq=False)
class Examined:
    """A report, and what was made for it; None where the stack cannot be reconstructed."""

    report: CheckReport
    reconstruction: Reconstruction | None


def examine(
    stack: CineStack,
    settings: ReconstructionSettings,
    views: Sequence[CineStack] = (),
    extent: Extent | None = None,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    phases: Sequence[int] | None = None,
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
    extent
        What is run; by default all but the spread over seeds.
    phases
        Phases at which slices are made and compared, each as in a reconstruction of the whole cine; all by default.
    """
    started = time.perf_counter()
    extent, cancel = extent or Extent(), cancel or CancelToken()
    chosen = tuple(range(stack.phases)) if phases is None else tuple(sorted(set(phases)))
    report = replace(CheckReport.begun(stack.source.label, stack, settings), input=check_input(stack, cancel))
    made = None
    if not any(unusable(volume).any() for volume in stack.intensity):
        made = reconstruct(stack, settings, on_progress, cancel, phases=_looked_at(chosen, extent))
        report = replace(
            report,
            model_id=made.model_id,
            pass_through=check_pass_through(made),
            plausibility=check_plausibility(made, cancel=cancel),
            long_axis=check_long_axis(made, views, on_progress, cancel, cycle=stack.cycle),
        )
        if extent.leave_one_out and stack.slices > 2:
            report = replace(
                report, leave_one_out=leave_one_out(stack, settings, on_progress, cancel, phases=chosen)
            )
        if extent.seeds > 1 and settings.method is Method.CALID and settings.mode is Mode.REALISM:
            seeds = tuple(range(settings.seed, settings.seed + extent.seeds))
            report = replace(report, spread=spread_over_seeds(stack, settings, seeds, on_progress, cancel))
    report = rank(replace(report, seconds=time.perf_counter() - started), made)
    return Examined(report, made)


def _looked_at(chosen: tuple[int, ...], extent: Extent) -> tuple[int, ...]:
    """The phases that are reconstructed."""
    if extent.whole_cycle or len(chosen) <= MOST_PHASES:
        return chosen
    places = np.linspace(0, len(chosen), MOST_PHASES, endpoint=False).astype(int)
    return tuple(chosen[place] for place in places)

"""What each check does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calid_core.checks.contourer import Contourer
from calid_core.checks.input_checks import check_input
from calid_core.checks.kinds import Check, Checked
from calid_core.checks.leave_one_out import leave_one_out
from calid_core.checks.long_axis import check_long_axis
from calid_core.checks.pass_through import check_pass_through
from calid_core.checks.plausibility import check_plausibility
from calid_core.checks.results import (
    InputChecks,
    LeaveOneOut,
    LongAxis,
    PassThrough,
    Plausibility,
    SeedSpread,
    Volumes,
)
from calid_core.checks.spread import spread_over_seeds
from calid_core.checks.volumes import contour_made, contour_stack
from calid_core.models.weights import model_directory, model_id_in, weights_directory
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress, within
from calid_core.reconstruction import Reconstruction


def run_check(
    check: Check,
    checked: Checked,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Any:
    """What a check finds, as the field of ``CheckReport`` that it is kept in.

    Raises
    ------
    ValueError
        It needs a reconstruction and there is none.
    """
    cancel = cancel or CancelToken()
    cancel.raise_if_cancelled()
    return FUNCTIONS[check](checked, on_progress, cancel)


def _made(checked: Checked) -> Reconstruction:
    if checked.made is None:
        raise ValueError("this check needs a reconstruction")
    return checked.made


def _input(checked: Checked, _on_progress: ProgressCallback, cancel: CancelToken) -> InputChecks:
    running = checked.model.model_id if checked.model is not None else model_id_in(model_directory())
    # Where there is no model at all, whoever wants one is told.
    shipped = running in ("", model_id_in(weights_directory()))
    return check_input(checked.stack, cancel, shipped=shipped)


def _pass_through(checked: Checked, _on_progress: ProgressCallback, _cancel: CancelToken) -> PassThrough:
    return check_pass_through(_made(checked))


def _plausibility(checked: Checked, _on_progress: ProgressCallback, cancel: CancelToken) -> Plausibility:
    return check_plausibility(_made(checked), cancel=cancel)


def _leave_one_out(checked: Checked, on_progress: ProgressCallback, cancel: CancelToken) -> LeaveOneOut:
    settings = _made(checked).settings
    return leave_one_out(
        checked.stack, settings, on_progress, cancel, phases=checked.phases, model=checked.model
    )


def _long_axis(checked: Checked, on_progress: ProgressCallback, cancel: CancelToken) -> tuple[LongAxis, ...]:
    cycle = checked.stack.cycle
    return check_long_axis(_made(checked), checked.views, on_progress, cancel, cycle=cycle)


def _seeds(checked: Checked, on_progress: ProgressCallback, cancel: CancelToken) -> SeedSpread:
    settings = _made(checked).settings
    seeds = range(settings.seed, settings.seed + checked.seeds)
    return spread_over_seeds(checked.stack, settings, seeds, on_progress, cancel, model=checked.model)


def _volumes(checked: Checked, on_progress: ProgressCallback, cancel: CancelToken) -> Volumes:
    made = _made(checked)
    on_progress(Progress(Stage.LOADING_MODEL))
    contourer = Contourer(checked.stack, device=made.settings.device)
    share = made.acquired.slices / made.geometry.slices
    acquired = contour_stack(made.acquired, contourer, within(on_progress, 0.0, share), cancel)
    dense = contour_made(made, acquired, contourer, within(on_progress, share, 1.0), cancel)
    return Volumes(acquired.curve, dense.curve)


FUNCTIONS: dict[Check, Callable[[Checked, ProgressCallback, CancelToken], Any]] = {
    Check.INPUT: _input,
    Check.PASS_THROUGH: _pass_through,
    Check.PLAUSIBILITY: _plausibility,
    Check.LEAVE_ONE_OUT: _leave_one_out,
    Check.LONG_AXIS: _long_axis,
    Check.SEEDS: _seeds,
    Check.VOLUMES: _volumes,
}

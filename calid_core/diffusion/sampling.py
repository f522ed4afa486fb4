"""Integration of the flow from noise to data in a few evaluations."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from calid_core.diffusion.flow import QUARTER_TURN

Velocity = Callable[[Tensor, Tensor], Tensor]
"""Velocity of ``(state, time)``; ``time`` is ``(batch,)``."""


def evaluation_times(steps: int, begin: float = 0.0) -> tuple[float, ...]:
    """Times in [begin, 1) at which the velocity is evaluated."""
    return tuple(begin + (1.0 - begin) * index / steps for index in range(steps))


def euler_step(state: Tensor, velocity: Tensor, duration: float) -> Tensor:
    """One explicit Euler step over ``duration``, a share of the quarter circle."""
    return state + velocity * (duration * QUARTER_TURN)


def integrate(
    velocity: Velocity,
    start: Tensor,
    steps: int,
    before_evaluation: Callable[[], None],
    begin: float = 0.0,
) -> Tensor:
    """Data from the state ``start`` at time ``begin`` in ``steps`` evaluations; ``before_evaluation`` may raise to stop."""
    state = start
    for time in evaluation_times(steps, begin):
        before_evaluation()
        times = torch.full((len(state),), time, device=state.device)
        state = euler_step(state, velocity(state, times), (1.0 - begin) / steps)
    return state

"""Integration of the flow from noise to data in a few evaluations."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from calid_core.diffusion.flow import QUARTER_TURN

Velocity = Callable[[Tensor, Tensor], Tensor]
"""Velocity of ``(state, time)``; ``time`` is ``(batch,)``."""


def evaluation_times(steps: int) -> tuple[float, ...]:
    """Times in [0, 1) at which the velocity is evaluated."""
    return tuple(index / steps for index in range(steps))


def euler_step(state: Tensor, velocity: Tensor, duration: float) -> Tensor:
    """One explicit Euler step over ``duration``, a share of the quarter circle."""
    return state + velocity * (duration * QUARTER_TURN)


def rotation_step(state: Tensor, velocity: Tensor, duration: float) -> Tensor:
    """One step along the circle through ``state`` with tangent ``velocity``: exact where noise and data are known."""
    turn = torch.tensor(duration * QUARTER_TURN)
    return state * torch.cos(turn) + velocity * torch.sin(turn)


def integrate(velocity: Velocity, start: Tensor, steps: int, before_evaluation: Callable[[], None]) -> Tensor:
    """Data from noise ``start`` in ``steps`` evaluations; ``before_evaluation`` may raise to stop."""
    state = start
    for time in evaluation_times(steps):
        before_evaluation()
        times = torch.full((len(state),), time, device=state.device)
        state = euler_step(state, velocity(state, times), 1.0 / steps)
    return state

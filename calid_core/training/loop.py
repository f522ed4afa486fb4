"""The loop every training shares: a time budget, an average of the weights, a log, and a state to go on from."""

from __future__ import annotations

import copy
import csv
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from calid_core.training.ema import ema_decay, update_ema
from calid_core.training.schedule import learning_rate
from calid_core.training.state import Clock, load_state, save_state

logger = logging.getLogger(__name__)

Network = TypeVar("Network", bound=nn.Module)
CLIP_NORM = 1.0


@dataclass(frozen=True)
class Run:
    """Where and how long a training runs.

    Parameters
    ----------
    output
        Folder of the state, the log and the pictures.
    device
        Where it runs.
    time_budget
        Minutes of training in all, earlier parts of a resumed run included.
    resume
        Go on from the state in ``output`` where there is one.
    """

    output: Path
    device: torch.device
    time_budget: float
    resume: bool = True


@dataclass(frozen=True)
class Pace:
    """How a training proceeds: learning rate, weight decay, averaging and how often it is validated."""

    peak_rate: float
    warmup: int
    weight_decay: float
    ema: float
    validate_every: int


def step_generator(seed: int, step: int) -> torch.Generator:
    """Generator of one update: the same however often a run was interrupted."""
    return torch.Generator().manual_seed(seed * 1_000_003 + step)


def fit(
    name: str,
    network: Network,
    loss: Callable[[Network, int], Tensor],
    validate: Callable[[Network, int], dict[str, float]],
    run: Run,
    pace: Pace,
) -> Network:
    """Train ``network`` until the budget is spent and return its averaged weights.

    ``loss`` is called with the network and the number of the update; ``validate`` with the average, and returns what
    is written to ``name.csv``.
    """
    network.to(run.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), lr=pace.peak_rate, weight_decay=pace.weight_decay)
    clock, path = Clock(), run.output / f"{name}-state.safetensors"
    run.output.mkdir(parents=True, exist_ok=True)
    if run.resume and path.exists():
        clock = load_state(path, network, average, optimiser)
        logger.info("%s goes on at step %d, %.0f s", name, clock.step, clock.elapsed)
    start, step, seconds = time.monotonic() - clock.elapsed, clock.step, 60.0 * run.time_budget
    recent: list[float] = []
    while (elapsed := time.monotonic() - start) < seconds:
        network.train()
        rate = learning_rate(pace.peak_rate, step=step, warmup=pace.warmup, progress=elapsed / seconds)
        recent.append(update(network, loss(network, step), optimiser, rate))
        update_ema(average, network, ema_decay(step, maximum=pace.ema))
        step += 1
        if step % pace.validate_every == 0:
            values = {"step": step, "seconds": round(elapsed, 1), "loss": sum(recent) / len(recent)}
            recent = []
            _log(run.output / f"{name}.csv", values | validate(average, step))
            save_state(path, network, average, optimiser, Clock(step, time.monotonic() - start))
    _log(
        run.output / f"{name}.csv", {"step": step, "seconds": seconds, "loss": 0.0} | validate(average, step)
    )
    save_state(path, network, average, optimiser, Clock(step, time.monotonic() - start))
    return average


def update(network: nn.Module, loss: Tensor, optimiser: torch.optim.Optimizer, rate: float) -> float:
    """One optimiser step at learning rate ``rate``; returns the loss."""
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM)
    optimiser.step()
    return float(loss.detach())


def _log(path: Path, values: dict[str, float]) -> None:
    logger.info("%s %s", path.stem, "  ".join(f"{key} {value:.4g}" for key, value in values.items()))
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, list(values))
        if new:
            writer.writeheader()
        writer.writerow(values)

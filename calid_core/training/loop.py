"""The loop every training shares: a time budget, an average of the weights, a log, and a state to go on from."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from calid_core.errors import SettingsError
from calid_core.io.atomic import check_folder, make_folder
from calid_core.models.device import ComputeDevice
from calid_core.training.ema import ema_decay, update_ema
from calid_core.training.layout import laid_out_like
from calid_core.training.origin import Origin
from calid_core.training.ranks import Ranks
from calid_core.training.rows import append_row, forget_later_rows
from calid_core.training.schedule import learning_rate
from calid_core.training.state import UNKNOWN, Clock, finite_tensors, load_state, read_origin, save_state

logger = logging.getLogger(__name__)

Network = TypeVar("Network", bound=nn.Module)
CLIP_NORM = 1.0
SAVE_EVERY = 60.0
"""Seconds of training after which the state is kept, validation or not."""
BETAS = (0.9, 0.99)
"""Of AdamW. Networks without normalisation layers have sudden large gradients; a shorter memory of squares follows them."""


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
    updates
        Updates in all, whatever time they take, so that on a CPU the same seed gives the same weights; on a GPU sums whose
        order changes (``grid_sample`` backward) leave small differences. 0: time decides.
    resume
        Go on from the state in ``output`` where there is one.
    workers
        Threads that each take a part of every batch, one core each. On a shared CPU two such threads are twice as
        fast as two that wait for each other inside every operation; on a GPU one is right.
    ranks
        This process among those that train together. All see ``output``; the first alone writes to it.
    precision
        Type of the convolutions on ``device``; float32 where it only emulates shorter ones.
    origin
        What the training comes from; a state from other settings is gone on with, and told of, one of another autoencoder is not.

    Raises
    ------
    SettingsError
        No worker, no budget, or one that is negative or never ends.
    """

    output: Path
    device: torch.device
    time_budget: float
    resume: bool = True
    workers: int = 1
    ranks: Ranks = field(default_factory=Ranks)
    updates: int = 0
    origin: Origin = UNKNOWN
    precision: torch.dtype = torch.bfloat16

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise SettingsError(f"--workers is {self.workers}, must be 1 or more")
        if not 0.0 <= self.time_budget < math.inf:
            raise SettingsError(f"--time-budget is {self.time_budget:g} minutes, must be finite and above 0")
        if self.updates < 0:
            raise SettingsError(f"--updates is {self.updates}, must be above 0")
        if not (self.time_budget or self.updates):
            raise SettingsError(
                "--time-budget or --updates must be above 0; without either nothing is trained"
            )

    def spent(self, clock: Clock) -> float:
        """Share of the budget that is spent; 1 or more ends the training."""
        if self.updates:
            return clock.step / self.updates
        return clock.elapsed / (60.0 * self.time_budget)

    @property
    def compute(self) -> ComputeDevice:
        """The device and the precision of the convolutions on it."""
        return ComputeDevice(self.device, self.precision, self.device.type)

    @property
    def parts(self) -> int:
        """Parts of a batch over all workers of all processes."""
        return self.workers * self.ranks.count

    def per_part(self, name: str, count: int) -> int:
        """Share of one part in the ``count`` of a batch; ``SettingsError`` with its ``name`` where parts are not equal."""
        if count % self.parts:
            raise SettingsError(
                f"{name} is {count}, must be a multiple of {self.parts}: every worker takes as many, and there are "
                f"{self.workers} × {self.ranks.count} (--workers × processes)"
            )
        return count // self.parts

    @property
    def own_parts(self) -> range:
        """The parts of a batch that this process computes."""
        first = self.workers * self.ranks.rank
        return range(first, first + self.workers)


@dataclass(frozen=True)
class Pace:
    """How a training proceeds: learning rate, weight decay, averaging and how often it is validated."""

    peak_rate: float
    warmup: int
    weight_decay: float
    ema: float
    validate_every: int


Loss = Callable[[Network, int, int], Tensor]
"""Loss of ``(network, update, part of the batch)``."""


def step_generator(seed: int, step: int, part: int, device: torch.device | None = None) -> torch.Generator:
    """Generator of one part of one update: the same however often a run was interrupted."""
    return torch.Generator(device or "cpu").manual_seed((seed * 64 + part) * 1_000_003 + step)


def fit(
    name: str,
    network: Network,
    loss: Loss[Network],
    validate: Callable[[Network, int], dict[str, float]],
    run: Run,
    pace: Pace,
    *,
    after: Callable[[Network], None] = lambda network: None,
) -> Network:
    """Train ``network`` until the budget is spent and return its averaged weights.

    ``loss`` gives the loss of one of ``run.parts`` parts of a batch; ``validate`` is called with the average, and
    returns what is written to ``name.csv``; ``after`` is called after every update, for what is not learned by gradient.
    Several processes do the same updates on the same weights as one with all their parts: gradients are averaged over
    all of them, the clock and buffers are those of the first. The state is kept with every row of the log, every minute, and
    when a person interrupts.

    Raises
    ------
    SettingsError
        ``output`` holds a training that is not to be resumed, or the loss, the gradients or the weights stopped being numbers.
    OutputError
        ``output`` cannot be written.
    """
    ranks, path, log = run.ranks, state_file(run.output, name), run.output / f"{name}.csv"
    network.to(run.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average, optimiser = copy.deepcopy(network).eval(), _optimiser(network, run.device, pace)
    # What is measured to be the fastest convolution differs from run to run.
    torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = not run.updates, bool(run.updates)
    check_folder(run.output, "RUN")
    make_folder(path)
    kept = _resumed(name, run, network, average, optimiser) if path.exists() else Clock()
    ranks.follow_first(network)
    if ranks.first:
        forget_later_rows(log, kept.step)
    start, step, spent, rate = time.monotonic() - kept.elapsed, kept.step, run.spent(kept), 0.0
    recent: list[Tensor] = []

    def keep(now: Clock) -> Clock:
        if ranks.first:
            save_state(path, network, average, optimiser, now, run.origin)
        return now

    # What the weights stand at: nothing within an update, nor before its row is in the log.
    whole: Clock | None = None
    try:
        with one_thread_each(run.workers) as pool:
            while spent < 1.0:
                network.train()
                rate = learning_rate(pace.peak_rate, step=step, warmup=pace.warmup, progress=spent)
                recent.append(gradients(network, loss, step, run, pool))
                whole = None
                update(network, optimiser, rate)
                after(network)
                ranks.follow_first(network, only_buffers=True)
                update_ema(average, network, ema_decay(step, maximum=pace.ema))
                step += 1
                now = Clock(step, ranks.agree(time.monotonic() - start))
                spent = run.spent(now)
                if step % pace.validate_every == 0 or spent >= 1.0:
                    if ranks.first:
                        finite_tensors(network, average, optimiser)
                        if spent >= 1.0:
                            logger.info("%s: measuring on held-out patients", name)
                        mean = torch.stack(recent).mean().item()
                        values = {"step": step, "seconds": round(now.elapsed, 1), "loss": mean}
                        # The row before the state: a run that is killed between them makes the row anew.
                        append_row(log, values | validate(average, step))
                    kept = keep(now)
                    recent.clear()
                elif now.elapsed - kept.elapsed >= SAVE_EVERY:
                    kept = keep(now)
                whole = now
    except KeyboardInterrupt:
        with suppress(FloatingPointError):
            kept = keep(whole) if whole else kept
        if path.exists():
            logger.info(
                "%s stopped: the state of update %d is kept; --resume goes on from it", name, kept.step
            )
        raise
    except FloatingPointError as error:
        state = f"the state of update {kept.step} is kept" if path.exists() else "no state was kept yet"
        raise SettingsError(
            f"the training of {name} diverged after update {step}: {error} at learning rate {rate:.3g}; "
            f"give a lower peak_rate than {pace.peak_rate:g} in --config ({state})"
        ) from error
    return average


def _optimiser(network: nn.Module, device: torch.device, pace: Pace) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        network.parameters(),
        lr=pace.peak_rate,
        betas=BETAS,
        weight_decay=pace.weight_decay,
        fused=device.type == "cuda",
    )


def _resumed(
    name: str, run: Run, network: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer
) -> Clock:
    """Go on from the state in ``run``; returns how far it is."""
    if not run.resume:
        raise SettingsError(
            f"{run.output} holds a training of {name}; give --resume to go on with it, or another RUN"
        )
    path = state_file(run.output, name)
    origin = read_origin(path)
    origin.check_autoencoder(run.origin.autoencoder, path)
    clock = load_state(path, network, average, optimiser)
    changed = origin.first_difference(run.origin)
    if changed and run.ranks.first:
        logger.warning("%s goes on with other settings than before: %s", name, changed)
    logger.info("%s goes on at step %d, %.0f s", name, clock.step, clock.elapsed)
    if run.spent(clock) >= 1.0 and run.ranks.first:
        logger.warning(
            "%s has had %d updates in %.1f minutes, all that is asked for: nothing is trained; "
            "give more --updates or a longer --time-budget to go on",
            name,
            clock.step,
            clock.elapsed / 60.0,
        )
    return clock


def state_file(run: Path, name: str) -> Path:
    """Where the training ``name`` keeps its state in the folder ``run``."""
    return run / f"{name}-state.safetensors"


@contextmanager
def one_thread_each(workers: int) -> Iterator[Executor | None]:
    """Threads for ``workers`` parts, each using one core inside operations; none for a single part."""
    if workers == 1:
        yield None
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)


def gradients(network: Network, loss: Loss[Network], step: int, run: Run, pool: Executor | None) -> Tensor:
    """Set the gradients of the mean loss over all parts, added in a fixed order; returns the loss.

    Raises
    ------
    FloatingPointError
        The loss of a part is not finite.
    """
    parameters = [p for p in network.parameters() if p.requires_grad]

    def part_gradients(part: int) -> tuple[Tensor, tuple[Tensor, ...]]:
        value = loss(network, step, part)
        # Backward of values that are no numbers may read anywhere: grid_sample does (pytorch#24823).
        if not torch.isfinite(value):
            raise FloatingPointError(f"the loss is {value.item():g}")
        return value.detach(), torch.autograd.grad(value, parameters)

    parts = list((pool.map if pool else map)(part_gradients, run.own_parts))
    mean = torch.stack([value for value, _ in parts]).mean()
    own = [
        sum(values[1:], start=values[0]) / run.workers for values in zip(*(g for _, g in parts), strict=True)
    ]
    mean, *shared = run.ranks.mean([mean, *own])
    for parameter, gradient in zip(parameters, shared, strict=True):
        parameter.grad = laid_out_like(parameter, gradient)
    return mean


def update(network: nn.Module, optimiser: torch.optim.Optimizer, rate: float) -> None:
    """One optimiser step along the gradients, their norm limited, at learning rate ``rate``.

    Raises
    ------
    FloatingPointError
        The gradients are not finite; the weights are as they were.
    """
    for group in optimiser.param_groups:
        group["lr"] = rate
    norm = torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM)
    if not torch.isfinite(norm):
        raise FloatingPointError(f"the norm of the gradients is {norm.item():g}")
    optimiser.step()

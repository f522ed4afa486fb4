"""Trains a line in several processes: ``torchrun two_ranks.py FOLDER BUDGET``; a second of the clock is one look at it."""

import sys
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import Tensor, nn

from calid_core.settings import Device
from calid_core.training import loop
from calid_core.training.loop import Pace, Run, fit, step_generator
from calid_core.training.ranks import Ranks, joined_ranks

PACE = Pace(peak_rate=0.05, warmup=1, weight_decay=0.0, ema=0.9, validate_every=5)


class Line(nn.Module):
    """A slope and a buffer that only the first part of a batch moves."""

    seen: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(1))
        self.offset = nn.Parameter(torch.zeros(1))
        self.register_buffer("seen", torch.zeros(1))


def train(folder: Path, budget: float, *, workers: int, ranks: Ranks) -> Line:
    """Train with a loss that depends on the part and on the buffer."""
    inputs_of_first: list[Tensor] = []

    def loss(network: Line, step: int, part: int) -> Tensor:
        inputs = torch.rand(32, generator=step_generator(0, step, part))
        if part == 0:
            inputs_of_first.append(inputs.mean())
        answer = network.slope * inputs + network.offset * (1.0 + network.seen)
        return (answer - 2.0 * inputs - 1.0).square().mean()

    def after(network: Line) -> None:
        for value in inputs_of_first:
            network.seen.lerp_(value, 0.1)
        inputs_of_first.clear()

    run = Run(folder, torch.device("cpu"), budget, workers=workers, ranks=ranks)
    return fit(
        "line", Line(), loss, lambda network, step: {"slope": network.slope.item()}, run, PACE, after=after
    )


def tick(rate: float) -> SimpleNamespace:
    """A clock that advances ``rate`` seconds per look."""
    looks = iter(range(10_000_000))
    return SimpleNamespace(monotonic=lambda: rate * next(looks))


def threads_of_the_group() -> list[str]:
    """Names of the threads that messages between processes need; on Linux."""
    names = [(task / "comm").read_text(encoding="utf-8") for task in Path("/proc/self/task").iterdir()]
    return [name for name in names if "gloo" in name]


if __name__ == "__main__":
    torch.set_num_threads(1)
    with joined_ranks(Device.CPU) as joined:
        # The clock of the second process runs twice as fast: alone, it would stop at half the updates.
        loop.time = tick(1.0 + joined.rank)
        trained = train(Path(sys.argv[1]), float(sys.argv[2]), workers=1, ranks=joined)
        torch.save(trained.state_dict(), Path(sys.argv[1]) / f"rank-{joined.rank}.pt")
        assert sys.platform != "linux" or threads_of_the_group()
    assert sys.platform != "linux" or not threads_of_the_group()

"""Several processes that train one network together, started by torchrun: who is who, and what they share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

import torch
from torch import Tensor, distributed, nn

from calid_core.errors import SettingsError
from calid_core.models.device import choose_device
from calid_core.settings import Device


@dataclass(frozen=True)
class Ranks:
    """One of the processes that train a network together; the default is a process that trains alone.

    Parameters
    ----------
    rank
        Which one this is; 0 keeps the clock, validates, logs and saves.
    count
        How many there are.
    local
        Which one this is on its machine: the index of its GPU.
    """

    rank: int = 0
    count: int = 1
    local: int = 0

    @property
    def first(self) -> bool:
        """Whether this is the process that keeps the clock, validates, logs and saves."""
        return self.rank == 0

    def wish(self, wish: Device) -> Device:
        """``wish``, or the CPU where it is automatic and several processes have no CUDA: messages reach no other GPU.

        Raises
        ------
        SettingsError
            Several processes are to share Apple's GPU.
        """
        if self.count > 1 and wish is Device.MPS:
            raise SettingsError(
                f"{self.count} processes cannot train together on Apple's GPU; start one, or give --device cpu"
            )
        apart = self.count > 1 and wish is Device.AUTO and not torch.cuda.is_available()
        return Device.CPU if apart else wish

    def device(self, device: torch.device) -> torch.device:
        """The own GPU of this process where there are several processes and ``device`` is a GPU."""
        return torch.device("cuda", self.local) if self.count > 1 and device.type == "cuda" else device

    def agree(self, value: float) -> float:
        """The ``value`` of rank 0."""
        if self.count == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64)
        distributed.broadcast(shared, 0)
        return float(shared)

    def mean(self, tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """``tensors`` averaged over all processes in one message; every process gets the same values."""
        if self.count == 1:
            return tuple(tensors)
        joined = torch.cat([tensor.reshape(-1) for tensor in tensors])
        distributed.all_reduce(joined)
        parts = torch.split(joined / self.count, [tensor.numel() for tensor in tensors])
        return tuple(part.view(tensor.shape) for part, tensor in zip(parts, tensors, strict=True))

    def follow_first(self, module: nn.Module, *, only_buffers: bool = False) -> None:
        """Take over the weights and buffers that rank 0 has, or its buffers alone."""
        if self.count > 1:
            for tensor in module.buffers() if only_buffers else module.state_dict().values():
                # Weights in channels_last are not contiguous, which messages have to be.
                shared = tensor.detach().contiguous()
                distributed.broadcast(shared, 0)
                tensor.detach().copy_(shared)


@contextmanager
def joined_ranks(wish: Device) -> Iterator[Ranks]:
    """The processes that torchrun started, joined until the end of the block; without torchrun this one alone.

    Each takes the GPU of its number where ``wish`` is CUDA, or automatic and there is one; on a CPU none is touched.

    Raises
    ------
    SettingsError
        More processes than GPUs, or a GPU that cannot be used: one process on the CPU would hold up all others.
    """
    if not distributed.is_torchelastic_launched():
        yield Ranks()
        return
    # Its functions take the group that there is when the module is first imported as a default argument. Imported later, as
    # the first step of an optimiser does, it would keep the group and its threads alive, which at times abort the process at its end.
    import_module("torch.distributed.nn.functional")
    local = int(os.environ["LOCAL_RANK"])
    if wish in (Device.AUTO, Device.CUDA) and torch.cuda.is_available():
        _take_gpu(local)
        distributed.init_process_group("cpu:gloo,cuda:nccl")
    else:
        distributed.init_process_group("gloo")
    try:
        yield Ranks(distributed.get_rank(), distributed.get_world_size(), local)
    finally:
        distributed.destroy_process_group()


def _take_gpu(local: int) -> None:
    count = torch.cuda.device_count()
    if local >= count:
        raise SettingsError(
            f"torchrun started process {local + 1} of this machine, which has {count} GPUs; "
            f"give --nproc-per-node {count} or less, or --device cpu"
        )
    torch.cuda.set_device(local)
    choose_device(Device.CUDA)

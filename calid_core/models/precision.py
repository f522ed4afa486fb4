"""What networks run in: convolutions in 16 bits where the device multiplies them itself."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import nn

from calid_core.models.device import ComputeDevice


def reduced_precision(compute: ComputeDevice) -> AbstractContextManager[object]:
    """Autocast to the precision of ``compute``, or nothing where that is single precision."""
    if compute.precision is torch.float32:
        return nullcontext()
    return torch.autocast(compute.device.type, compute.precision)


def hold_in_precision(
    network: nn.Module, compute: ComputeDevice, *, other_than: Collection[str] = ()
) -> None:
    """Round the weights of convolutions and matrices to the precision of ``compute`` for good, as autocast would at every call.

    For networks that only run inside ``reduced_precision`` and are not saved; layers named in ``other_than`` stay as they are.
    """
    if compute.precision is torch.float32:
        return
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d | nn.Linear) and name not in other_than:
            layer.to(compute.precision)

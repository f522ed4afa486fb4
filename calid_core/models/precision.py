"""The context networks run in: convolutions in 16 bits where the device multiplies them itself."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from calid_core.models.device import ComputeDevice


def reduced_precision(compute: ComputeDevice) -> AbstractContextManager[object]:
    """Autocast to the precision of ``compute``, or nothing where that is single precision."""
    if compute.precision is torch.float32:
        return nullcontext()
    return torch.autocast(compute.device.type, compute.precision)

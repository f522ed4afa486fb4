"""Which device networks run on, and in which precision."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from calid_core.errors import SettingsError


def choose_device(name: str | None = None) -> torch.device:
    """The device ``name``, or the best there is for None and ``"auto"``.

    Raises
    ------
    SettingsError
        A device that this machine does not have.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name is None or name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    if not available.get(name.split(":")[0], False):
        raise SettingsError(
            f"device {name!r} is not available here; choose one of "
            f"{', '.join(kind for kind, there in available.items() if there)}"
        )
    return torch.device(name)


def supports_bfloat16(device: torch.device) -> bool:
    """Whether 16-bit convolutions run natively on ``device``."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return device.type == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def half_precision(device: torch.device) -> AbstractContextManager[object]:
    """Context in which convolutions run in bfloat16 where ``device`` can."""
    if supports_bfloat16(device):
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()

"""Which processor a model runs on, and in which precision."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from calid_core.errors import SettingsError
from calid_core.settings import Device

_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
"""CUDA and MPS; the CPU on Linux and macOS; the CPU on Windows."""


@dataclass(frozen=True)
class ComputeDevice:
    """A processor and the precision of the convolutions on it.

    Parameters
    ----------
    device
        Where tensors live.
    precision
        Type for autocast; float32 means none.
    label
        For people: ``CPU, bfloat16``.
    """

    device: torch.device
    precision: torch.dtype
    label: str


def available_devices() -> tuple[Device, ...]:
    """What this machine has, the preferred one first."""
    found = []
    if torch.cuda.is_available():
        found.append(Device.CUDA)
    if torch.backends.mps.is_available():
        found.append(Device.MPS)
    return (*found, Device.CPU)


def choose_device(wish: Device) -> ComputeDevice:
    """The device that is wished for; ``SettingsError`` naming what there is if it is absent."""
    present = available_devices()
    if wish is Device.AUTO:
        wish = present[0]
    if wish not in present:
        names = ", ".join(device.value for device in present)
        raise SettingsError(f"device {wish.value} is not available here; there is {names} (or auto)")
    precision = _precision(wish)
    return ComputeDevice(
        torch.device(wish.value), precision, f"{_name(wish)}, {str(precision).removeprefix('torch.')}"
    )


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out; CUDA, MPS and the CPU each say it in their own way."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _NO_MEMORY)


def _name(device: Device) -> str:
    if device is Device.CUDA:
        return f"{torch.cuda.get_device_name()} (CUDA)"
    return "Apple GPU (MPS)" if device is Device.MPS else "CPU"


def _precision(device: Device) -> torch.dtype:
    if device is Device.CUDA:
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        native = device is Device.CPU and _processor_has_bfloat16()
    return torch.bfloat16 if native else torch.float32


def _processor_has_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 itself; emulating it is slower than float32."""
    if not hasattr(torch.cpu, "get_capabilities"):
        return False
    features = torch.cpu.get_capabilities()
    return any(bool(features.get(name)) for name in ("amx_bf16", "avx512_bf16", "bf16"))

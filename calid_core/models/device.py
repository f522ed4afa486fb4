"""Which processor a model runs on, and in which precision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn
from torch.nn import functional

from calid_core.errors import DeviceMemoryError, SettingsError
from calid_core.settings import Device

_NO_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "alloc_failed",
    "allocation_failed",
    "unable to find an engine to execute",
)
"""CUDA and MPS; the CPU on Linux and macOS; the CPU on Windows; cuBLAS, cuDNN and cuFFT; cuDNN; a cuDNN without room for any algorithm."""
_REMEDY = "install a PyTorch that is built for this GPU or end what else uses it, and start again"


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
    remark
        Why a GPU that is there was not taken, as a sentence; empty where none was passed over.
    """

    device: torch.device
    precision: torch.dtype
    label: str
    remark: str = ""


def available_devices() -> tuple[Device, ...]:
    """What this machine has, the preferred one first."""
    found = []
    if torch.cuda.is_available():
        found.append(Device.CUDA)
    if torch.backends.mps.is_available():
        found.append(Device.MPS)
    return (*found, Device.CPU)


def choose_device(wish: Device) -> ComputeDevice:
    """The device that is wished for; automatic takes the first that works, and says why it is not the first there is.

    Raises
    ------
    SettingsError
        The device is absent, naming what there is, or cannot be used, naming the reason.
    """
    present = available_devices()
    passed_over: tuple[Device, ...] = ()
    if wish is Device.AUTO:
        wish = next(device for device in present if not refusal(device))
        passed_over = present[: present.index(wish)]
    if wish not in present:
        names = ", ".join(device.value for device in present)
        raise SettingsError(f"device {wish.value} is not available here; there is {names} (or auto)")
    if reason := refusal(wish):
        raise SettingsError(f"device {wish.value} cannot be used: {reason}; {_REMEDY}, or choose cpu")
    precision = _precision(wish)
    label = f"{_name(wish)}, {str(precision).removeprefix('torch.')}"
    remark = " ".join(
        f"The GPU ({device.value}) was not used: {refusal(device)}; to use it, {_REMEDY}."
        for device in passed_over
    )
    return ComputeDevice(torch.device(wish.value), precision, label, remark)


@cache
def refusal(device: Device) -> str:
    """Why a device that is there cannot be used, found out once per process; empty where it can.

    A GPU may be too old or too new for this PyTorch, or held by another program.
    """
    if device is Device.CPU:
        return ""
    try:
        run_small_kernels(torch.device(device.value))
    except RuntimeError as error:
        return str(error).partition("\n")[0].rstrip(".")
    return ""


def run_small_kernels(device: torch.device) -> None:
    """A convolution and a sum on ``device``, waited for; ``RuntimeError`` where it cannot do them."""
    images, weights = torch.ones(1, 8, 8, 8, device=device), torch.ones(8, 8, 3, 3, device=device)
    functional.conv2d(images, weights).sum().item()


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out; CUDA, MPS and the CPU each say it in their own way."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _NO_MEMORY)


def give_back_memory(device: torch.device) -> None:
    """Return to a GPU what torch keeps of its memory for later: in pieces of other sizes it may be of no use."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


@contextmanager
def enough_memory(what: str, device: torch.device) -> Iterator[None]:
    """Memory that runs out in the block becomes a ``DeviceMemoryError`` that says what had no room on ``device``."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise DeviceMemoryError(
            f"{device} has no memory left for {what}; close other programs or use another device"
        ) from error


def move(network: nn.Module, device: torch.device) -> None:
    """Move the weights of a network to ``device``, channels last; ``DeviceMemoryError`` where they find no room."""
    with enough_memory("the weights of the model", device):
        network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]


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

"""Files of trained comparators: half-precision safetensors in a folder of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from calid_core.errors import CheckpointError
from calid_core.models.checkpoint import LICENCE

Network = TypeVar("Network", bound=nn.Module)


def comparator_file(folder: Path, name: str) -> Path:
    """Where the weights of the comparator ``name`` lie."""
    return folder / f"{name}.safetensors"


def save_comparator(path: Path, network: nn.Module) -> None:
    """Write half-precision weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    save_file(tensors, path, {"licence": LICENCE})


def load_comparator(path: Path, network: Network, device: torch.device) -> Network:
    """Put the weights of ``path`` into ``network``, ready to run; ``CheckpointError`` where they do not fit."""
    if not path.is_file():
        raise CheckpointError(
            f"no weights of the comparator {path.stem}; train it with benchmarks/comparators.py"
        )
    try:
        network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    except (OSError, SafetensorError, RuntimeError) as error:
        raise CheckpointError(f"weights of the comparator {path.stem} cannot be used: {error}") from error
    network.eval().requires_grad_(False)
    return network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]

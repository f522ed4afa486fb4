"""Files of trained comparators: half-precision safetensors in a folder of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import nn

from calid_core.errors import CheckpointError
from calid_core.models.checkpoint import load_weights
from calid_core.paths import is_file

AUTOENCODER = "autoencoder"
"""Key of the content hash of the autoencoder that weights were trained beside."""
Network = TypeVar("Network", bound=nn.Module)


def comparator_file(folder: Path, name: str) -> Path:
    """Where the weights of the comparator ``name`` lie."""
    return folder / f"{name}.safetensors"


def load_comparator(path: Path, network: Network, device: torch.device, *, autoencoder: str = "") -> Network:
    """Put the weights of ``path`` into ``network``, ready to run.

    Raises
    ------
    CheckpointError
        Weights that are missing, do not fit, or were trained beside another autoencoder than ``autoencoder``.
    """
    if not is_file(path):
        raise CheckpointError(
            f"no weights of the comparator {path.stem}; train it with benchmarks.comparators"
        )
    try:
        with safe_open(path, framework="pt") as file:
            beside = (file.metadata() or {}).get(AUTOENCODER, "")
        weights = {name: value.float() for name, value in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"weights of the comparator {path.stem} cannot be used: {error}") from error
    if beside != autoencoder:
        raise CheckpointError(
            f"the comparator {path.stem} was trained beside another autoencoder than that of the model; evaluate it with the "
            "weights of CaLID that it was trained beside, or train it again with benchmarks.comparators"
        )
    load_weights(network, weights, path, remedy="train it again with benchmarks.comparators")
    return network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]

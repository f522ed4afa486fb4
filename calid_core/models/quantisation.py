"""How weights are stored: in half precision, large ones in eight bits with one scale per output channel."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

LEVELS = 127
"""Steps from zero to the largest magnitude of a channel; symmetric, so zero is exact and -128 is not used."""
LEAST_ELEMENTS = 4096
"""Parameters with fewer elements stay in half precision: their share of a file is small."""
SCALE = ".scale"


def half_precision_weights(network: nn.Module) -> dict[str, Tensor]:
    """Weights in half precision; normalisation constants stay in single precision."""
    parameters = {name for name, _ in network.named_parameters()}
    return {
        name: (value.half() if name in parameters else value).detach().cpu().contiguous()
        for name, value in network.state_dict().items()
    }


def compact_weights(network: nn.Module) -> dict[str, Tensor]:
    """Weights with large kernels and matrices in eight bits, everything else as ``half_precision_weights``.

    A tensor ``name`` in eight bits has its scales beside it as ``name.scale``.
    """
    tensors = half_precision_weights(network)
    for name, value in network.named_parameters():
        if value.ndim >= 2 and value.numel() >= LEAST_ELEMENTS:
            tensors[name], tensors[name + SCALE] = quantised(value.detach().float().cpu())
    return tensors


def quantised(weight: Tensor) -> tuple[Tensor, Tensor]:
    """``weight`` in eight bits, and what one step is in each channel of dimension 0.

    Returns
    -------
    steps
        int8, of the shape of ``weight``, to the nearest: off by at most half a scale.
    scale
        ``(channels,)``, single precision; 0 for a channel of zeros.
    """
    scale = weight.flatten(1).abs().amax(1) / LEVELS
    divisor = torch.where(scale == 0.0, 1.0, scale)
    steps = (weight / _per_channel(divisor, weight)).round().clamp(-LEVELS, LEVELS)
    return steps.to(torch.int8).contiguous(), scale


def is_quantised(tensors: Mapping[str, Tensor]) -> bool:
    """Whether some of ``tensors`` are in eight bits."""
    return any(value.dtype == torch.int8 for value in tensors.values())


def single_precision(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Stored weights of either kind in single precision, without the scales.

    Raises
    ------
    ValueError
        A tensor in eight bits without one scale for each of its channels.
    """
    weights = dict(tensors)
    for name, steps in tensors.items():
        if steps.dtype == torch.int8:
            scale = weights.pop(name + SCALE, None)
            if scale is None or scale.shape != steps.shape[:1]:
                raise ValueError(f"{name} needs {len(steps)} scales in {name + SCALE}")
            weights[name] = steps.float() * _per_channel(scale.float(), steps)
    return {name: value.float() for name, value in weights.items()}


def _per_channel(values: Tensor, weight: Tensor) -> Tensor:
    """``values`` shaped to act on dimension 0 of ``weight``."""
    return values.reshape(-1, *[1] * (weight.ndim - 1))

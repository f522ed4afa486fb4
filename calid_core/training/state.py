"""The state of an interrupted training run as safetensors: weights, average, optimiser moments, clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from calid_core.errors import CheckpointError
from calid_core.io.atomic import make_folder, replacing
from calid_core.models.checkpoint import first_difference
from calid_core.plain import from_plain, to_plain
from calid_core.training.layout import laid_out_like
from calid_core.training.origin import Origin

UNKNOWN = Origin()
SAME_CONFIG = "give the --config that this run was trained with"


@dataclass(frozen=True)
class Clock:
    """How far a run is: updates done and seconds of training spent."""

    step: int = 0
    elapsed: float = 0.0


def save_state(
    path: Path,
    model: nn.Module,
    average: nn.Module,
    optimiser: torch.optim.Optimizer,
    clock: Clock,
    origin: Origin = UNKNOWN,
) -> None:
    """Write everything needed to go on; the old file stays until the new one is complete.

    Raises
    ------
    FloatingPointError
        Something of it is not finite; the old file stays.
    OutputError
        It cannot be written; the old file stays.
    """
    tensors = finite_tensors(model, average, optimiser)
    metadata = {"clock": json.dumps(to_plain(clock)), "origin": json.dumps(to_plain(origin))}
    make_folder(path)
    with replacing(path) as temporary:
        temporary.write_bytes(save(tensors, metadata))


def finite_tensors(
    model: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer
) -> dict[str, Tensor]:
    """The tensors of a state by name; ``FloatingPointError`` where something of it is not finite."""
    tensors: dict[str, Tensor] = {}
    for prefix, module in (("model.", model), ("average.", average)):
        tensors |= {prefix + name: value.detach().contiguous() for name, value in module.state_dict().items()}
    for index, moments in optimiser.state_dict()["state"].items():
        for name, value in moments.items():
            tensors[f"optimiser.{index}.{name}"] = torch.as_tensor(value).contiguous()
    if not all(bool(value.isfinite().all()) for value in tensors.values()):
        raise FloatingPointError("the weights are not finite")
    return tensors


def load_state(path: Path, model: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer) -> Clock:
    """Restore what ``save_state`` wrote and return the clock.

    Raises
    ------
    CheckpointError
        A file that is no training state, or one of another network.
    """
    parts: dict[str, dict[str, Tensor]] = {"model": {}, "average": {}, "optimiser": {}}
    clock = read_clock(path)
    with safe_open(path, framework="pt") as file:
        for key in file.keys():  # noqa: SIM118 - safe_open is no mapping
            part, name = key.split(".", 1)
            parts[part][name] = file.get_tensor(key)
    try:
        model.load_state_dict(parts["model"])
        average.load_state_dict(parts["average"])
    except RuntimeError as error:
        raise CheckpointError(
            f"{path} is of another network ({first_difference(error)}); {SAME_CONFIG}"
        ) from error
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in parts["optimiser"].items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    for parameter, moments in optimiser.state.items():
        for name, value in moments.items():
            if value.shape == parameter.shape:
                moments[name] = laid_out_like(parameter, value)
    return clock


def read_clock(path: Path) -> Clock:
    """How far the run is whose state is in ``path``; ``CheckpointError`` where it is none."""
    try:
        with safe_open(path, framework="pt") as file:
            clock = json.loads(file.metadata()["clock"])
    except (OSError, SafetensorError, TypeError, KeyError) as error:
        raise CheckpointError(f"{path} is no training state: {error}; train first") from error
    return Clock(clock["step"], clock["elapsed"])


def read_origin(path: Path) -> Origin:
    """What the training came from whose state is in ``path``; ``CheckpointError`` where it is none."""
    read_clock(path)
    with safe_open(path, framework="pt") as file:
        origin = file.metadata().get("origin", "{}")
    try:
        return from_plain(Origin, json.loads(origin), "", ValueError)
    except ValueError as error:
        raise CheckpointError(
            f"{path} is of another version of CaLID: {error}; go on with it there, or train anew"
        ) from error


def read_average(path: Path, autoencoder: str) -> tuple[dict[str, Tensor], Clock]:
    """Averaged weights and clock of a training state beside the ``autoencoder`` of this content hash.

    Raises
    ------
    CheckpointError
        A file that is missing or no training state, or one of another autoencoder.
    """
    clock = read_clock(path)
    read_origin(path).check_autoencoder(autoencoder, path)
    with safe_open(path, framework="pt") as file:
        names = [key for key in file.keys() if key.startswith("average.")]  # noqa: SIM118
        weights = {name.removeprefix("average."): file.get_tensor(name) for name in names}
    return weights, clock

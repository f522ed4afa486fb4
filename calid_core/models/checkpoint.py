"""Checkpoints: safetensors with a typed JSON header. Nothing is ever unpickled."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from calid_core.errors import CheckpointError
from calid_core.io.atomic import make_folder, replacing
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.config import AutoencoderConfig, ConditionalConfig
from calid_core.models.device import ComputeDevice, choose_device, move
from calid_core.models.quantisation import (
    compact_weights,
    half_precision_weights,
    is_quantised,
    single_precision,
)
from calid_core.models.weights import MODEL, RENEW, model_directory, read_entry, verified_files, write_entry
from calid_core.plain import from_plain, to_plain
from calid_core.ranges import Range, check_ranges
from calid_core.settings import Device, Mode

HALF_PRECISION, QUANTISED = 1, 2
"""Formats of a file: everything in half precision, or large weights in eight bits with scales. Both are read."""
LICENCE = "Weights trained on ACDC (CC BY-NC-SA 4.0): non-commercial research use only."
AUTOENCODER_FILE = "autoencoder.safetensors"
NEIGHBOURS_FILE = "neighbours.safetensors"
CONDITIONAL_FILE = "conditional.safetensors"
FILES = (AUTOENCODER_FILE, NEIGHBOURS_FILE, CONDITIONAL_FILE)
NEIGHBOURS_PREFIX = "neighbours."
"""Weights with this prefix have a file of their own, so that no file exceeds 16 MiB."""

CALIBRATION = {
    "interval_factor": Range(0),
    "noise_scale": Range(0),
    "start_time": Range(0, 1),
    "sharpness": Range(0),
    "mean_time_share": Range(0, 1, below=True),
    "sample_time_share": Range(0, 1, below=True),
}
"""What the constants of a calibration may be."""


@dataclass(frozen=True)
class TrainingSummary:
    """What a checkpoint was trained on and for how long."""

    data: str = ""
    device: str = ""
    steps: int = 0
    minutes: float = 0.0


@dataclass(frozen=True)
class Calibration:
    """Constants set on validation patients after training.

    Parameters
    ----------
    interval_factor
        Scales the predicted half-widths so that 90 % intervals cover 90 % of the pixels of the heart box on average over the
        patients it was set on.
    noise_scale
        Standard deviation of the starting noise of the denoiser, 1 as trained.
    start_time
        Where on the way from noise to data sampling starts: 0 with noise alone, later with the warped neighbours and
        the noise that belongs to that time (Meng 2022, SDEdit).
    sharpness
        How much the finest detail of the warped neighbours is raised, to undo what resampling them costs.
    mean_time_share, sample_time_share
        Share of what lies between the phases before and after in a phase, of posterior means (fidelity) and of samples
        (realism); 0 makes every phase by itself.

    Raises
    ------
    ValueError
        A constant outside its range in ``CALIBRATION``.
    """

    interval_factor: float = 1.0
    noise_scale: float = 1.0
    start_time: float = 0.0
    sharpness: float = 0.0
    mean_time_share: float = 0.0
    sample_time_share: float = 0.0

    def __post_init__(self) -> None:
        check_ranges(self, CALIBRATION)

    def time_share(self, mode: Mode) -> float:
        """The share that belongs to ``mode``."""
        return self.mean_time_share if mode is Mode.FIDELITY else self.sample_time_share


@dataclass(frozen=True)
class AutoencoderHeader:
    """Header of an autoencoder's file."""

    config: AutoencoderConfig
    training: TrainingSummary
    licence: str = LICENCE
    format: int = HALF_PRECISION


@dataclass(frozen=True)
class ConditionalHeader:
    """Header of a conditional network's file."""

    config: ConditionalConfig
    training: TrainingSummary
    calibration: Calibration
    licence: str = LICENCE
    format: int = HALF_PRECISION


Header = TypeVar("Header", AutoencoderHeader, ConditionalHeader)


@dataclass(frozen=True, eq=False)
class CalidModel:
    """Weights ready to run, in evaluation mode on ``compute``."""

    autoencoder: Autoencoder
    conditional: ConditionalNetwork
    calibration: Calibration
    model_id: str
    compute: ComputeDevice

    def frame_by_frame(self) -> CalidModel:
        """The same model that makes every phase of a cine by itself."""
        return replace(
            self, calibration=replace(self.calibration, mean_time_share=0.0, sample_time_share=0.0)
        )

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return self.compute.device


def write_checkpoint(
    path: Path, tensors: dict[str, Tensor], header: AutoencoderHeader | ConditionalHeader
) -> None:
    """Write ``tensors`` with their header, whose format is set to how they are stored.

    Raises
    ------
    CheckpointError
        They are not finite; an old file stays.
    OutputError
        The file cannot be written; an old one stays.
    """
    if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
        raise CheckpointError(
            f"{path.name} is not written: its weights are no finite numbers, the training diverged; "
            "train with a lower peak_rate"
        )
    header = replace(header, format=QUANTISED if is_quantised(tensors) else HALF_PRECISION)
    make_folder(path)
    with replacing(path) as temporary:
        temporary.write_bytes(save(tensors, {"header": json.dumps(to_plain(header))}))


def read_checkpoint(
    path: Path, kind: type[Header], *, remedy: str = RENEW
) -> tuple[Header, dict[str, Tensor]]:
    """Header and weights (single precision) of a file.

    Raises
    ------
    CheckpointError
        A file that is no safetensors, has no header of this kind, or another format; it names the ``remedy``.
    """
    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {}).get("header", "")
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        header = from_plain(kind, json.loads(text), "", ValueError)
        if header.format not in (HALF_PRECISION, QUANTISED):
            raise CheckpointError(
                f"{path} has format {header.format}, this version reads up to {QUANTISED}; update CaLID"
            )
        return header, single_precision(tensors)
    except FileNotFoundError as error:
        raise CheckpointError(f"cannot read model weights {path}: there is no such file; {remedy}") from error
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"cannot read model weights {path}: {error}; {remedy}") from error
    except ValueError as error:
        raise CheckpointError(
            f"{path} is not a CaLID checkpoint of this version: {error}; {remedy}"
        ) from error


def first_difference(error: RuntimeError) -> str:
    """The first thing that ``load_state_dict`` found; it names every tensor that is missing, too many or of another size."""
    lines = [line.strip().rstrip(". ") for line in str(error).splitlines()[1:]]
    if not lines:
        return str(error)
    if "key(s)" not in lines[0]:
        return lines[0]
    first, *others = lines[0].split(", ")
    return f"{first} and {len(others)} more" if others else first


def load_weights(network: nn.Module, tensors: dict[str, Tensor], path: Path, *, remedy: str = RENEW) -> None:
    """Put ``tensors`` from ``path`` into ``network``; where names or shapes differ, ``CheckpointError`` with the remedy."""
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise CheckpointError(
            f"{path} is of another network ({first_difference(error)}); {remedy}"
        ) from error
    network.requires_grad_(False).eval()


def load_model(device: str | None = None, directory: Path | None = None) -> CalidModel:
    """The model named in the manifest of a folder.

    Parameters
    ----------
    device
        ``"cpu"``, ``"cuda"``, ``"mps"`` or None for the best there is.
    directory
        Folder with ``manifest.json`` and the weights; by default ``model_directory()``.

    Raises
    ------
    CheckpointError
        Weights that are missing, damaged or of another version.
    SettingsError
        A device that is not there or cannot be used.
    DeviceMemoryError
        The weights find no room on it.
    """
    folder = model_directory(directory)
    entry = read_entry(folder, MODEL)
    compute = choose_device(Device(device or "auto"))
    files = verified_files(folder, entry)
    if len(files) != len(FILES):
        raise CheckpointError(
            f"{folder} names {len(files)} files of the model, this version reads {len(FILES)}; {RENEW}"
        )
    first, second, third = files
    autoencoder_header, autoencoder_weights = read_checkpoint(first, AutoencoderHeader)
    _, neighbours_weights = read_checkpoint(second, ConditionalHeader)
    header, weights = read_checkpoint(third, ConditionalHeader)
    autoencoder, conditional = Autoencoder(autoencoder_header.config), ConditionalNetwork(header.config)
    load_weights(autoencoder, autoencoder_weights, first)
    load_weights(conditional, neighbours_weights | weights, third)
    for network in (autoencoder, conditional):
        move(network, compute.device)
    return CalidModel(autoencoder, conditional, header.calibration, entry.model_id, compute)


def export_model(
    directory: Path,
    autoencoder: Autoencoder,
    conditional: ConditionalNetwork,
    headers: tuple[AutoencoderHeader, ConditionalHeader],
) -> str:
    """Write the networks and the manifest into ``directory``; returns the model id."""
    weights = compact_weights(conditional)
    neighbours = {name: weights.pop(name) for name in tuple(weights) if name.startswith(NEIGHBOURS_PREFIX)}
    write_checkpoint(directory / AUTOENCODER_FILE, half_precision_weights(autoencoder), headers[0])
    write_checkpoint(directory / NEIGHBOURS_FILE, neighbours, headers[1])
    write_checkpoint(directory / CONDITIONAL_FILE, weights, headers[1])
    return write_entry(directory, MODEL, FILES).model_id

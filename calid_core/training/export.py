"""From a training state to shipped weights: average, calibrate on validation patients, write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import (
    AutoencoderHeader,
    Calibration,
    CalidModel,
    ConditionalHeader,
    TrainingSummary,
    export_model,
    load_weights,
    read_checkpoint,
)
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.config import ConditionalConfig
from calid_core.models.device import ComputeDevice
from calid_core.training.calibration import conformal_factor, held_out_coverage, scores_by_patient
from calid_core.training.loop import state_file
from calid_core.training.pack import PackedVolume
from calid_core.training.sources import data_summary
from calid_core.training.state import read_average
from calid_core.training.validation import Summary, predict_hidden, summarise


@dataclass(frozen=True)
class Exported:
    """What an export wrote: the model, how good it is, and its coverage on patients left out of the calibration."""

    model_id: str
    summary: Summary
    calibration: Calibration
    least_coverage: float
    mean_coverage: float


def read_autoencoder(path: Path, device: torch.device) -> tuple[Autoencoder, AutoencoderHeader]:
    """A trained autoencoder in evaluation mode."""
    header, weights = read_checkpoint(path, AutoencoderHeader)
    autoencoder = Autoencoder(header.config)
    load_weights(autoencoder, weights, path)
    autoencoder.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return autoencoder, header


def export(
    run: Path,
    config: ConditionalConfig,
    volumes: tuple[PackedVolume, ...],
    directory: Path,
    compute: ComputeDevice,
    *,
    start: Calibration,
) -> Exported:
    """Calibrate the averaged weights of the run in ``run`` on validation patients and write them to ``directory``.

    ``start`` tells how sampling starts; its interval factor is replaced by the one that is found.
    """
    device = compute.device
    autoencoder, header = read_autoencoder(run / "autoencoder.safetensors", device)
    state = state_file(run, "calid")
    weights, clock = read_average(state)
    network = ConditionalNetwork(config)
    load_weights(network, weights, state)
    network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    held_out = [volume for volume in volumes if volume.validation]
    model = CalidModel(autoencoder, network, replace(start, interval_factor=1.0), "", compute)
    predictions = tuple(predict_hidden(model, volume) for volume in held_out)
    scores = scores_by_patient(predictions)
    calibration = replace(start, interval_factor=conformal_factor(scores))
    coverage = held_out_coverage(scores)
    summary = TrainingSummary(data_summary(volumes), device.type, clock.step, round(clock.elapsed / 60.0, 1))
    headers = (header, ConditionalHeader(config, summary, calibration))
    return Exported(
        export_model(directory, autoencoder, network, headers),
        summarise(predictions),
        calibration,
        float(coverage.min()),
        float(coverage.mean()),
    )

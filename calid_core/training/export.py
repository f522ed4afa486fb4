"""From a training state to shipped weights: average, calibrate on validation patients, write."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from calid_core.errors import SettingsError
from calid_core.io.atomic import check_folder
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import (
    AUTOENCODER_FILE,
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
from calid_core.models.weights import content_hash
from calid_core.training.calibration import covering_factor, held_out_coverage, scores_by_patient
from calid_core.training.loop import state_file
from calid_core.training.pack import PackedVolume
from calid_core.training.sources import data_summary
from calid_core.training.state import SAME_CONFIG, Clock, read_average, read_origin
from calid_core.training.validation import Summary, predict_hidden, summarise

logger = logging.getLogger(__name__)

TRAIN_FIRST = "train one with 'calid train vae'"


@dataclass(frozen=True)
class Exported:
    """What an export wrote: the model, how good it is on the patients it was calibrated on, and its coverage on each left out of that."""

    model_id: str
    summary: Summary
    calibration: Calibration
    least_coverage: float
    mean_coverage: float


def read_autoencoder(path: Path, device: torch.device) -> tuple[Autoencoder, AutoencoderHeader]:
    """A trained autoencoder in evaluation mode."""
    header, weights = read_checkpoint(path, AutoencoderHeader, remedy=TRAIN_FIRST)
    autoencoder = Autoencoder(header.config)
    load_weights(autoencoder, weights, path, remedy=TRAIN_FIRST)
    autoencoder.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return autoencoder, header


def mixed_weights(run: Path, mix: Mapping[Path, float]) -> tuple[dict[str, Tensor], Clock]:
    """Averaged weights of the run in ``run``, and its clock.

    ``mix`` names other runs that went on from the same weights, and the share that each has in every weight; the rest is the run's own
    (Wortsman 2022, model soups).

    Raises
    ------
    CheckpointError
        A run without training state, or one that was trained beside another autoencoder than the one in ``run``.
    SettingsError
        Shares that are not above 0 and below 1 in all, or a run of another network.
    """
    own = 1.0 - sum(mix.values())
    if not 0.0 < own <= 1.0 or any(share <= 0.0 for share in mix.values()):
        raise SettingsError(
            f"shares of other runs are {', '.join(map(str, mix.values()))}: each must be above 0, all together below 1"
        )
    autoencoder = content_hash(run / AUTOENCODER_FILE)
    weights, clock = read_average(state_file(run, "calid"), autoencoder)
    _tell_of_untrained_denoiser(run, weights)
    mixed = {name: own * value for name, value in weights.items()}
    for other, share in mix.items():
        added, _ = read_average(state_file(other, "calid"), autoencoder)
        if {name: value.shape for name, value in added.items()} != {n: v.shape for n, v in weights.items()}:
            raise SettingsError(f"the run {other} has another network than {run}; mix runs of one --config")
        _tell_of_untrained_denoiser(other, added)
        mixed = {name: value + share * added[name] for name, value in mixed.items()}
    return mixed, clock


def _tell_of_untrained_denoiser(run: Path, weights: Mapping[str, Tensor]) -> None:
    last = weights.get("denoiser.exit.weight")
    # It starts as zeros, which the first update ends.
    if last is not None and not last.any():
        logger.warning(
            "the denoiser of %s was never trained (flow_weight is 0 in its --config): exported weights are for fidelity, realism would "
            "be made with an untrained one",
            run,
        )


def _tell_of_another_pack(run: Path, pack: str) -> None:
    if changed := read_origin(state_file(run, "calid")).other_pack(pack):
        logger.warning(
            "%s was trained on other data than are exported with: %s; intervals may be set on patients that it has seen, and the "
            "weights name the data of the pack that is given",
            run,
            changed,
        )


def export(
    run: Path,
    config: ConditionalConfig,
    volumes: tuple[PackedVolume, ...],
    directory: Path,
    compute: ComputeDevice,
    *,
    start: Calibration,
    mix: Mapping[Path, float] | None = None,
    pack: str = "",
) -> Exported:
    """Calibrate the averaged weights of the run in ``run`` on validation patients and write them to ``directory``.

    ``start`` tells how sampling starts; its interval factor is replaced by the one that is found. ``mix`` is as for ``mixed_weights``.
    Runs that were trained on another pack than that of the digest ``pack`` are told of.
    """
    device = compute.device
    autoencoder, header = read_autoencoder(run / AUTOENCODER_FILE, device)
    weights, clock = mixed_weights(run, mix or {})
    for trained in (run, *(mix or {})):
        _tell_of_another_pack(trained, pack)
    network = ConditionalNetwork(config)
    load_weights(network, weights, state_file(run, "calid"), remedy=SAME_CONFIG)
    network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    check_folder(directory, "--weights")
    held_out = [volume for volume in volumes if volume.validation]
    model = CalidModel(autoencoder, network, replace(start, interval_factor=1.0), "", compute)
    predictions = tuple(predict_hidden(model, volume) for volume in held_out)
    scores = scores_by_patient(predictions)
    calibration = replace(start, interval_factor=covering_factor(scores))
    coverage = held_out_coverage(scores)
    summary = TrainingSummary(data_summary(volumes), device.type, clock.step, round(clock.elapsed / 60.0, 1))
    headers = (header, ConditionalHeader(config, summary, calibration))
    return Exported(
        export_model(directory, autoencoder, network, headers),
        summarise(tuple(prediction.calibrated(calibration.interval_factor) for prediction in predictions)),
        calibration,
        float(coverage.min()),
        float(coverage.mean()),
    )

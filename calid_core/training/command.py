"""``calid train``: build the pack, train the autoencoder, train CaLID, export weights."""

from __future__ import annotations

import argparse
import json
import logging
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calid_core.errors import InputError, SettingsError
from calid_core.models.checkpoint import (
    AUTOENCODER_FILE,
    AutoencoderHeader,
    Calibration,
    TrainingSummary,
    write_checkpoint,
)
from calid_core.models.config import AutoencoderConfig, ConditionalConfig
from calid_core.models.device import ComputeDevice, choose_device
from calid_core.models.quantisation import half_precision_weights
from calid_core.models.weights import content_hash, weights_directory
from calid_core.ranges import option_error
from calid_core.settings import Device
from calid_core.training.autoencoder_loop import train_autoencoder
from calid_core.training.calid_loop import train_calid
from calid_core.training.config import read_config
from calid_core.training.export import export, read_autoencoder
from calid_core.training.loop import Run, state_file
from calid_core.training.origin import PACK, digest_of, origin_of
from calid_core.training.pack import PackedVolume, read_pack
from calid_core.training.pack_command import add_pack_stages
from calid_core.training.pseudo_cines import moments_between
from calid_core.training.ranks import Ranks, joined_ranks
from calid_core.training.restart import refuse_trained, restart
from calid_core.training.sources import LEAST_CALIBRATION, data_summary, on_both_sides, read_divided_pack
from calid_core.training.state import read_clock
from calid_core.training.teachers import read_teachers
from calid_core.words import count_of

if TYPE_CHECKING:
    from calid_core.training.pack_command import Stages

logger = logging.getLogger(__name__)

Stage = Callable[[argparse.Namespace], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    stages = parser.add_subparsers(title="stages", metavar="STAGE", required=True)
    add_pack_stages(stages)
    _add_training_stage(stages, "vae", _vae, "train the autoencoder")
    _add_calid_stage(stages)
    _add_restart_stage(stages)
    _add_export_stage(stages)


def _add_training_stage(stages: Stages, name: str, stage: Stage, text: str) -> argparse.ArgumentParser:
    training = stages.add_parser(name, help=text)
    _add_run_arguments(training)
    budget = training.add_mutually_exclusive_group(required=True)
    budget.add_argument(
        "--time-budget",
        type=float,
        metavar="MIN",
        help="minutes in all; measuring on held-out patients at the end comes on top",
    )
    budget.add_argument(
        "--updates",
        type=int,
        metavar="N",
        help="updates in all: on a CPU the same seed gives the same weights, however fast the machine",
    )
    training.add_argument("--resume", action="store_true", help="go on from the state in RUN")
    training.add_argument("--workers", type=int, default=1, help="threads of one core each; CPU only")
    training.set_defaults(stage=stage)
    return training


def _add_calid_stage(stages: Stages) -> None:
    training = _add_training_stage(
        stages,
        "calid",
        _calid,
        "train both conditioning networks and the denoiser beside a trained autoencoder",
    )
    training.add_argument(
        "--cines", type=Path, help="from 'calid train pack-cines': also moments between ED and ES"
    )
    training.add_argument(
        "--teachers",
        type=Path,
        nargs="+",
        default=[],
        metavar="RUN",
        help="earlier runs to learn from, too",
    )


def _add_restart_stage(stages: Stages) -> None:
    again = stages.add_parser("restart", help="make a run to resume from shipped weights")
    again.add_argument("run_folder", type=Path, metavar="RUN", help="folder of states, logs and pictures")
    _add_weights_argument(again)
    again.add_argument("--anew", action="store_true", help="count updates and minutes from zero")
    again.set_defaults(stage=_restart)


def _add_export_stage(stages: Stages) -> None:
    shipping = stages.add_parser("export", help="calibrate on validation patients and write weights")
    _add_run_arguments(shipping)
    _add_weights_argument(shipping)
    shipping.add_argument(
        "--mix",
        nargs=2,
        action="append",
        default=[],
        metavar=("RUN", "SHARE"),
        help="another run that went on from the same weights, and its share of the exported ones",
    )
    shipping.add_argument("--noise-scale", type=float, default=1.0, help="starting noise of the denoiser")
    shipping.add_argument(
        "--start-time", type=float, default=0.9, help="0 starts from noise, more from warped neighbours"
    )
    shipping.add_argument(
        "--sharpness", type=float, default=0.3, help="raises the detail of warped neighbours"
    )
    shipping.add_argument(
        "--time-shares",
        type=float,
        nargs=2,
        default=(0.2, 0.03),
        metavar=("MEAN", "SAMPLE"),
        help="share of what lies between the phases before and after; 0: phase by phase",
    )
    shipping.set_defaults(stage=_export)


def _add_weights_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weights", type=Path, metavar="DIR", help="default: the shipped weights' folder")


def _add_run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of states, logs and pictures")
    parser.add_argument("--pack", type=Path, required=True, help="from 'calid train pack'")
    parser.add_argument("--config", type=Path, help="TOML with the tables autoencoder and calid")
    parser.add_argument(
        "--device",
        choices=[d.value for d in Device],
        default=Device.AUTO.value,
        help="where networks run; of several GPUs CUDA_VISIBLE_DEVICES chooses, under torchrun each process takes its own",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run one stage; returns the exit code."""
    logging.getLogger("calid_core.training").setLevel(logging.INFO)
    arguments.stage(arguments)
    return 0


def _run_of(arguments: argparse.Namespace, ranks: Ranks, name: str) -> Run:
    if arguments.resume and not state_file(arguments.run_folder, name).exists():
        raise SettingsError(
            f"{arguments.run_folder} holds no training of {name} to go on with; leave out --resume to start one"
        )
    if not ranks.first:
        logging.getLogger("calid_core.training").setLevel(logging.WARNING)
    compute = _compute(ranks.wish(Device(arguments.device)))
    return Run(
        arguments.run_folder,
        ranks.device(compute.device),
        arguments.time_budget or 0.0,
        arguments.resume,
        arguments.workers,
        ranks,
        arguments.updates or 0,
        precision=compute.precision,
    )


def _compute(wish: Device) -> ComputeDevice:
    compute = choose_device(wish)
    if compute.remark:
        logger.warning("%s", compute.remark)
    return compute


def _vae(arguments: argparse.Namespace) -> None:
    with joined_ranks(Device(arguments.device)) as ranks:
        config, training = read_config(arguments.config).autoencoder, _run_of(arguments, ranks, "autoencoder")
        going_on = state_file(training.output, "autoencoder").exists()
        refuse_trained(training.output, going_on=going_on)
        volumes = read_divided_pack(arguments.pack)
        training = replace(training, origin=origin_of(config, {PACK: arguments.pack}))
        model, psnr = train_autoencoder(volumes, config, training)
        if not ranks.first:
            return
        logger.info("heart box %.2f dB on held-out patients", psnr)
        clock = read_clock(state_file(training.output, "autoencoder"))
        summary = TrainingSummary(
            data_summary(volumes), training.device.type, clock.step, round(clock.elapsed / 60.0, 1)
        )
        header = AutoencoderHeader(config.model, summary)
        write_checkpoint(training.output / AUTOENCODER_FILE, half_precision_weights(model), header)


def _calid(arguments: argparse.Namespace) -> None:
    with joined_ranks(Device(arguments.device)) as ranks:
        config, training = read_config(arguments.config).calid, _run_of(arguments, ranks, "calid")
        path = training.output / AUTOENCODER_FILE
        autoencoder, header = read_autoencoder(path, training.device)
        _check_latents(config.model, header.config)
        volumes = (*read_divided_pack(arguments.pack), *_moments(arguments.cines))
        if both := on_both_sides(volumes):
            raise InputError(
                f"{arguments.cines} trains on {count_of(both, 'subject')} that {arguments.pack} keeps for validation; "
                "leave out --cines, or give a --pack of the same division: ACDC's patients given to 'calid train pack' with --acdc"
            )
        teachers = read_teachers(arguments.teachers, config.model, content_hash(path))
        data = {PACK: arguments.pack, "cines": arguments.cines}
        data |= {f"teacher {n}": state_file(run, "calid") for n, run in enumerate(arguments.teachers, 1)}
        training = replace(training, origin=origin_of(config, data, path))
        train_calid(volumes, autoencoder, config, training, teachers)


def _check_latents(conditional: ConditionalConfig, autoencoder: AutoencoderConfig) -> None:
    """Whether the networks speak the latents of the autoencoder."""
    ours, its = (
        (conditional.latent_channels, conditional.pixels),
        (autoencoder.latent_channels, autoencoder.factor**2),
    )
    if ours != its:
        raise SettingsError(
            f"calid.model has latent_channels = {ours[0]} and pixels = {ours[1]}, the autoencoder in RUN {its[0]} and {its[1]}; "
            "give the --config that goes with it"
        )


def _moments(cines: Path | None) -> tuple[PackedVolume, ...]:
    if cines is None:
        return ()
    between = tuple(moments_between(read_pack(cines)))
    if not between:
        raise InputError(f"{cines} has no ED/ES pairs to make moments of; see 'calid train pack-cines'")
    logger.info("%d moments between ED and ES", len(between))
    return between


def _restart(arguments: argparse.Namespace) -> None:
    clock = restart(arguments.run_folder, arguments.weights or weights_directory(), anew=arguments.anew)
    logger.info(
        "%d updates, %.1f minutes: go on with 'calid train calid --resume' and a longer --time-budget",
        clock.step,
        clock.elapsed / 60.0,
    )


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SettingsError(f"--mix RUN SHARE: {text!r} is no number; a share is between 0 and 1") from None


def _calibration(arguments: argparse.Namespace) -> Calibration:
    if not all(0.0 <= share < 1.0 for share in arguments.time_shares):
        shares = " and ".join(map(str, arguments.time_shares))
        raise SettingsError(f"--time-shares are {shares}, must be 0 or more and below 1")
    mean_share, sample_share = arguments.time_shares
    try:
        return Calibration(
            noise_scale=arguments.noise_scale,
            start_time=arguments.start_time,
            sharpness=arguments.sharpness,
            mean_time_share=mean_share,
            sample_time_share=sample_share,
        )
    except ValueError as error:
        raise option_error(error) from None


def _export(arguments: argparse.Namespace) -> None:
    start = _calibration(arguments)
    exported = export(
        arguments.run_folder,
        read_config(arguments.config).calid.model,
        read_divided_pack(arguments.pack, training=0, validation=LEAST_CALIBRATION),
        arguments.weights or weights_directory(),
        _compute(Device(arguments.device)),
        start=start,
        mix={Path(run): _share(text) for run, text in arguments.mix},
        pack=digest_of(arguments.pack),
    )
    logger.info(
        "%s", json.dumps(asdict(exported, dict_factory=_null_where_not_finite), indent=2, allow_nan=False)
    )


def _null_where_not_finite(values: list[tuple[str, Any]]) -> dict[str, Any]:
    """What there was nothing to measure on is null: JSON has no NaN."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in values
    }

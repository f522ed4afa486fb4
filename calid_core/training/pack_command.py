"""``calid train pack`` and ``pack-cines``: patients and computed hearts in one file to train on."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from calid_core.datasets.acdc import divided_patients
from calid_core.datasets.division import kept_for_validation
from calid_core.datasets.patients import find_patients
from calid_core.datasets.sunnybrook import TRAINING, training_folders
from calid_core.errors import InputError, SettingsError
from calid_core.io.atomic import check_file
from calid_core.ranges import Range, check_ranges, option_error
from calid_core.training.cine_sources import DEFAULT_CINE_CROP, DEFAULT_PHANTOMS, collect_cines
from calid_core.training.pack import PackedVolume, short_validation, write_pack
from calid_core.training.phantoms import phantom_volumes
from calid_core.training.sources import (
    DEFAULT_CROP,
    DEFAULT_PHASE_STRIDE,
    LEAST_CALIBRATION,
    acdc_volumes,
    missing_patients,
    own_volumes,
    sunnybrook_volumes,
)

if TYPE_CHECKING:
    Stages = argparse._SubParsersAction[argparse.ArgumentParser]

logger = logging.getLogger(__name__)

NUMBERS = {"crop": Range(16), "phantoms": Range(0), "phase_stride": Range(1)}
"""What the options of both stages may be; networks take crops of 16 pixels at least."""


def add_pack_stages(stages: Stages) -> None:
    """Describe the arguments of both stages."""
    pack = stages.add_parser("pack", help="collect heart crops of all patients in one compact file")
    pack.add_argument(
        "--phantoms",
        type=int,
        default=0,
        metavar="N",
        help="beside --acdc or --stacks: add N computed hearts with slices every 1.25 mm",
    )
    pack.add_argument(
        "--phase-stride", type=int, default=DEFAULT_PHASE_STRIDE, help="take every n-th phase of a cine"
    )
    pack.set_defaults(stage=_pack)
    cines = stages.add_parser("pack-cines", help="collect whole beating hearts in one compact file")
    cines.add_argument("--phantoms", type=int, default=DEFAULT_PHANTOMS, help="computed hearts to add")
    cines.set_defaults(stage=_pack_cines, phase_stride=1)
    pack.add_argument(
        "--stacks",
        type=Path,
        nargs="+",
        default=[],
        metavar="DATA",
        help="stacks of your own, as 'calid evaluate' takes them: files or folders, of several patients one in each subfolder",
    )
    archive = "the Sunnybrook archive"
    for stage, crop, sunnybrook in (
        (pack, DEFAULT_CROP, f"beside --acdc or --stacks: {archive}"),
        (cines, DEFAULT_CINE_CROP, archive),
    ):
        stage.add_argument("pack", type=Path, metavar="PACK", help="file to write, .npz")
        stage.add_argument(
            "--acdc", type=Path, required=stage is cines, metavar="DIR", help="folder of ACDC patients"
        )
        stage.add_argument("--sunnybrook", type=Path, metavar="DIR", help=sunnybrook)
        stage.add_argument("--crop", type=int, default=crop, help="side of the crops in pixels")


def _pack(arguments: argparse.Namespace) -> None:
    _check(arguments)
    if arguments.acdc is None and not arguments.stacks:
        if arguments.sunnybrook is not None:
            raise SettingsError(
                f"Sunnybrook alone has too few patients ({len(TRAINING)}, none of them for validation); add --acdc DIR or --stacks DATA"
            )
        raise SettingsError("there is nobody to train on; give --acdc DIR, --stacks DATA or both")
    volumes: list[PackedVolume] = []
    own = find_patients(arguments.stacks)
    public = _public_names(arguments)
    twice = next((patient.name for patient in own if patient.name in public), None)
    if twice is not None:
        raise InputError(
            f"one of the stacks is called {twice} like a patient of the other data; give it another name or leave it out"
        )
    if arguments.acdc is not None:
        volumes += acdc_volumes(arguments.acdc, arguments.crop)
    if arguments.sunnybrook is not None:
        volumes += sunnybrook_volumes(arguments.sunnybrook, arguments.crop, arguments.phase_stride)
    held = len({volume.subject for volume in volumes if volume.validation})
    kept = kept_for_validation([patient.name for patient in own], LEAST_CALIBRATION - held)
    volumes += own_volumes(own, arguments.crop, arguments.phase_stride, kept)
    _write(arguments.pack, (*volumes, *phantom_volumes(arguments.phantoms, arguments.crop)))


def _public_names(arguments: argparse.Namespace) -> frozenset[str]:
    """Who is in the folders of ACDC and Sunnybrook; ``InputError`` where they do not hold their patients."""
    folders = [*divided_patients(arguments.acdc)] if arguments.acdc is not None else []
    folders += training_folders(arguments.sunnybrook) if arguments.sunnybrook is not None else ()
    return frozenset(folder.name for folder in folders)


def _pack_cines(arguments: argparse.Namespace) -> None:
    _check(arguments)
    _public_names(arguments)
    _write(
        arguments.pack,
        collect_cines(arguments.acdc, arguments.sunnybrook, crop=arguments.crop, phantoms=arguments.phantoms),
    )


def _check(arguments: argparse.Namespace) -> None:
    try:
        check_ranges(arguments, NUMBERS)
    except ValueError as error:
        raise option_error(error) from None
    check_file(arguments.pack, "PACK")


def _write(path: Path, volumes: tuple[PackedVolume, ...]) -> None:
    write_pack(path, volumes)
    lacking = missing_patients(volumes, validation=LEAST_CALIBRATION) or short_validation(volumes)
    if lacking:
        logger.warning("%s %s", path, lacking)
    held = sum(volume.validation for volume in volumes)
    logger.info(
        "%s: %.1f MiB, %d volumes, %d for validation", path, path.stat().st_size / 2**20, len(volumes), held
    )
    own = sorted({volume.subject for volume in volumes if volume.own and volume.validation})
    if own:
        told = f"Of your own kept for validation, for 'calid evaluate --patients': {','.join(own)}"
        print(told, flush=True)  # noqa: T201 - they may name patients, whom no log names

"""``calid phantom``: write a computed beating heart, sparse or dense, with its true labels and volumes."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from calid_core.errors import CalidError, OutputError, SettingsError
from calid_core.io.volume_headers import SUFFIXES, stem, volume_suffix
from calid_core.paths import is_there
from calid_core.phantom.parameters import Pathology
from calid_core.ranges import Range, check_ranges, option_error
from calid_core.words import count_of

if TYPE_CHECKING:
    from calid_core.geometry import Geometry
    from calid_core.phantom import AcquisitionParameters, Phantom

logger = logging.getLogger(__name__)

DESCRIPTION = "computed phantom, not a patient"
NUMBERS = {
    "seed": Range(0, 2**32 - 1),
    "slices": Range(1, 500),
    "phases": Range(1, 200),
    "matrix": Range(8, 1024),
    "slice_spacing": Range(0.5, 50),
    "dense_spacing": Range(0.5, 50),
    "pixel": Range(0.2, 20),
}
"""What the options may be; of those about the acquisition its own class tells."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument(
        "output",
        type=Path,
        metavar="OUT",
        help=f"cine to write, in place of an earlier phantom; its suffix is one of {', '.join(SUFFIXES)}; OUT.json beside it "
        "holds its true volumes",
    )
    heart = parser.add_argument_group("patient")
    heart.add_argument(
        "--pathology",
        choices=[p.value for p in Pathology],
        default=Pathology.NORMAL.value,
        help="state of the left ventricle; scar is a thin sector that hardly moves",
    )
    heart.add_argument("--seed", type=int, default=0, help="another number is another patient; 0 or more")
    grid = parser.add_argument_group("images")
    grid.add_argument("--slices", type=int, default=12, help="number of slices, from the base to the apex")
    grid.add_argument("--slice-spacing", type=float, default=10.0, metavar="MM", help="centre to centre")
    grid.add_argument(
        "--dense-spacing",
        type=float,
        metavar="MM",
        help="fill the space between these slices to this spacing: the truth for a reconstruction",
    )
    grid.add_argument("--thickness", type=float, default=8.0, metavar="MM", help="slab that a slice averages")
    grid.add_argument("--phases", type=int, default=25, help="over one heart cycle")
    grid.add_argument("--matrix", type=int, default=192, help="rows and columns")
    grid.add_argument("--pixel", type=float, default=1.5, metavar="MM", help="in-plane spacing")
    grid.add_argument(
        "--noise",
        type=float,
        default=3.0,
        help="standard deviation of the noise, of which the limited resolution of the images leaves three quarters; "
        "blood is about 250",
    )
    grid.add_argument(
        "--breath-hold-shift",
        type=float,
        metavar="MM",
        help="typical in-plane shift of a slice; by default 1.2, and 0 with --dense-spacing",
    )
    parser.add_argument(
        "--labels",
        action="store_true",
        help="also write OUT-labels: 1 right ventricle, 2 myocardium, 3 left ventricle",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the cine, its volumes as JSON beside it, and the labels where they are wanted."""
    import numpy as np

    from calid_core.io.atomic import check_file, write_text
    from calid_core.io.volume import write_volume
    from calid_core.io.volume_files import sidecar_of, written_files
    from calid_core.phantom import Phantom, PhantomParameters, phase_fractions

    _check(arguments)
    acquisition = _acquisition(arguments)
    output: Path = arguments.output
    labels_file = output.with_name(f"{stem(output)}-labels{volume_suffix(output)}")
    _check_replaced(output, labels_file if arguments.labels else None)
    for file in (*written_files(output), *([labels_file] if arguments.labels else [])):
        check_file(file, "OUT")
    pathology = Pathology(arguments.pathology)
    phantom = Phantom(PhantomParameters.random(np.random.default_rng(arguments.seed), pathology=pathology))
    geometry = _geometry(arguments, phantom)
    _tell_coverage(arguments, phantom.parameters.heart.length)
    stack = phantom.render(geometry, arguments.phases, acquisition=acquisition)
    output.parent.mkdir(parents=True, exist_ok=True)
    write_volume(output, stack.intensity, geometry, stack.phase_times, description=DESCRIPTION)
    if arguments.labels:
        labels = phantom.labels(geometry, phase_fractions(arguments.phases), acquisition=acquisition)
        write_volume(labels_file, labels, geometry, stack.phase_times, description=DESCRIPTION)
    write_text(sidecar_of(output), json.dumps(_truth(arguments, phantom), indent=2))
    slices, rows, columns = geometry.shape
    print(
        f"{output.name}: {count_of(slices, 'slice')} x {count_of(stack.phases, 'phase')}, {rows} x {columns}, "
        f"{geometry.pitch:.1f} mm pitch; "
        f"EDV {phantom.edv:.1f} ml, ESV {phantom.esv:.1f} ml, EF {100 * phantom.ejection_fraction:.1f} %"
    )
    return 0


def _check(arguments: argparse.Namespace) -> None:
    if not volume_suffix(arguments.output):
        raise SettingsError(
            f"cannot write {arguments.output.name}: its suffix must be one of {', '.join(SUFFIXES)}"
        )
    try:
        check_ranges(arguments, NUMBERS)
    except ValueError as error:
        raise option_error(error) from None
    dense, spacing = arguments.dense_spacing, arguments.slice_spacing
    if dense is not None and (arguments.slices == 1 or round(spacing / dense) < 2):
        raise SettingsError(
            f"--dense-spacing is {dense:g} mm, which puts nothing between slices: {arguments.slices} of them, {spacing:g} mm "
            f"apart; give {spacing / 2:g} mm or less and at least 2 --slices"
        )


def _acquisition(arguments: argparse.Namespace) -> AcquisitionParameters:
    from calid_core.phantom import AcquisitionParameters

    try:
        return AcquisitionParameters(
            thickness=arguments.thickness,
            noise=arguments.noise,
            breath_hold_shift=_shift(arguments),
            seed=arguments.seed,
        )
    except SettingsError as error:
        raise option_error(error) from None


def _tell_coverage(arguments: argparse.Namespace, length: float) -> None:
    """Say where the stack ends short of the apex of a heart of this length in mm, and that one slice is too few."""
    from calid_core.phantom.phantom import FIRST_SLICE

    if arguments.slices == 1:
        logger.warning("one slice cannot be reconstructed: nothing lies between; give 2 or more --slices")
    last = FIRST_SLICE + (arguments.slices - 1) * arguments.slice_spacing
    if last + arguments.thickness / 2 < length:
        logger.warning(
            "%s, the apex at %.0f mm below: the stack does not reach it; give more --slices or a larger --slice-spacing",
            _places(FIRST_SLICE, last),
            length,
        )


def _places(first: float, last: float) -> str:
    """Where slices lie, of which the first is above the mitral plane; in mm below it."""
    if first == last:
        return f"the slice lies {-first:g} mm above the mitral plane"
    if last < 0:
        return f"the slices lie {-first:g} to {-last:g} mm above the mitral plane"
    return f"the slices lie from {-first:g} mm above the mitral plane to {last:g} mm below it"


def _check_replaced(output: Path, labels: Path | None) -> None:
    """Raise ``OutputError`` where a file would be lost that is not of an earlier phantom."""
    from calid_core.io.itk_names import itk_name
    from calid_core.io.volume_files import check_data_file, sidecar_of, volume_sharing_sidecar

    itk_name(output, OutputError)
    truth = sidecar_of(output)
    for file in filter(None, (output, labels, truth)):
        if is_there(file) and not (_is_truth(file) if file == truth else _is_phantom(file)):
            raise OutputError(f"{file.name} is there and no earlier phantom; choose another name")
        check_data_file(file)
    sharing = volume_sharing_sidecar(output)
    if is_there(truth) and sharing is not None:
        raise OutputError(f"{truth.name} tells of the phantom {sharing.name}; choose another name")


def _is_phantom(path: Path) -> bool:
    """Whether a volume says that it is a phantom of this command."""
    from calid_core.io.volume_headers import read_header

    try:
        return read_header(path).description == DESCRIPTION
    except CalidError:
        return False


def _is_truth(path: Path) -> bool:
    """Whether a file is the JSON beside a phantom."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(values, dict) and values.get("what") == DESCRIPTION


def _shift(arguments: argparse.Namespace) -> float:
    if arguments.breath_hold_shift is not None:
        return float(arguments.breath_hold_shift)
    return 1.2 if arguments.dense_spacing is None else 0.0


def _geometry(arguments: argparse.Namespace, phantom: Phantom) -> Geometry:
    geometry = phantom.short_axis(
        slices=arguments.slices,
        pitch=arguments.slice_spacing,
        rows=arguments.matrix,
        columns=arguments.matrix,
        pixel=arguments.pixel,
    )
    dense = arguments.dense_spacing
    return geometry if dense is None else geometry.densified(dense)[0]


def _truth(arguments: argparse.Namespace, phantom: Phantom) -> dict[str, object]:
    """What is known exactly about the heart."""
    from calid_core.phantom import phase_fractions

    volumes = phantom.volumes(phase_fractions(arguments.phases))
    return {
        "what": DESCRIPTION,
        "pathology": arguments.pathology,
        "seed": arguments.seed,
        "edv_ml": round(phantom.edv, 3),
        "esv_ml": round(phantom.esv, 3),
        "ejection_fraction": round(phantom.ejection_fraction, 5),
        "myocardial_volume_ml": round(phantom.myocardial_volume, 3),
        "volume_ml_by_phase": [round(float(v), 3) for v in volumes],
        "rr_interval_ms": round(phantom.parameters.heart.rr_interval, 1),
    }

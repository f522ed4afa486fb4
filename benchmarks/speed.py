"""Seconds, memory and denoiser evaluations of every method: python -m benchmarks.speed [--device cuda] [--json FILE].

Each measurement runs in a process of its own, so that peaks of memory do not hide one another. Speed does not depend on
what the weights are: where none are shipped, untrained ones of the same size are used, and the table says so. The earlier
diffusion method of DMCVR's size would take hours: a few single evaluations are timed and multiplied by their number.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.machine import machine_note
from calid_core.cine import CineStack, Source
from calid_core.errors import CheckpointError
from calid_core.geometry import Geometry
from calid_core.pipeline import reconstruct
from calid_core.provenance import SliceOrigin
from calid_core.settings import DEFAULT_STEPS, Device, Method, Mode, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel

STATUS_FILE = Path("/proc/self/status")
MIB = 2**20


@dataclass(frozen=True)
class Case:
    """A stack of ``slices`` x 256 x 256 with 10 mm pitch, and the spacing it is filled to."""

    phases: int
    slices: int
    spacing: float


@dataclass(frozen=True)
class Way:
    """A method and, for CaLID, its mode and whether every phase of a cine is made alone."""

    method: Method
    mode: Mode = Mode.REALISM
    frame_by_frame: bool = False


EARLIER = "dmcvr-size"
"""Name of the earlier diffusion method among the ways; timed by single evaluations."""


@dataclass(frozen=True)
class Measurement:
    """One line of the table; ``peak_mib`` is what the input, the work and the result take above the warmed-up process."""

    case: str
    way: str
    device: str
    weights: str
    output_slices: int
    seconds: float
    seconds_per_slice: float
    peak_mib: float | None
    gpu_peak_mib: float | None
    denoiser_evaluations: int
    extrapolated: bool = False


CASES = {
    "volume": Case(phases=1, slices=10, spacing=1.125),
    "cine-10x25": Case(phases=25, slices=10, spacing=2.0),
    "cine-12x30": Case(phases=30, slices=12, spacing=2.0),
}
WAYS = {
    "nearest": Way(Method.NEAREST),
    "linear": Way(Method.LINEAR),
    "cubic": Way(Method.CUBIC),
    "fidelity": Way(Method.CALID, Mode.FIDELITY),
    "realism": Way(Method.CALID, Mode.REALISM),
    "fidelity-frames": Way(Method.CALID, Mode.FIDELITY, frame_by_frame=True),
    "realism-frames": Way(Method.CALID, Mode.REALISM, frame_by_frame=True),
}


def make_stack(case: Case) -> CineStack:
    """Random intensities: time and memory do not depend on them."""
    shape = (case.slices, 256, 256)
    intensity = np.random.default_rng(0).integers(0, 1000, (case.phases, *shape), np.int16)
    geometry = Geometry.from_spacing((10.0, 1.4, 1.4), shape, known=True)
    return CineStack(intensity, geometry, np.arange(case.phases) * 30.0, Source("speed", "phantom", 8.0))


def model_for(device: Device) -> tuple[CalidModel, str]:
    """The shipped model, or an untrained one of the default size; and which it is."""
    import torch

    from calid_core.models.autoencoder import Autoencoder
    from calid_core.models.checkpoint import Calibration, CalidModel
    from calid_core.models.conditional import ConditionalNetwork
    from calid_core.models.config import AutoencoderConfig, ConditionalConfig
    from calid_core.models.device import choose_device
    from calid_core.synthesising import ready_model

    try:
        model = ready_model(device)
        return model, model.model_id
    except CheckpointError:
        compute = choose_device(device)
        autoencoder, conditional = Autoencoder(AutoencoderConfig()), ConditionalNetwork(ConditionalConfig())
        for network in (autoencoder, conditional):
            network.to(compute.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            network.requires_grad_(False).eval()
        return CalidModel(autoencoder, conditional, Calibration(), "untrained", compute), "untrained"


def measure(case_name: str, way_name: str, device: Device, steps: int) -> Measurement:
    """Run one case in this process, after a warm-up on two slices."""
    case, way = CASES[case_name], WAYS[way_name]
    settings = ReconstructionSettings(
        method=way.method, mode=way.mode, slice_spacing=case.spacing, steps=steps, device=device
    )
    model, weights = model_for(device) if way.method is Method.CALID else (None, "")
    if model is not None and way.frame_by_frame:
        model = model.frame_by_frame()
    reconstruct(make_stack(Case(1, 2, 5.0)), settings, model=model)
    before = _memory("VmRSS")
    stack = make_stack(case)
    started = time.perf_counter()
    result = reconstruct(stack, settings, model=model)
    seconds = time.perf_counter() - started
    made = sum(entry.origin is not SliceOrigin.ACQUIRED for entry in result.provenance) * case.phases
    sampled = way.method is Method.CALID and way.mode is Mode.REALISM
    after = _memory("VmHWM")
    return Measurement(
        case=_label(case, result.geometry.slices),
        way=way_name,
        device=result.device,
        weights=weights,
        output_slices=made,
        seconds=round(seconds, 3),
        seconds_per_slice=round(seconds / made, 5),
        peak_mib=None if before is None or after is None else round((after - before) / MIB),
        gpu_peak_mib=_gpu_peak_memory(model),
        denoiser_evaluations=made * steps if sampled else 0,
    )


def measure_earlier(case_name: str, device: Device) -> Measurement:
    """Time of the earlier method on one volume, from single evaluations, with the fewest steps it is encoded with."""
    from benchmarks.dmcvr_cost import (
        ENCODING_STEPS,
        evaluations,
        seconds_per_evaluation,
    )
    from calid_core.models.device import choose_device

    case, compute = CASES[case_name], choose_device(device)
    dense = make_stack(case).geometry.densified(case.spacing)[0].slices
    made = (dense - case.slices) * case.phases
    count = evaluations(case.slices * case.phases, made, encoding_steps=min(ENCODING_STEPS))
    seconds = seconds_per_evaluation(256, compute.device) * count
    return Measurement(
        case=_label(case, dense),
        way=EARLIER,
        device=compute.label,
        weights="untrained",
        output_slices=made,
        seconds=round(seconds, 1),
        seconds_per_slice=round(seconds / made, 2),
        peak_mib=None,
        gpu_peak_mib=None,
        denoiser_evaluations=count,
        extrapolated=True,
    )


def _label(case: Case, dense: int) -> str:
    return f"{case.phases} x {case.slices} -> {dense} slices, 256²"


def ratios(measurements: Sequence[Measurement]) -> Iterator[str]:
    """How many times slower than linear and faster than the earlier method each way is, a line each."""
    for case in dict.fromkeys(m.case for m in measurements):
        seconds = {m.way: m.seconds for m in measurements if m.case == case}
        for way, value in seconds.items():
            parts = []
            if "linear" in seconds and way != "linear":
                parts.append(f"{value / seconds['linear']:,.0f} times slower than linear")
            if EARLIER in seconds and way != EARLIER:
                parts.append(f"{seconds[EARLIER] / value:,.0f} times faster than {EARLIER}")
            if parts:
                yield f"{case}: {way} is {', '.join(parts)}"


def _memory(field: str) -> int | None:
    """Resident memory now (``VmRSS``) or at its peak (``VmHWM``), bytes; None where the system does not tell."""
    if not STATUS_FILE.exists():
        return None
    line = next(
        text for text in STATUS_FILE.read_text(encoding="utf-8").splitlines() if text.startswith(field)
    )
    return int(line.split()[1]) * 1024


def _gpu_peak_memory(model: CalidModel | None) -> float | None:
    if model is None or model.device.type != "cuda":
        return None
    import torch

    return round(torch.cuda.max_memory_allocated() / MIB)


def _measure_apart(case: str, way: str, arguments: argparse.Namespace) -> Measurement:
    words = ["--one", case, way, "--device", arguments.device, "--steps", str(arguments.steps)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed", *words], stdout=subprocess.PIPE, text=True, check=True
    )
    return Measurement(**json.loads(done.stdout))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument(
        "--device", choices=[d.value for d in Device], default="auto", help="where CaLID runs"
    )
    parser.add_argument("--steps", type=int, default=DEFAULT_STEPS, help="denoiser evaluations per sample")
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES), help="what is filled")
    parser.add_argument(
        "--ways", nargs="+", choices=[*WAYS, EARLIER], default=[*WAYS, EARLIER], help="how it is filled"
    )
    parser.add_argument("--json", type=Path, help="also write the measurements to this file")
    parser.add_argument("--one", nargs=2, metavar=("CASE", "WAY"), help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure, print the table and write it."""
    arguments = _parse()
    if arguments.one:
        case, way = arguments.one
        device = Device(arguments.device)
        made = (
            measure_earlier(case, device) if way == EARLIER else measure(case, way, device, arguments.steps)
        )
        print(json.dumps(asdict(made)))
        return
    print(machine_note())
    columns = "{:<32} {:<15} {:<16} {:<13} {:>9} {:>10} {:>10} {:>9} {:>12}"
    print(
        columns.format(
            "case", "way", "device", "weights", "s", "s/slice", "peak MiB", "GPU MiB", "evaluations"
        )
    )
    results: list[Measurement] = []
    for case in arguments.cases:
        for way in arguments.ways:
            if way in WAYS and WAYS[way].frame_by_frame and CASES[case].phases == 1:
                continue
            m = _measure_apart(case, way, arguments)
            results.append(m)
            peaks = ["-" if peak is None else f"{peak:.0f}" for peak in (m.peak_mib, m.gpu_peak_mib)]
            row = (
                m.case,
                m.way,
                m.device,
                m.weights or "-",
                f"{m.seconds:.2f}{'*' if m.extrapolated else ''}",
                f"{m.seconds_per_slice:.4f}",
            )
            print(columns.format(*row, *peaks, m.denoiser_evaluations), flush=True)
    if any(m.extrapolated for m in results):
        print("* single evaluations times their number")
    for line in ratios(results):
        print(line)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(m) for m in results], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

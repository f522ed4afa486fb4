"""How well planted faults are found, and how often untouched data are reported: one table.

``python -m benchmarks.checks DATA… [--limit N] [--stride N] [--plant N] [--made]``: DATA are folders of ACDC patients (validation
patients only), DICOM folders or folders of them (of Sunnybrook every patient, though networks were trained on all but SCD0002001), files,
or ``phantom``, the bundled sample.

- *Acquired*: a slice is moved by 5 mm in a random direction, inner slices and end slices apart. Real stacks have shifts of their
  own, so the *change* of the estimate is reported beside its distance from the planted shift. The rank is that
  among all acquired slices.
- *Untouched*: how many slices and stacks the alignment check reports. Some of them are truly shifted: this is no error rate.
- *Made* (``--made``; runs CaLID on six slices about the heart): a synthesised slice is moved by 5 mm, or a sector of 60° of a ring
  about the heart's centre is painted over with what lies there, and ranked by plausibility.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from scipy import ndimage

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.checks.input_checks import check_input
from calid_core.checks.plausibility import check_plausibility
from calid_core.checks.results import ATTENTION_SCORE, InputChecks
from calid_core.cine import CineStack
from calid_core.contouring.heart_box import estimated_box
from calid_core.datasets.acdc import is_acdc
from calid_core.datasets.division import was_trained_on
from calid_core.datasets.patients import acdc_cases
from calid_core.geometry import Geometry
from calid_core.io import read_stack
from calid_core.pipeline import reconstruct
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction
from calid_core.sample import sample_stack
from calid_core.settings import ReconstructionSettings

PLANTED = 5.0
"""mm."""
SECTOR = np.pi / 3
RING = (20.0, 34.0)
"""Inner and outer radius of what is erased, mm: about the wall of the left ventricle."""
MADE_SLICES, MADE_SIDE = 6, 130.0
"""Slices and mm of the part that is reconstructed for faults of synthesised slices."""


@dataclass
class Found:
    """Outcomes for one data set; distances in mm, ranks from 0."""

    absolute: dict[bool, list[float]] = field(default_factory=lambda: defaultdict(list))
    change: dict[bool, list[float]] = field(default_factory=lambda: defaultdict(list))
    ranks: dict[bool, list[int]] = field(default_factory=lambda: defaultdict(list))
    reported: dict[bool, list[bool]] = field(default_factory=lambda: defaultdict(list))
    untouched: list[FloatArray] = field(default_factory=list)
    made: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    made_untouched: list[bool] = field(default_factory=list)


def stacks(paths: list[str], stride: int) -> Iterator[tuple[str, CineStack, tuple[float, ...]]]:
    """Data set, stack and centre of the heart (row, column) of everything asked for."""
    for text in paths:
        path = Path(text)
        if text == "phantom":
            yield "phantom", sample_stack(), estimated_box(sample_stack()).centre
            continue
        inner = sorted(folder for folder in path.iterdir() if folder.is_dir()) if path.is_dir() else []
        patients = [folder for folder in inner if is_acdc(folder) and not was_trained_on(folder.name)]
        if patients:
            for folder in patients[::stride]:
                case = next(iter(acdc_cases(folder)))
                yield "ACDC", case.stack, case.box.centre
        elif inner:
            for folder in inner[::stride]:
                stack = read_stack(folder)
                yield path.parent.name, stack, estimated_box(stack).centre
        else:
            stack = read_stack(path)
            yield path.parent.name, stack, estimated_box(stack).centre


def plant(
    stack: CineStack, before: InputChecks, found: Found, inner: bool, generator: np.random.Generator
) -> None:
    """Move one slice and see what the input checks say."""
    last = stack.slices - 1
    index = int(generator.integers(1, last)) if inner else int(generator.choice([0, last]))
    shift = PLANTED * _direction(generator)
    after = found_in(replace(stack, intensity=_moved(stack.intensity, index, shift, stack.geometry)))
    scores = _scores(after)
    found.absolute[inner].append(float(np.hypot(*(after.shifts[index] - shift))))
    found.change[inner].append(float(np.hypot(*(after.shifts[index] - before.shifts[index] - shift))))
    found.ranks[inner].append(int((scores >= scores[index]).sum()) - 1)
    found.reported[inner].append(bool(scores[index] >= ATTENTION_SCORE))


def found_in(stack: CineStack) -> InputChecks:
    """Input checks of the stack at one phase, averaged: shifts need no more, and copies of cines are large."""
    mean = np.nan_to_num(stack.intensity.astype(np.float32)).mean(axis=0, keepdims=True)
    return check_input(replace(stack, intensity=mean, phase_times=np.zeros(1)))


def plant_in_made(made: Reconstruction, found: Found, times: int, generator: np.random.Generator) -> None:
    """Corrupt synthesised slices of a reconstruction one after the other and rank them by plausibility."""
    found.made_untouched.append(bool(check_plausibility(made).score.max() >= ATTENTION_SCORE))
    places = [i for i, p in enumerate(made.provenance) if p.origin is SliceOrigin.SYNTHESISED]
    for _ in range(times):
        index = int(generator.choice(places))
        shifted = _moved(made.intensity, index, PLANTED * _direction(generator), made.geometry)
        erased = _without_sector(made, index, generator.uniform(0, 2 * np.pi))
        for name, values in (("moved", shifted), ("sector erased", erased)):
            scores = check_plausibility(replace(made, intensity=values)).score
            found.made[name].append(int((scores >= scores[index]).sum()) - 1)


def heart_part(stack: CineStack, centre: tuple[float, ...]) -> CineStack:
    """The middle slices about the heart at one phase: what CaLID fills quickly."""
    spacing = stack.geometry.spacing
    first = max(0, (stack.slices - MADE_SLICES) // 2)
    ranges = [
        slice(max(0, round(c - MADE_SIDE / s / 2)), round(c + MADE_SIDE / s / 2))
        for c, s in zip(centre, spacing[1:], strict=True)
    ]
    values = stack.intensity[:1, first : first + MADE_SLICES, ranges[0], ranges[1]]
    geometry = Geometry.from_spacing(spacing, values.shape[1:], known=False)
    return replace(stack, intensity=values, geometry=geometry, phase_times=np.zeros(1), slice_states=())


def _scores(checks: InputChecks) -> FloatArray:
    assert checks.shift_scores is not None
    return checks.shift_scores


def _direction(generator: np.random.Generator) -> FloatArray:
    angle = generator.uniform(0, 2 * np.pi)
    return np.array([np.sin(angle), np.cos(angle)])


def _moved(values: IntensityArray, index: int, shift: FloatArray, geometry: Geometry) -> IntensityArray:
    """The volume with one slice moved by ``shift`` mm in all phases."""
    result = np.array(values)
    pixels = shift / np.asarray(geometry.spacing[1:])
    for phase in range(len(result)):
        plane = result[phase, index].astype(float)
        result[phase, index] = ndimage.shift(plane, pixels, order=1, mode="nearest")
    return result


def _without_sector(made: Reconstruction, index: int, angle: float) -> IntensityArray:
    """The volume with a sector of the ring painted over with the median inside the ring."""
    result = np.array(made.intensity)
    rows, columns = np.indices(result.shape[2:])
    down, right = (
        (i - (n - 1) / 2) * s
        for i, n, s in zip((rows, columns), result.shape[2:], made.geometry.spacing[1:], strict=True)
    )
    radius, place = np.hypot(down, right), (np.arctan2(down, right) - angle) % (2 * np.pi)
    sector = (radius >= RING[0]) & (radius < RING[1]) & (place < SECTOR)
    for plane in result[:, index]:
        plane[sector] = np.median(plane[radius < RING[0]])
    return result


def _share(values: list[bool] | list[float] | list[int], limit: float | None = None) -> str:
    if not values:
        return "–"
    wanted = np.asarray(values) if limit is None else np.asarray(values) <= limit
    return f"{np.mean(wanted):.0%}"


def table(results: dict[str, Found]) -> str:
    """The outcomes in Markdown."""
    lines = [
        "| data | slice | planted | within 1 mm | change within 1 mm | ranked first | first or second | reported |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, found in results.items():
        for inner in (True, False):
            lines += [
                f"| {name} | {'inner' if inner else 'end'} | {len(found.ranks[inner])} | {_share(found.absolute[inner], 1)} "
                f"| {_share(found.change[inner], 1)} | {_share(found.ranks[inner], 0)} | {_share(found.ranks[inner], 1)} "
                f"| {_share(found.reported[inner])} |"
            ]
    lines += ["", "| data | untouched stacks | stacks reported | slices reported |", "|---|---|---|---|"]
    for name, found in results.items():
        flags = [scores >= ATTENTION_SCORE for scores in found.untouched]
        stacks_reported = _share([bool(f.any()) for f in flags])
        lines.append(f"| {name} | {len(flags)} | {stacks_reported} | {np.concatenate(flags).mean():.1%} |")
    if any(found.made for found in results.values()):
        lines += ["", "| data | fault of a synthesised slice | planted | ranked first | first or second |"]
        lines.append("|---|---|---|---|---|")
        for name, found in results.items():
            for fault, ranks in found.made.items():
                lines.append(f"| {name} | {fault} | {len(ranks)} | {_share(ranks, 0)} | {_share(ranks, 1)} |")
            if found.made:
                reported = (
                    f"untouched: {_share(found.made_untouched)} of {len(found.made_untouched)} reported"
                )
                lines.append(f"| {name} | {reported} | | | |")
    return "\n".join(lines)


def main() -> None:
    """Plant, check, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="+")
    parser.add_argument("--plant", type=int, default=1, help="faults of each kind per stack")
    parser.add_argument("--limit", type=int, default=0, help="stacks at most of each data set")
    parser.add_argument("--stride", type=int, default=1, help="one patient in so many")
    parser.add_argument("--made", action="store_true", help="faults of synthesised slices too")
    arguments = parser.parse_args()
    generator, started = np.random.default_rng(0), time.perf_counter()
    results: dict[str, Found] = {}
    for name, stack, centre in stacks(arguments.data, arguments.stride):
        found = results.setdefault(name, Found())
        if arguments.limit and len(found.untouched) >= arguments.limit:
            continue
        before = found_in(stack)
        found.untouched.append(_scores(before))
        for inner in (True, False):
            for _ in range(arguments.plant):
                plant(stack, before, found, inner, generator)
        if arguments.made:
            made = reconstruct(heart_part(stack, centre), ReconstructionSettings(slice_spacing=2.5))
            plant_in_made(made, found, arguments.plant, generator)
    print(f"{table(results)}\n\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

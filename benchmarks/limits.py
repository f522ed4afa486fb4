"""What keeps slices from their truth: how much closer they would be if place, or gain and offset, of every hidden slice were known.

    python -m benchmarks.limits ../shared/data/acdc /work/data/sunnybrook /work/data/pig/pig

Patients that no training has seen, first phase of cines, heart box. A made slice is moved by whole pixels, at most ``REACH`` each way,
to where its squared error is least; or its intensities are fitted by a line. Neither can be known from the acquired slices.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.machine import machine_note
from calid_core.arrays import FloatArray
from calid_core.evaluation.cases import Box
from calid_core.evaluation.datasets import find_patients, select_patients
from calid_core.evaluation.holdout import clipped, hold_out
from calid_core.evaluation.methods import build_methods
from calid_core.metrics.similarity import psnr

REACH = 4
"""Pixels by which a made slice is moved at most along rows and columns."""
METHODS = ("linear", "calid", "calid-fidelity")


@dataclass(frozen=True)
class Slice:
    """PSNR in dB of one made slice: as made, with gain and offset fitted, moved into place; and the way moved in mm."""

    as_made: float
    fitted: float
    moved: float
    way: float


def main() -> None:
    """Print a line per data set, distance and method."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="+", type=Path, help="as for `calid evaluate`")
    methods = build_methods(METHODS)
    slices: dict[tuple[str, str], list[Slice]] = {}
    for patient in select_patients(find_patients(parser.parse_args().data), "validation"):
        for case in patient.cases():
            held = hold_out(replace(case, stack=case.stack.with_phases((0,)), labels=None, moments=()))
            stratum = f"{case.dataset} {2 * case.spacing[0]:.0f} → {case.spacing[0]:.0f} mm"
            for method in methods:
                made = clipped(method.predict(held.kept).intensity)[0]
                measured = measure(made, held.truth[0], case.box, case.spacing[1:])
                slices.setdefault((stratum, method.name), []).extend(measured)
    print(machine_note())
    for (stratum, method_name), found in sorted(slices.items()):
        mean = Slice(*np.mean([astuple(s) for s in found], axis=0))
        print(
            f"{stratum}, {method_name}, {len(found)} slices: {mean.as_made:.2f} dB; gain and offset known "
            f"{mean.fitted - mean.as_made:+.2f}, place known {mean.moved - mean.as_made:+.2f}, {mean.way:.1f} mm away on average"
        )


def measure(made: FloatArray, truth: FloatArray, box: Box, spacing: Sequence[float]) -> Iterator[Slice]:
    """Measure each of ``made`` ``(slices, rows, columns)`` against ``truth``; ``spacing`` of pixels in mm."""
    for ours, theirs in zip(made, box.crop(truth), strict=True):
        steps = range(-REACH, REACH + 1)
        moved = {step: psnr(box.crop(shifted(ours, step)), theirs) for step in product(steps, steps)}
        best = max(moved, key=moved.__getitem__)
        line = np.polynomial.Polynomial.fit(box.crop(ours).ravel(), theirs.ravel(), 1)
        way = float(np.hypot(*np.multiply(best, spacing)))
        yield Slice(moved[0, 0], psnr(line(box.crop(ours)), theirs), moved[best], way)


def shifted(image: FloatArray, step: tuple[int, int]) -> FloatArray:
    """``image`` moved by ``step`` pixels, edge values beyond the border."""
    rows, columns = (np.clip(np.arange(n) - s, 0, n - 1) for n, s in zip(image.shape, step, strict=True))
    return image[np.ix_(rows, columns)]


if __name__ == "__main__":
    main()

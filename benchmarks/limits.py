"""What keeps slices from their truth: how much closer they come where place, or gain and offset, are fitted to the truth.

    python -m benchmarks.limits ../shared/data/acdc /work/data/sunnybrook /work/data/pig/pig

First phase of cines, heart box. A made slice is moved by whole pixels, at most ``REACH`` each way, to where its squared error is
least; or its intensities are fitted by a line. Both favour the fit: what can be foreseen of it is not told. Where a
patient has volumes at two moments, it is also told how alike the ways of the same slice are: noise would make them unlike.
Where experts drew labels, Dice of the frozen segmenter is told as a share of that on the true slices, as made and moved,
and for comparison that of the experts' own outlines in the kept slices, interpolated by their signed distances.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.machine import machine_note
from calid_core.arrays import FloatArray
from calid_core.datasets.patients import find_patients, select_patients
from calid_core.evaluation.holdout import HoldOut, clipped, hold_out
from calid_core.evaluation.methods import build_methods
from calid_core.metrics.overlap import dice
from calid_core.metrics.similarity import psnr
from calid_core.models.segmenter import Segmenter
from calid_core.models.shipped_segmenter import shipped_segmenter

REACH = 4
"""Pixels by which a made slice is moved at most along rows and columns."""
LEAST_PAIRS = 20
"""Slices at two moments from which on a correlation is told."""
FILLED = {1: (1,), 2: (2, 3), 3: (3,)}
"""Labels that make a region without holes: right ventricle, all within the epicardium, left ventricle."""
OUTLINES = "outlines of the kept slices"
METHODS = ("linear", "calid", "calid-fidelity")


@dataclass(frozen=True, eq=False)
class Slice:
    """One made slice.

    Parameters
    ----------
    place
        Patient and index of the slice: the same at all moments.
    as_made, fitted, moved
        PSNR in dB as made, with gain and offset fitted, moved to where it fits best.
    step
        Pixels along rows and columns by which it was moved.
    way
        ``(2,)``, the same in mm.
    """

    place: tuple[str, int]
    as_made: float
    fitted: float
    moved: float
    step: tuple[int, int]
    way: FloatArray


def main() -> None:
    """Print a line per data set, distance and method."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="+", type=Path, help="as for `calid evaluate`")
    parser.add_argument("--patients", default="validation", help="as for `calid evaluate`")
    arguments = parser.parse_args()
    methods, segmenter = build_methods(METHODS), shipped_segmenter()
    slices: dict[tuple[str, str], list[Slice]] = {}
    dices: dict[tuple[str, str], list[FloatArray]] = {}
    for patient in select_patients(find_patients(arguments.data), arguments.patients):
        for case in patient.cases():
            single = case.labels is not None and case.stack.phases == 1
            labels = case.labels if single else None
            held = hold_out(replace(case, stack=case.stack.with_phases((0,)), labels=labels, moments=()))
            stratum = f"{case.dataset} {2 * case.spacing[0]:.0f} → {case.spacing[0]:.0f} mm"
            if labels is not None:
                dices.setdefault((stratum, OUTLINES), []).append(dice_of_outlines(held, segmenter))
            for method in methods:
                made = clipped(method.predict(held.kept).intensity)[0]
                found = list(measure(made, held))
                slices.setdefault((stratum, method.name), []).extend(found)
                if labels is not None:
                    moved = np.stack([shifted(m, one.step) for m, one in zip(made, found, strict=True)])
                    images = (held.truth[0], made, moved)
                    of_all = [dice_of(i, held, segmenter) for i in images]
                    dices.setdefault((stratum, method.name), []).append(np.array(of_all))
    print(machine_note())
    for key, every in sorted(slices.items()):
        print(f"{key[0]}, {key[1]}, {len(every)} slices: {summary(every)}")
        if key in dices:
            as_made, placed = shares(dices[key])
            print(f"    Dice RV, myocardium, LV over that of true slices: {as_made} → place fitted {placed}")
    for (stratum, name), every_dice in sorted(dices.items()):
        if name == OUTLINES:
            print(
                f"{stratum}, {name}: Dice RV, myocardium, LV over that of true slices: {shares(every_dice)[0]}"
            )


def shares(dices: Sequence[FloatArray]) -> list[str]:
    """Mean Dice of each structure over that on true slices, which comes first in each of ``dices`` ``(1 + ways, structures)``."""
    true, *others = np.nanmean(dices, axis=0)
    return [", ".join(f"{share:.3f}" for share in other / true) for other in others]


def dice_of_outlines(held: HoldOut, segmenter: Segmenter) -> FloatArray:
    """Dice ``(2, structures)`` on the true hidden slices, and of the experts' outlines of the kept ones, interpolated."""
    labels, hidden = held.case.labels, held.hidden_labels
    assert labels is not None
    assert hidden is not None
    between = interpolated_labels(labels[0, ::2])
    drawn = np.array([dice(between == label, hidden[0] == label) for label in held.case.classes])
    return np.stack([dice_of(held.truth[0], held, segmenter), drawn])


def interpolated_labels(kept: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Labels ``(slices - 1, rows, columns)`` halfway between those of ``kept`` ``(slices, rows, columns)``.

    Signed distances are averaged (Raya and Udupa 1990, *Shape-based interpolation*); a region that one of two slices lacks lies in
    neither's middle.
    """
    between = np.zeros((len(kept) - 1, *kept.shape[1:]), np.uint8)
    for label, filled in FILLED.items():
        distances = np.stack([signed_distance(np.isin(image, filled)) for image in kept])
        between[distances[:-1] + distances[1:] > 0.0] = label
    return between


def signed_distance(region: NDArray[np.bool_]) -> FloatArray:
    """Distance to the edge of ``region`` in pixels, positive within; minus infinity where there is none."""
    if not region.any():
        return np.full(region.shape, -np.inf)
    inside, outside = (ndimage.distance_transform_edt(part) for part in (region, ~region))
    return np.asarray(inside - outside, np.float64)


def dice_of(images: FloatArray, held: HoldOut, segmenter: Segmenter) -> FloatArray:
    """Dice of each structure in the hidden slices of a volume ``(slices, rows, columns)``, against the expert."""
    case, labels = held.case, held.hidden_labels
    assert labels is not None
    found = segmenter.segment(images, spacing=case.spacing[1:], centre=case.box.centre)
    return np.array([dice(found == label, labels[0] == label) for label in case.classes])


def measure(made: FloatArray, held: HoldOut) -> Iterator[Slice]:
    """Measure each of the slices ``made`` ``(slices, rows, columns)`` against the hidden ones of a single phase."""
    case, steps = held.case, range(-REACH, REACH + 1)
    crop = case.box.crop
    for index, (ours, theirs) in enumerate(zip(made, crop(held.truth[0]), strict=True)):
        moved = {step: psnr(crop(shifted(ours, step)), theirs) for step in product(steps, steps)}
        best = max(
            moved, key=lambda step: (moved[step], -(step[0] ** 2) - step[1] ** 2)
        )  # a blank slice stays
        line = np.polynomial.Polynomial.fit(crop(ours).ravel(), theirs.ravel(), 1)
        yield Slice(
            place=(case.subject, index),
            as_made=moved[0, 0],
            fitted=psnr(line(crop(ours)), theirs),
            moved=moved[best],
            step=(best[0], best[1]),
            way=np.multiply(best, case.spacing[1:]),
        )


def summary(found: Sequence[Slice]) -> str:
    """Means over slices, and how alike ways at two moments are."""
    as_made, fitted, moved = np.mean([(s.as_made, s.fitted, s.moved) for s in found], axis=0)
    way = np.mean([np.hypot(*s.way) for s in found])
    text = (
        f"{as_made:.2f} dB; gain and offset fitted {fitted - as_made:+.2f}, "
        f"place fitted {moved - as_made:+.2f}, {way:.1f} mm away on average"
    )
    ways: dict[tuple[str, int], list[FloatArray]] = {}
    for one in found:
        ways.setdefault(one.place, []).append(one.way)
    pairs = np.array([pair for pair in ways.values() if len(pair) == 2])
    if len(pairs) < LEAST_PAIRS:
        return text
    alike = [np.corrcoef(pairs[:, 0, axis], pairs[:, 1, axis])[0, 1] for axis in (0, 1)]
    return f"{text}, at two moments correlated {alike[0]:.2f} and {alike[1]:.2f} ({len(pairs)} pairs)"


def shifted(image: FloatArray, step: tuple[int, int]) -> FloatArray:
    """``image`` moved by ``step`` pixels, edge values beyond the border."""
    rows, columns = (np.clip(np.arange(n) - s, 0, n - 1) for n, s in zip(image.shape, step, strict=True))
    return image[np.ix_(rows, columns)]


if __name__ == "__main__":
    main()

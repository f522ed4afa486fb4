"""How well planted faults are found: acquired slices moved by 5 mm in a random direction.

``python benchmarks/checks.py DATA… [--plant 2] [--limit N]``: DATA are ACDC patients or a folder of them (validation
patients only), DICOM folders or files; ``phantom`` is the bundled sample. Real stacks have true misalignments, so both
the distance of the estimate from the planted shift and of its *change* are reported.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import ndimage

from calid_core.arrays import FloatArray
from calid_core.checks.alignment import estimate_shifts
from calid_core.cine import CineStack
from calid_core.evaluation.acdc import acdc_cases, is_acdc, is_validation
from calid_core.io import read_stack
from calid_core.sample import sample_stack

PLANTED = 5.0


def stacks(paths: list[str]) -> Iterator[tuple[str, CineStack]]:
    """Name and stack of everything asked for."""
    for text in paths:
        path = Path(text)
        if text == "phantom":
            yield "phantom", sample_stack()
        elif any(is_acdc(folder) for folder in path.iterdir() if folder.is_dir()):
            for folder in sorted(path.iterdir()):
                if is_acdc(folder) and is_validation(folder.name):
                    yield folder.name, next(iter(acdc_cases(folder))).stack
        else:
            yield path.name, read_stack(path)


def planted(stack: CineStack, index: int, shift: FloatArray) -> CineStack:
    """The stack with one slice moved by ``shift`` mm in all phases."""
    intensity = np.array(stack.intensity)
    pixels = shift / np.asarray(stack.geometry.spacing[1:])
    for phase in range(stack.phases):
        intensity[phase, index] = ndimage.shift(
            intensity[phase, index].astype(float), pixels, order=1, mode="nearest"
        )
    return replace(stack, intensity=intensity)


def main() -> None:
    """Plant, estimate, print one line per data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+")
    parser.add_argument("--plant", type=int, default=2, help="faults per stack")
    parser.add_argument("--limit", type=int, default=0, help="stacks")
    arguments = parser.parse_args()
    generator = np.random.default_rng(0)
    absolute, change, rank, base, inner = [], [], [], [], []
    started = time.perf_counter()
    for number, (_name, stack) in enumerate(stacks(arguments.data)):
        if arguments.limit and number >= arguments.limit:
            break
        before = estimate_shifts(stack).millimetres
        base += list(np.hypot(*before.T))
        for _ in range(arguments.plant):
            index, angle = int(generator.integers(stack.slices)), generator.uniform(0, 2 * np.pi)
            shift = PLANTED * np.array([np.sin(angle), np.cos(angle)])
            found = estimate_shifts(planted(stack, index, shift)).millimetres
            lengths = np.hypot(*found.T)
            absolute.append(float(np.hypot(*(found[index] - shift))))
            change.append(float(np.hypot(*(found[index] - before[index] - shift))))
            rank.append(int((lengths > lengths[index]).sum()))
            inner.append(0 < index < stack.slices - 1)
    for label, chosen in (("all slices", np.ones(len(rank), bool)), ("inner slices", np.array(inner))):
        a, c, r = (np.array(v)[chosen] for v in (absolute, change, rank))
        print(
            f"{label}: {len(a)} planted; within 1 mm of the planted shift {np.mean(a <= 1):.0%} (2 mm {np.mean(a <= 2):.0%}, "
            f"median {np.median(a):.2f} mm); change within 1 mm {np.mean(c <= 1):.0%} (2 mm {np.mean(c <= 2):.0%}, median "
            f"{np.median(c):.2f}); ranked first {np.mean(r == 0):.0%}, first or second {np.mean(r <= 1):.0%}"
        )
    print(
        f"shifts of untouched stacks: median {np.median(base):.2f} mm, 90 % below {np.percentile(base, 90):.2f} mm; "
        f"{time.perf_counter() - started:.0f} s"
    )


if __name__ == "__main__":
    main()

"""How far automatic volumes of the left ventricle are from the experts', with every marked piece and as one chamber.

    python -m benchmarks.contours ../shared/data/acdc

Validation patients of ACDC, all acquired slices, at ED and ES: signed errors of the volume in percent. The heart is found as in the
window, without the experts' labels; it is also told how far its centre lies from that of theirs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.checks.contourer import Contourer
from calid_core.contouring.chamber import one_chamber
from calid_core.contouring.heart_box import heart_centre
from calid_core.datasets.cases import Case
from calid_core.datasets.patients import find_patients, read_cases, select_patients
from calid_core.models.segmenter import SPACING, Segmenter
from calid_core.models.shipped_segmenter import shipped_segmenter
from calid_core.structures import LEFT_VENTRICLE


def main() -> None:
    """Print mean and largest errors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("acdc", type=Path, help="folder of ACDC patients")
    cases = read_cases(select_patients(find_patients([parser.parse_args().acdc]), "validation"))
    segmenter = shipped_segmenter()
    away = [
        np.hypot(*np.subtract(heart_centre(c.stack, segmenter), ventricle_of(c)) * c.spacing[1:])
        for c in cases
    ]
    print(f"centre: {np.mean(away):.1f} mm from the experts' ventricle, at most {np.max(away):.1f} mm")
    errors = np.array([volume_errors(case, segmenter) for case in cases])
    for name, of_way in zip(("every piece", "one chamber"), errors.T, strict=True):
        print(
            f"{name}: mean error {np.abs(of_way).mean():.2f} %, largest {np.abs(of_way).max():.1f} %, "
            f"bias {of_way.mean():+.2f} %, {len(cases)} volumes"
        )


def volume_errors(case: Case, segmenter: Segmenter) -> Sequence[float]:
    """Percent of the experts' volume by which all pieces, and the one chamber, are off."""
    assert case.labels is not None
    stack = case.stack
    marked = Contourer(stack, segmenter).margins(stack.intensity[0]) > 0
    truth = (case.labels[0] == LEFT_VENTRICLE).sum() * case.spacing[1] * case.spacing[2]
    return [100.0 * (pieces.sum() * SPACING**2 / truth - 1.0) for pieces in (marked, one_chamber(marked))]


def ventricle_of(case: Case) -> FloatArray:
    """Row and column of the middle of the left ventricle that the expert drew."""
    assert case.labels is not None
    place: FloatArray = np.argwhere(case.labels[0] == LEFT_VENTRICLE)[:, 1:].mean(axis=0)
    return place


if __name__ == "__main__":
    main()

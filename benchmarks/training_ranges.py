"""Ranges of the statistics of training patients, to which the check of the input compares a stack.

    python -m benchmarks.training_ranges ../shared/data/acdc

writes ``calid_core/checks/training_ranges.json`` anew.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from calid_core.checks.resemblance import RANGES_FILE, WORDS, statistics
from calid_core.datasets.division import was_trained_on
from calid_core.datasets.patients import find_patients, read_cases


def ranges_of(acdc: Path) -> dict[str, tuple[float, float]]:
    """5 and 95 percentiles over the volumes of the patients of ACDC that the shipped model was trained on."""
    patients = [patient for patient in find_patients([acdc]) if was_trained_on(patient.name)]
    found = [statistics(case.stack) for case in read_cases(patients)]
    ranges = {}
    for name in WORDS:
        low, high = np.percentile([values[name] for values in found if name in values], (5, 95))
        ranges[name] = (round(float(low), 4), round(float(high), 4))
    return ranges


def main() -> None:
    """Write the ranges."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("acdc", type=Path, help="folder of ACDC patients")
    RANGES_FILE.write_text(json.dumps(ranges_of(parser.parse_args().acdc), indent=1) + "\n")


if __name__ == "__main__":
    main()

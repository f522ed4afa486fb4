"""Train the frozen segmenter on what experts drew in training patients of ACDC and Sunnybrook.

    python -m benchmarks.segmenter ../shared/data/acdc SUNNYBROOK --run RUN --time-budget MIN --weights resources/models

Goes on from the state in RUN, which lies outside the repository, and writes the weights with their entry in the manifest.
"""

import argparse
import logging
from pathlib import Path

from benchmarks.segmenter_training import train_segmenter
from benchmarks.training import add_run_arguments, run_of, save_network
from calid_core.datasets.division import was_trained_on
from calid_core.datasets.patients import find_patients, read_cases
from calid_core.models.shipped_segmenter import FILE, NAME
from calid_core.models.weights import write_entry


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="+", help="folder of ACDC patients, Sunnybrook archive")
    add_run_arguments(parser)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    run = run_of(arguments)
    patients = find_patients(arguments.data)
    training = read_cases([p for p in patients if was_trained_on(p.name)])
    held_out = read_cases([p for p in patients if not was_trained_on(p.name)])
    network = train_segmenter(
        [case for case in training if case.labels is not None],
        [case for case in held_out if case.labels is not None],
        run,
    )
    save_network(arguments.weights / FILE, network)
    write_entry(arguments.weights, NAME, (FILE,))


if __name__ == "__main__":
    main()

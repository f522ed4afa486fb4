"""Train the frozen segmenter on what experts drew in training patients of ACDC and Sunnybrook.

    python -m benchmarks.segmenter ../shared/data/acdc SUNNYBROOK --run RUN --time-budget MIN --weights resources/models

Goes on from the state in RUN, which lies outside the repository, and writes the weights with their entry in the manifest.
"""

import argparse
import logging
from pathlib import Path

from calid_core.evaluation.datasets import find_patients, read_cases, was_trained_on
from calid_core.evaluation.segmenter_training import train_segmenter
from calid_core.models.device import choose_device
from calid_core.models.segmenter import save_segmenter
from calid_core.models.shipped_segmenter import FILE, NAME
from calid_core.models.weights import write_entry
from calid_core.settings import Device
from calid_core.training.loop import Run


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="+", help="folder of ACDC patients, Sunnybrook archive")
    parser.add_argument("--run", type=Path, required=True, help="folder of the state and log")
    parser.add_argument("--weights", type=Path, required=True, help="folder to write the weights to")
    parser.add_argument("--time-budget", type=float, required=True, metavar="MIN")
    parser.add_argument("--device", choices=[d.value for d in Device], default=Device.AUTO.value)
    parser.add_argument("--workers", type=int, default=1, help="threads of one core each; CPU only")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    patients = find_patients(arguments.data)
    training = read_cases([p for p in patients if was_trained_on(p.name)])
    held_out = read_cases([p for p in patients if not was_trained_on(p.name)])
    device = choose_device(Device(arguments.device)).device
    run = Run(arguments.run, device, arguments.time_budget, workers=arguments.workers)
    network = train_segmenter(
        [case for case in training if case.labels is not None],
        [case for case in held_out if case.labels is not None],
        run,
    )
    save_segmenter(arguments.weights / FILE, network)
    write_entry(arguments.weights, NAME, (FILE,))


if __name__ == "__main__":
    main()

"""Train a comparator on the patients, views and loop of CaLID.

    python -m benchmarks.comparators regression --pack PACK --run RUN --weights DIR --time-budget MIN
    python -m benchmarks.comparators calid-published --pack PACK --run RUN --weights DIR --time-budget MIN

The pack comes from ``calid train pack``; the autoencoder of the published method is the shipped one. Both go
on from the state in RUN; give them the --config of CaLID, so that rates and batches are the same. RUN and DIR lie outside the
repository; ``calid evaluate --methods regression,calid-published --comparators DIR`` and ``benchmarks.quality --comparators
DIR`` run what is in DIR.
"""

import argparse
import logging
from pathlib import Path

from benchmarks.comparator_training import save_comparator, train_published, train_regression
from benchmarks.training import add_run_arguments, run_of
from calid_core.evaluation.comparators.weights import comparator_file
from calid_core.models.checkpoint import AUTOENCODER_FILE
from calid_core.models.weights import content_hash, model_directory
from calid_core.training.config import read_config
from calid_core.training.export import read_autoencoder
from calid_core.training.sources import read_divided_pack


def main() -> None:
    """Train what was asked for and write its weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=["regression", "calid-published"])
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--config", type=Path, help="TOML with the table calid, as for 'calid train calid'")
    add_run_arguments(parser)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    path = comparator_file(arguments.weights, arguments.name)
    run = run_of(arguments)
    volumes = read_divided_pack(arguments.pack)
    config = read_config(arguments.config).calid
    if arguments.name == "regression":
        save_comparator(path, train_regression(volumes, config, run))
    else:
        beside = model_directory() / AUTOENCODER_FILE
        trained = train_published(volumes, read_autoencoder(beside, run.device)[0], config, run)
        save_comparator(path, trained, autoencoder=content_hash(beside))


if __name__ == "__main__":
    main()

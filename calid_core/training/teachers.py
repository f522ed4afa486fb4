"""Distillation: what the mean is drawn to comes partly from several networks that were trained before.

A hidden slice is one draw about the mean that is wanted. On few patients networks learn such draws by heart, each others: the mean of
their predictions is nearer to what is wanted than any of them, and one network can be taught to say it. A teacher is about as good on
new views of the patients as the student; it takes turns with the others. After Hinton et al. 2015 (arXiv 1503.02531).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calid_core.models.checkpoint import load_weights
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.config import ConditionalConfig
from calid_core.training.loop import state_file
from calid_core.training.state import SAME_CONFIG, read_average


def read_teachers(
    runs: Sequence[Path], config: ConditionalConfig, autoencoder: str = ""
) -> tuple[ConditionalNetwork, ...]:
    """Averaged networks of the trainings in ``runs``, in evaluation mode.

    ``autoencoder`` is the content hash of the student's.

    Raises
    ------
    CheckpointError
        A run that is missing, of another size or of another autoencoder.
    """
    return tuple(_read(run, config, autoencoder) for run in runs)


def _read(run: Path, config: ConditionalConfig, autoencoder: str) -> ConditionalNetwork:
    network = ConditionalNetwork(config)
    path = state_file(run, "calid")
    load_weights(network, read_average(path, autoencoder)[0], path, remedy=SAME_CONFIG)
    return network

"""The weights of the frozen segmenter that ship with the program."""

from __future__ import annotations

from calid_core.errors import CheckpointError
from calid_core.evaluation.segmenter import Segmenter, load_segmenter
from calid_core.models.weights import weights_directory

FILE = "segmenter.safetensors"


def shipped_segmenter() -> Segmenter:
    """The frozen segmenter.

    Raises
    ------
    CheckpointError
        The weights are missing or damaged.
    """
    path = weights_directory() / FILE
    if not path.is_file():
        raise CheckpointError(f"segmenter weights {FILE} are missing; reinstall CaLID")
    return load_segmenter(path)

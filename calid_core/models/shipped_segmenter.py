"""The weights of the frozen segmenter that ship with the program."""

from __future__ import annotations

from calid_core.models.segmenter import Segmenter, load_segmenter
from calid_core.models.weights import read_entry, verified_files, weights_directory

NAME = "segmenter"
FILE = "segmenter.safetensors"


def shipped_segmenter() -> Segmenter:
    """The frozen segmenter.

    Raises
    ------
    CheckpointError
        The weights are missing or damaged.
    """
    folder = weights_directory()
    (path,) = verified_files(folder, read_entry(folder, NAME))
    return load_segmenter(path)

"""The weights of the frozen segmenter that ship with the program."""

from __future__ import annotations

from calid_core.models.segmenter import Segmenter, load_segmenter
from calid_core.models.weights import read_entry, verified_files, weights_directory
from calid_core.settings import Device

NAME = "segmenter"
FILE = "segmenter.safetensors"


def shipped_segmenter(device: Device = Device.CPU) -> Segmenter:
    """The frozen segmenter; read anew each time, so that its memory on a GPU goes with the last that use it.

    Where it judges methods it runs on the CPU, so that the judge stays the same wherever they run.

    Raises
    ------
    CheckpointError
        The weights are missing or damaged.
    SettingsError, DeviceMemoryError
        The device is absent, or has no room for them.
    """
    folder = weights_directory()
    (path,) = verified_files(folder, read_entry(folder, NAME))
    return load_segmenter(path, device)

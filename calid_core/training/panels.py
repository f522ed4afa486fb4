"""Pictures of validation slices beside the truth, written during training for a person to look at."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import torch

from calid_core.errors import OutputError
from calid_core.io.atomic import make_folder, replacing
from calid_core.io.itk_names import itk_name
from calid_core.training.validation import Prediction

COLUMNS = ("lower", "linear", "fidelity", "realism", "truth", "upper")
ZOOM = 2
"""Pixels of a panel per pixel of a slice."""


def write_panels(path: Path, predictions: Sequence[Prediction]) -> None:
    """One row per volume, its middle target: lower | linear | fidelity | realism | truth | upper, heart box."""
    rows = []
    for prediction in predictions:
        middle = len(prediction.truth) // 2
        tiles = [prediction.heart(getattr(prediction, name))[middle] for name in COLUMNS]
        row = torch.cat([_square(tile, 120) for tile in tiles], dim=1)
        rows.append(row.repeat_interleave(ZOOM, 0).repeat_interleave(ZOOM, 1))
    image = (torch.cat(rows).numpy() * 255).astype(np.uint8)
    make_folder(path)
    with replacing(path) as temporary:
        try:
            sitk.WriteImage(sitk.GetImageFromArray(image), itk_name(temporary, OutputError))
        except RuntimeError as error:  # ITK tells of a full disk in pages of its own
            raise OSError(errno.EIO, os.strerror(errno.EIO)) from error


def _square(tile: torch.Tensor, side: int) -> torch.Tensor:
    canvas = torch.zeros(side, side)
    part = tile[:side, :side]
    canvas[: part.shape[0], : part.shape[1]] = part
    return canvas

"""The training pack: heart crops of all patients in one compact file, read without unpickling.

A pack holds volumes, each one phase of one patient. The volumes of a subject in the order of ``phase`` are a cine, with
``fraction`` as the moments; ``calid_core.training.pseudo_cines.expand`` makes phases of a pack of cines.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from calid_core.errors import InputError
from calid_core.io.atomic import make_folder, replacing

FULL_SCALE = 204.0
"""Stored value of an intensity at the 99.5 percentile; 255 leaves a quarter of headroom above it."""
LEAST_SLICES = 3
"""Slices of a volume that is validated on: one is hidden between two that are kept."""
MAKE_ONE = "make one with 'calid train pack'"


@dataclass(frozen=True)
class PackedVolume:
    """One phase of one patient, cropped about the heart.

    ``intensity`` is ``(slices, rows, columns)`` uint8; ``box`` is the heart as ``(row, row, column, column)``,
    half-open, within the crop. Lengths in mm; ``thickness`` is 0 where it is not known. ``fraction`` is the moment as a
    share of the RR interval. An end-diastolic volume may carry the ``displacement`` of its tissue to end-systole, the
    next phase of the subject: ``(slices, 2, rows / 4, columns / 4)`` int8, row and column, in eighths of a pixel. ``own``
    is a stack of one's own, of no public data set: the name of its subject stays in the pack.
    """

    subject: str
    phase: int
    intensity: npt.NDArray[np.uint8]
    spacing: float
    pitch: float
    thickness: float
    box: tuple[int, int, int, int]
    validation: bool
    fraction: float = 0.0
    displacement: npt.NDArray[np.int8] | None = None
    own: bool = False

    def scaled(self) -> npt.NDArray[np.float32]:
        """Intensity as float32, 0 at the 0.5 and 1 at the 99.5 percentile of the acquired volume."""
        return self.intensity.astype(np.float32) / np.float32(FULL_SCALE)


def quantise(intensity: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Scale a whole volume by its 0.5 and 99.5 percentiles and store it in 8 bits."""
    low, high = np.percentile(intensity, (0.5, 99.5))
    scaled = (intensity - low) / max(high - low, 1e-6)
    stored: npt.NDArray[np.uint8] = np.clip(np.rint(scaled * FULL_SCALE), 0, 255).astype(np.uint8)
    return stored


def write_pack(path: Path, volumes: Sequence[PackedVolume]) -> None:
    """Write ``volumes`` to one compressed file; an old one survives a failure.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    header = []
    arrays: dict[str, npt.NDArray[np.uint8 | np.int8]] = {}
    for index, volume in enumerate(volumes):
        entry = asdict(volume)
        arrays[f"v{index:04d}"] = entry.pop("intensity")
        displacement = entry.pop("displacement")
        if displacement is not None:
            arrays[f"d{index:04d}"] = displacement
        if not entry["own"]:
            del entry["own"]  # packs of public data sets stay the same to the byte
        header.append(entry)
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    make_folder(path)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def read_pack(path: Path) -> tuple[PackedVolume, ...]:
    """Read every volume of a pack.

    Raises
    ------
    InputError
        A file that is missing, damaged or something else.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            header = json.loads(bytes(file["header"]).decode())
            return tuple(_volume(file, index, entry) for index, entry in enumerate(header))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}; {MAKE_ONE}") from error
    except (BadZipFile, zlib.error, EOFError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{path} is damaged or no training pack; {MAKE_ONE}") from error


def short_validation(volumes: Sequence[PackedVolume]) -> str:
    """Which volume for validation is too short to hide a slice in, in words; empty where none is."""
    for volume in volumes:
        if volume.validation and len(volume.intensity) < LEAST_SLICES:
            return (
                f"holds {volume.subject} for validation with {len(volume.intensity)} slices, "
                f"at least {LEAST_SLICES} are needed to hide one: leave such patients out"
            )
    return ""


def _volume(file: Mapping[str, npt.NDArray[Any]], index: int, entry: Mapping[str, Any]) -> PackedVolume:
    low, high, left, right = entry["box"]
    return PackedVolume(
        subject=entry["subject"],
        phase=entry["phase"],
        intensity=file[f"v{index:04d}"],
        spacing=entry["spacing"],
        pitch=entry["pitch"],
        thickness=entry["thickness"],
        box=(low, high, left, right),
        validation=entry["validation"],
        fraction=entry.get("fraction", 0.0),
        displacement=file.get(f"d{index:04d}"),
        own=entry.get("own", False),
    )

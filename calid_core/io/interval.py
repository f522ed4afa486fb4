"""The half-width of the 90 % interval as a volume beside a reconstruction."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from calid_core.errors import CalidError, OutputError
from calid_core.io.volume import INTERVAL_NOTICE, write_volume
from calid_core.io.volume_files import check_data_file, check_not_acquired, interval_of
from calid_core.io.volume_headers import read_header
from calid_core.paths import is_there
from calid_core.progress import CancelToken
from calid_core.real_values import RealScale
from calid_core.reconstruction import Reconstruction


def check_interval(volume: Path) -> None:
    """Raise ``OutputError`` where the interval that is to be written beside ``volume`` would replace something else."""
    path = interval_of(volume)
    if is_there(path) and not _is_interval(path):
        raise OutputError(f"{path.name} is there and is no interval of a result; choose another name")
    check_data_file(path)


def write_interval(volume: Path, reconstruction: Reconstruction, cancel: CancelToken | None = None) -> None:
    """Write ``interval_of(volume)``: half-widths in float32 on the grid of the reconstruction, 0 in acquired slices.

    They are in units of the stored intensities; the header of a NIfTI file tells what those are in real ones.

    Raises
    ------
    Cancelled
        ``cancel`` was set; an existing file stays.
    OutputError
        It cannot be written, or would replace something else.
    ValueError
        The method gives no interval.
    """
    half_width = reconstruction.half_width
    if half_width is None:
        if len(reconstruction.acquired_indices) < reconstruction.geometry.slices:
            raise ValueError(f"{reconstruction.settings.method.value} gives no interval")
        half_width = np.zeros(reconstruction.intensity.shape, np.float32)
    path = interval_of(volume)
    check_interval(volume)
    check_not_acquired(path, reconstruction.acquired)
    write_volume(
        path,
        half_width.astype(np.float32),
        reconstruction.geometry,
        reconstruction.phase_times,
        description=INTERVAL_NOTICE,
        real=RealScale(reconstruction.acquired.source.real.width_to_real(1.0)),
        cancel=cancel,
    )


def _is_interval(path: Path) -> bool:
    try:
        return read_header(path).description == INTERVAL_NOTICE
    except CalidError:
        return False

"""Writing cines as NIfTI, NRRD and MetaImage."""

import errno
import gzip
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.errors import GeometryError, OutputError
from calid_core.geometry import POSITION_TOLERANCE, Geometry
from calid_core.io.atomic import replacing
from calid_core.io.itk_names import itk_name
from calid_core.io.volume_files import check_data_file
from calid_core.io.volume_headers import DESCRIPTIONS, SUFFIXES, volume_suffix
from calid_core.io.volume_unplaced import forget_placement
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin
from calid_core.real_values import STORED, RealScale

if TYPE_CHECKING:
    import SimpleITK as sitk

NOTICES = {
    SliceOrigin.SYNTHESISED: "AI-synthesised slices - not for diagnosis",
    SliceOrigin.INTERPOLATED: "Interpolated slices - not for diagnosis",
}
"""What the header of a reconstruction says of its slices, by how the made ones were made."""
INTERVAL_NOTICE = "Half-width of the 90 % interval of AI-synthesised slices - not for diagnosis"
NIFTI_SCALE_OFFSET = 112
"""Bytes before ``scl_slope`` and ``scl_inter`` in a NIfTI-1 header."""
COMPRESSION_LEVEL = 1
"""Four to seven times as fast as gzip's 6 on cines, and 4 to 12 % larger."""


def write_volume(
    path: Path,
    intensity: IntensityArray,
    geometry: Geometry,
    phase_times: FloatArray,
    *,
    description: str = "",
    real: RealScale = STORED,
    cancel: CancelToken | None = None,
) -> None:
    """Write a cine; its suffix chooses NIfTI (``.nii``, ``.nii.gz``), NRRD or MetaImage.

    Parameters
    ----------
    path
        File to write; an existing one is replaced, and survives if writing fails.
    intensity
        ``(phases, slices, rows, columns)``; written in its own data type, as 3D if there is one phase, else 4D.
    geometry
        Evenly spaced slices. Where it is not known, only its spacing is written: sform and qform codes are 0, NRRD and MetaImage have
        no directions.
    phase_times
        ``(phases,)`` ms. A header holds their mean distance: in seconds in NIfTI, else in ms.
    description
        Text for the header; ``NOTICES`` has those of reconstructions, by which their slices are known again.
    real
        Stored values as real ones. NIfTI's header keeps them; for the other formats the JSON file beside a reconstruction tells them.
    cancel
        Looked at while compressing and before an existing file is replaced.

    Raises
    ------
    Cancelled
        ``cancel`` was set; an existing file stays.
    OutputError
        No format goes with the suffix, the file cannot be written, or its file of intensities is another header's.
    GeometryError
        The slices are not evenly spaced.
    """
    suffix = volume_suffix(path)
    if not suffix:
        raise OutputError(f"cannot write {path.name}: its suffix must be one of {', '.join(SUFFIXES)}")
    if not geometry.regular:
        raise GeometryError(
            f"slices deviate by more than {POSITION_TOLERANCE} mm from even spacing, which {path.name} cannot hold; "
            "reconstruct the stack first"
        )
    check_data_file(path)
    format_ = SUFFIXES[suffix][0]
    nifti = format_ == "NIfTI"
    image = _image(intensity, geometry, _time_step(phase_times) / (1000 if nifti else 1))
    _describe(image, description, suffix)
    cancel = cancel or CancelToken()
    with replacing(path) as temporary:
        packed = suffix == ".nii.gz"
        # ITK knows suffixes in small letters alone.
        plain = temporary.with_name("plain.nii" if packed else temporary.name[: -len(suffix)] + suffix)
        _write(image, plain, ".nii" if packed else suffix, intensity.nbytes)
        if nifti:
            _scale(plain, real)
        if not geometry.known:
            forget_placement(plain, format_, image.GetSpacing())
        if packed:
            _compress(plain, temporary, cancel)
            plain.unlink()
        else:
            plain.rename(temporary)
        cancel.raise_if_cancelled()


def _scale(file: Path, real: RealScale) -> None:
    """Put ``scl_slope`` and ``scl_inter`` into the header of a plain NIfTI-1 file, which ITK cannot."""
    with file.open("r+b") as header:
        header.seek(NIFTI_SCALE_OFFSET)
        header.write(np.array((real.slope, real.intercept), np.float32).tobytes())


def _time_step(phase_times: FloatArray) -> float:
    """Mean distance of the phases in ms."""
    if len(phase_times) < 2:
        return 0.0
    return float(phase_times[-1] - phase_times[0]) / (len(phase_times) - 1)


def _image(intensity: IntensityArray, geometry: Geometry, time_step: float) -> "sitk.Image":
    """ITK image ``(column, row, slice[, phase])``; ITK's coordinates are LPS like ours."""
    from calid_core.io.itk import sitk

    volumes = []
    for values in intensity:
        volume = sitk.GetImageFromArray(np.ascontiguousarray(values))
        volume.SetSpacing([float(s) for s in geometry.spacing[::-1]])
        volume.SetDirection([float(v) for v in geometry.axes[:, ::-1].ravel()])
        volume.SetOrigin([float(v) for v in geometry.affine[:3, 3]])
        volumes.append(volume)
    return volumes[0] if len(volumes) == 1 else sitk.JoinSeries(volumes, 0.0, time_step)


def _describe(image: "sitk.Image", description: str, suffix: str) -> None:
    format_ = SUFFIXES[suffix][0]
    # NIfTI keeps 79 characters of it in descrip; the others take any key.
    image.SetMetaData(DESCRIPTIONS[format_], description[:79] if format_ == "NIfTI" else description)


def _write(image: "sitk.Image", path: Path, suffix: str, least_bytes: int) -> None:
    from calid_core.io.itk import sitk

    writer = sitk.ImageFileWriter()
    writer.SetImageIO(SUFFIXES[suffix][1])
    writer.SetFileName(itk_name(path, OutputError))
    writer.SetUseCompression(False)
    try:
        writer.Execute(image)
    except RuntimeError as error:
        raise OutputError(f"cannot write {path.name}: {_free_space(path)}") from error
    written = sum(file.stat().st_size for file in path.parent.iterdir())
    if written < least_bytes:  # ITK does not notice a full disk
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _compress(source: Path, target: Path, cancel: CancelToken) -> None:
    with source.open("rb") as plain, gzip.open(target, "wb", compresslevel=COMPRESSION_LEVEL) as packed:
        while block := plain.read(1 << 20):
            cancel.raise_if_cancelled()
            packed.write(block)


def _free_space(path: Path) -> str:
    free = shutil.disk_usage(path.parent).free / 2**20
    return f"{free:.0f} MB are free on that disk; free some space or choose another place"

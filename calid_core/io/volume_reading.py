"""Intensities of NIfTI, NRRD and MetaImage files."""

import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.cine import CineStack, Source, View
from calid_core.errors import InputError
from calid_core.io.nifti import read_nifti
from calid_core.io.packed_data import read_packed
from calid_core.io.silence import native_output_silenced
from calid_core.io.summary import SeriesSummary
from calid_core.io.views import view_in_words
from calid_core.io.volume_files import read_files
from calid_core.io.volume_headers import VolumeHeader, check_has_data_file, open_reader, read_header, stem
from calid_core.io.volume_origins import ToldOrigins, volume_origins
from calid_core.real_values import STORED, RealScale


def summarise_volume(path: Path) -> SeriesSummary:
    """Summary of a volume file; it counts as short axis unless its name says otherwise.

    Raises
    ------
    InputError
        It cannot be read as a stack.
    """
    header = read_header(path)
    geometry, told = header.geometry, volume_origins(header)
    return SeriesSummary(
        key="",
        label=stem(path),
        format=header.format,
        view=view_in_words(stem(path)) or View.SHORT_AXIS,
        slices=geometry.slices,
        phases=len(header.phase_times),
        rows=geometry.shape[1],
        columns=geometry.shape[2],
        pitch=geometry.pitch if geometry.slices > 1 else None,
        thickness=None,
        in_plane=geometry.spacing[1:],
        dtype=header.dtype,
        phase_times=header.phase_times if told.phase_times is None else told.phase_times,
        known=geometry.known and told.placed,
        messages=(*header.messages, *told.messages),
        made=any(state.made for state in told.slice_states),
        content=header,
    )


def load_volume(summary: SeriesSummary, header: VolumeHeader) -> CineStack:
    """Cine of a volume file.

    Raises
    ------
    InputError
        The file is truncated or damaged.
    """
    intensity, messages = _intensity(header)
    told = volume_origins(header)
    source = Source(
        label=summary.label,
        format=header.format,
        steps=(*header.messages, *told.messages, *messages),
        rr_interval=told.rr_interval,
        real=_real(header, told),
    )
    return CineStack(
        intensity,
        replace(header.geometry, known=header.geometry.known and told.placed),
        header.phase_times if told.phase_times is None else told.phase_times,
        source,
        summary.view,
        slice_states=told.slice_states,
        whole_judged=told.whole_judged,
        files=tuple(file.absolute() for file in read_files(header.path)),
    )


def _real(header: VolumeHeader, told: ToldOrigins) -> RealScale:
    """Stored values as real ones, by the header; by the file beside it where that has more digits, or the format no place for it."""
    beside = told.real or STORED
    if header.format == "NIfTI":
        return beside if _in_float32(beside) == _in_float32(header.real) else header.real
    return header.real if header.real != STORED else beside


@np.errstate(over="ignore")
def _in_float32(real: RealScale) -> tuple[np.float32, np.float32]:
    return np.float32(real.slope), np.float32(real.intercept)


def _intensity(header: VolumeHeader) -> tuple[IntensityArray, list[str]]:
    """``(phases, slices, rows, columns)`` values; what is not finite becomes the smallest finite value."""
    name = header.path.name
    shape = (len(header.phase_times), *header.geometry.shape)
    if header.format == "NIfTI":
        values = read_nifti(header.path, header.dtype, math.prod(shape))
    else:
        values = _read_text_volume(header, math.prod(shape))
    values = values.reshape(shape)
    if values.dtype.kind != "f":
        return values, []
    finite = np.isfinite(values)
    count = int(values.size - np.count_nonzero(finite))
    if count == values.size:
        raise InputError(f"{name} has no finite intensity")
    if not count:
        return values, []
    values = np.where(finite, values, values[finite].min()).astype(values.dtype)
    return values, [f"{count} values that are not finite (NaN, infinite) replaced by the smallest intensity"]


def _read_text_volume(header: VolumeHeader, size: int) -> IntensityArray:
    """Values of an NRRD or MetaImage file, ``size`` of them, by phases."""
    from calid_core.io.itk import sitk

    with suppress(OSError):  # ITK cannot open it either
        packed = read_packed(header.path, header.format, header.dtype, size)
        if packed is not None:
            phases = len(header.phase_times)
            return packed.reshape(-1, phases).T if header.phases_first else packed
    try:
        with native_output_silenced():
            image = open_reader(header.path).Execute()
        values: IntensityArray = sitk.GetArrayFromImage(image)
    except RuntimeError as error:
        check_has_data_file(header.path)
        raise InputError(
            f"{header.path.name} is truncated or damaged: its intensities cannot be read; copy it again"
        ) from error
    return np.ascontiguousarray(np.moveaxis(values, -1, 0)) if header.phases_first else values

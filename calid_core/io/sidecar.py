"""The JSON file beside a reconstruction: what was acquired, what was made of it, and how."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import calid_core
from calid_core.geometry import Geometry
from calid_core.io.atomic import write_text
from calid_core.judgement import Judgement
from calid_core.provenance import SliceProvenance
from calid_core.reconstruction import Reconstruction

FORMAT = "calid-provenance"
FORMAT_VERSION = 1
INTERVAL_ENDING = "-interval"
"""What a file of half-widths is called after the name of its result; whole names may name a patient."""
NOTICE = "Research use only. Synthesised and interpolated slices are not for diagnosis."


def write_sidecar(
    path: Path,
    reconstruction: Reconstruction,
    judged: Mapping[int | None, Judgement] | None = None,
    *,
    interval: bool = False,
) -> None:
    """Write the provenance of a reconstruction; no identifying data, no file names.

    Parameters
    ----------
    path
        JSON file; an existing one is replaced, and survives if writing fails.
    judged
        What a reader said of an output slice (None: of the whole).
    interval
        Whether the half-widths of the interval lie beside the volume, too.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    values = provenance(reconstruction, interval=interval)
    for index, judgement in (judged or {}).items():
        (values if index is None else values["slices"][index])["review"] = judgement.written
    write_text(path, json.dumps(values, indent=2, allow_nan=False) + "\n")


def is_sidecar(path: Path) -> bool:
    """Whether a file is one that ``write_sidecar`` wrote."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(values, dict) and values.get("format") == FORMAT


def provenance(reconstruction: Reconstruction, *, interval: bool = False) -> dict[str, Any]:
    """Plain values for JSON. Lengths are mm, times ms, coordinates LPS; indices count from 0.

    ``interval`` tells whether the half-widths of the interval lie beside the volume.
    """
    geometry = reconstruction.geometry
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "notice": NOTICE,
        "program": {"name": "CaLID", "version": calid_core.__version__},
        "model_id": reconstruction.model_id or None,
        "settings": reconstruction.settings.to_dict(),
        "device": reconstruction.device,
        "seconds": round(reconstruction.seconds, 3),
        "warnings": list(reconstruction.warnings),
        "acquired_slices_unchanged": reconstruction.unchanged(),
        "input": _input(reconstruction),
        "output": {
            **_geometry(geometry),
            "phases": len(reconstruction.phase_times),
            "phase_times": [round(float(t), 3) for t in reconstruction.phase_times],
            "dtype": reconstruction.intensity.dtype.name,
        },
        "interval": INTERVAL_ENDING if interval else None,
        "slices": [_slice(i, geometry, p) for i, p in enumerate(reconstruction.provenance)],
    }


def _input(reconstruction: Reconstruction) -> dict[str, Any]:
    stack = reconstruction.acquired
    source = stack.source
    return {
        "format": source.format,
        "view": stack.view.value,
        **_geometry(stack.geometry),
        "slice_offsets": [round(float(o), 4) for o in stack.geometry.slice_offsets],
        "thickness": source.thickness,
        "phases": stack.phases,
        "rr_interval": source.rr_interval,
        "dtype": stack.intensity.dtype.name,
        "intensity_scale": {"slope": source.real.slope, "intercept": source.real.intercept},
        "frames_as_acquired": not (stack.resampled_slices or stack.moved_slices or stack.shifted_slices),
        "steps": list(source.steps),
    }


def _geometry(geometry: Geometry) -> dict[str, Any]:
    return {
        "shape": list(geometry.shape),
        "pitch": round(geometry.pitch, 5),
        "in_plane": [round(s, 5) for s in geometry.spacing[1:]],
        "affine": [[round(float(v), 6) for v in row] for row in geometry.affine],
        "orientation_known": geometry.known,
    }


def _slice(index: int, geometry: Geometry, slice_: SliceProvenance) -> dict[str, Any]:
    return {
        "index": index,
        "offset": round(float(geometry.slice_offsets[index]), 4),
        "position": [round(float(v), 4) for v in geometry.slice_position(index)],
        "origin": slice_.origin.word,
        "sources": [{"slice": s.index, "distance": round(s.distance, 4)} for s in slice_.sources],
        "phases_resampled_in_time": list(slice_.resampled_phases),
        "moved_in_plane": None if slice_.moved is None else [round(v, 4) for v in slice_.moved],
        "shifted_pixels": list(slice_.shifted),
        **(
            {"shifted_pixels_by_phase": list(map(list, slice_.shifts))} if len(set(slice_.shifts)) > 1 else {}
        ),
    }

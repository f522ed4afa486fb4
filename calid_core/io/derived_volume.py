"""A reconstruction as NIfTI, NRRD or MetaImage, with its provenance beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from calid_core.io.sidecar import write_sidecar
from calid_core.io.volume import notice, write_volume
from calid_core.io.volume_headers import stem
from calid_core.reconstruction import Reconstruction


def sidecar_of(volume: Path) -> Path:
    """The JSON file that lies beside a volume."""
    return volume.with_name(f"{stem(volume)}.json")


def write_reconstruction(
    path: Path, reconstruction: Reconstruction, judged: Mapping[int | None, str] | None = None
) -> None:
    """Write ``path``, by its suffix, and ``sidecar_of(path)`` with what was ``judged`` of it.

    Raises
    ------
    OutputError
        One of them cannot be written.
    """
    write_volume(
        path,
        reconstruction.intensity,
        reconstruction.geometry,
        reconstruction.phase_times,
        description=notice(reconstruction.settings.method),
        intensity_scale=reconstruction.acquired.source.intensity_scale,
    )
    write_sidecar(sidecar_of(path), reconstruction, judged)

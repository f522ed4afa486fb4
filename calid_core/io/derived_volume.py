"""A reconstruction as NIfTI, NRRD or MetaImage, with its provenance beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from calid_core.errors import OutputError
from calid_core.io.sidecar import is_sidecar, write_sidecar
from calid_core.io.volume import notice, write_volume
from calid_core.io.volume_headers import SUFFIXES, stem
from calid_core.progress import CancelToken
from calid_core.reconstruction import Reconstruction


def sidecar_of(volume: Path) -> Path:
    """The JSON file that lies beside a volume."""
    return volume.with_name(f"{stem(volume)}.json")


def volume_sharing_sidecar(path: Path) -> Path | None:
    """A volume beside ``path`` of the same name in another format, which the same JSON file belongs to."""
    others = [path.with_name(stem(path) + suffix) for suffix in SUFFIXES]
    return next((p for p in others if p.name.lower() != path.name.lower() and p.exists()), None)


def check_sidecar(path: Path) -> None:
    """Raise ``OutputError`` where the JSON file that is to be written beside the volume ``path`` belongs to something else."""
    sidecar = sidecar_of(path)
    if not sidecar.exists():
        return
    if not is_sidecar(sidecar):
        raise OutputError(f"{sidecar.name} is there and not of CaLID; choose another name")
    sharing = volume_sharing_sidecar(path)
    if sharing is not None:
        raise OutputError(
            f"{sidecar.name} tells where the slices of {sharing.name} come from; choose another name"
        )


def write_reconstruction(
    path: Path,
    reconstruction: Reconstruction,
    judged: Mapping[int | None, str] | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Write ``path``, by its suffix, and ``sidecar_of(path)`` with what was ``judged`` of it.

    Raises
    ------
    Cancelled
        ``cancel`` was set before the volume was complete; neither is written.
    OutputError
        One of them cannot be written, or the JSON file is another one's.
    """
    check_sidecar(path)
    write_volume(
        path,
        reconstruction.intensity,
        reconstruction.geometry,
        reconstruction.phase_times,
        description=notice(reconstruction.settings.method),
        intensity_scale=reconstruction.acquired.source.intensity_scale,
        cancel=cancel,
    )
    write_sidecar(sidecar_of(path), reconstruction, judged)

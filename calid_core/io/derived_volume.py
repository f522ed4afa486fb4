"""A reconstruction as NIfTI, NRRD or MetaImage, with its provenance beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from calid_core.io.interval import write_interval
from calid_core.io.sidecar import write_sidecar
from calid_core.io.volume import NOTICES, write_volume
from calid_core.io.volume_files import check_not_acquired, check_sidecar, sidecar_of
from calid_core.judgement import Judgement
from calid_core.progress import CancelToken
from calid_core.provenance import made_by
from calid_core.reconstruction import Reconstruction


def write_reconstruction(
    path: Path,
    reconstruction: Reconstruction,
    judged: Mapping[int | None, Judgement] | None = None,
    cancel: CancelToken | None = None,
    *,
    interval: bool = False,
) -> None:
    """Write ``path``, by its suffix, and ``sidecar_of(path)`` with what was ``judged`` of it; before them ``interval_of(path)`` where it is wanted.

    Raises
    ------
    Cancelled
        ``cancel`` was set before the volume was complete; neither it nor its JSON file is written.
    OutputError
        One of them cannot be written, is what the acquired slices were read from, or the JSON file or the interval is another one's.
    ValueError
        An ``interval`` is wanted of a method that gives none.
    """
    check_not_acquired(path, reconstruction.acquired)
    check_sidecar(path)
    if interval:
        write_interval(path, reconstruction, cancel)
    write_volume(
        path,
        reconstruction.intensity,
        reconstruction.geometry,
        reconstruction.phase_times,
        description=NOTICES[made_by(reconstruction.settings.method)],
        real=reconstruction.acquired.source.real,
        cancel=cancel,
    )
    write_sidecar(sidecar_of(path), reconstruction, judged, interval=interval)

"""The files that belong to a volume, and what may lie there when one is written."""

from pathlib import Path

from calid_core.cine import CineStack
from calid_core.errors import OutputError
from calid_core.io.sidecar import is_sidecar
from calid_core.io.volume_headers import SUFFIXES, stem
from calid_core.paths import is_same, is_there


def sidecar_of(volume: Path) -> Path:
    """The JSON file that lies beside a volume."""
    return volume.with_name(f"{stem(volume)}.json")


def written_files(volume: Path) -> tuple[Path, ...]:
    """Every file that a reconstruction is written to under the name of its ``volume``."""
    return volume, sidecar_of(volume)


def volume_sharing_sidecar(path: Path) -> Path | None:
    """A volume beside ``path`` of the same name in another format, which the same JSON file belongs to."""
    others = [path.with_name(stem(path) + suffix) for suffix in SUFFIXES]
    return next((p for p in others if p.name.lower() != path.name.lower() and is_there(p)), None)


def check_sidecar(path: Path) -> None:
    """Raise ``OutputError`` where the JSON file that is to be written beside the volume ``path`` belongs to something else."""
    sidecar = sidecar_of(path)
    if not is_there(sidecar):
        return
    if not is_sidecar(sidecar):
        raise OutputError(f"{sidecar.name} is there and not of CaLID; choose another name")
    sharing = volume_sharing_sidecar(path)
    if sharing is not None:
        raise OutputError(
            f"{sidecar.name} tells where the slices of {sharing.name} come from; choose another name"
        )


def check_acquired(volume: Path, acquired: CineStack) -> None:
    """Raise ``OutputError`` where what is made of ``acquired`` would replace a file that it was read from.

    DICOM files have no names that a volume is written to.
    """
    for file in written_files(volume):
        if any(is_same(file, source) for source in acquired.files):
            raise OutputError(f"{file.name} is the acquired file itself; choose another name or folder")

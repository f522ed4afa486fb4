"""The files that belong to a volume, and what may lie there when one is written."""

from pathlib import Path

from calid_core.cine import CineStack
from calid_core.errors import OutputError
from calid_core.io.sidecar import INTERVAL_ENDING, is_sidecar
from calid_core.io.volume_headers import SEPARATE_DATA, SUFFIXES, stated_data_file, stem, volume_suffix
from calid_core.paths import is_same, is_there


def sidecar_of(volume: Path) -> Path:
    """The JSON file that lies beside a volume."""
    return volume.with_name(f"{stem(volume)}.json")


def data_file_of(volume: Path) -> Path | None:
    """The file of intensities that is written beside a header; None where the format has all in one file."""
    return volume.with_name(f"{stem(volume)}.raw") if volume_suffix(volume) in SEPARATE_DATA else None


def interval_of(volume: Path) -> Path:
    """The file of half-widths that may lie beside a result, of the same format."""
    name = stem(volume)
    return volume.with_name(f"{name}{INTERVAL_ENDING}{volume.name[len(name) :]}")


def written_files(volume: Path) -> tuple[Path, ...]:
    """Every file that a reconstruction is written to under the name of its ``volume``."""
    data = data_file_of(volume)
    return (volume, sidecar_of(volume)) if data is None else (volume, data, sidecar_of(volume))


def read_files(volume: Path) -> tuple[Path, ...]:
    """The files that a volume is read from: its own, and one of intensities where its header names it."""
    data = stated_data_file(volume)
    return (volume,) if data is None else (volume, data)


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
        raise OutputError(f"{sidecar.name} is there and is not the JSON of a result; choose another name")
    sharing = volume_sharing_sidecar(path)
    if sharing is not None:
        raise OutputError(
            f"{sidecar.name} tells where the slices of {sharing.name} come from; choose another name"
        )


def check_data_file(path: Path) -> None:
    """Raise ``OutputError`` where the file of intensities that is to be written beside the header ``path`` is not that header's alone."""
    data = data_file_of(path)
    if data is None or not is_there(data):
        return
    if not _has_data_file(path, data):
        raise OutputError(f"{data.name} is there and not of {path.name}; choose another name")
    for suffix in SEPARATE_DATA:
        other = path.with_name(stem(path) + suffix)
        if not is_same(other, path) and _has_data_file(other, data):
            raise OutputError(f"{data.name} belongs to {other.name}, too; choose another name")


def _has_data_file(header: Path, data: Path) -> bool:
    stated = stated_data_file(header)
    return stated is not None and is_same(stated, data)


def check_not_acquired(volume: Path, acquired: CineStack) -> None:
    """Raise ``OutputError`` where what is made of ``acquired`` would replace a file that it was read from.

    DICOM files have no names that a volume is written to.
    """
    for file in written_files(volume):
        if any(is_same(file, source) for source in acquired.files):
            raise OutputError(f"{file.name} is the acquired file itself; choose another name or folder")

"""Where the results of several inputs go, decided and checked before anything is computed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from calid_core.errors import CalidError, OutputError, SettingsError
from calid_core.io.atomic import check_file, check_folder
from calid_core.io.interval import check_interval
from calid_core.io.itk_names import itk_name
from calid_core.io.volume_files import (
    check_data_file,
    check_sidecar,
    data_file_of,
    interval_of,
    sidecar_of,
    written_files,
)
from calid_core.io.volume_headers import SUFFIXES, stem, volume_suffix
from calid_core.io.volume_reading import summarise_volume
from calid_core.paths import is_file, is_folder, is_same

DEFAULT_SUFFIX = ".nii.gz"


@dataclass(frozen=True)
class Destination:
    """An input and the files that are made from it: a volume, with half-widths beside it where an ``interval`` is wanted; ``dicom`` is a folder or None."""

    source: Path
    volume: Path
    dicom: Path | None = None
    interval: bool = False

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that is written, apart from DICOM."""
        files = written_files(self.volume)
        if not self.interval:
            return files
        half_widths = interval_of(self.volume)
        return (*files, *filter(None, (half_widths, data_file_of(half_widths))))

    @property
    def sidecar(self) -> Path:
        """JSON file with the provenance, beside the volume."""
        return sidecar_of(self.volume)


def destinations(
    inputs: Sequence[Path],
    output: Path | None,
    output_directory: Path | None,
    dicom: Path | None = None,
    *,
    interval: bool = False,
) -> tuple[Destination, ...]:
    """Destination of every input.

    Parameters
    ----------
    inputs
        Files and folders.
    output
        The file for a single input.
    output_directory
        Folder in which files keep their name and folders become ``name.nii.gz``.
    dicom
        Folder for derived DICOM; with several inputs each gets a folder of its own in it.
    interval
        Whether the half-widths of the interval are written beside each result.

    Raises
    ------
    SettingsError
        No format goes with the file name, several inputs for one file, two results of one name, or a result or a file beside it
        that would overwrite an input or what is something else's.
    OutputError
        A folder takes no files.
    """
    if output is not None:
        if len(inputs) > 1:
            raise SettingsError(f"--output takes one input, got {len(inputs)}; use --output-dir")
        if not volume_suffix(output):
            raise SettingsError(f"--output {output.name} names no format; use one of {', '.join(SUFFIXES)}")
        chosen = [Destination(inputs[0], output, dicom, interval)]
    elif output_directory is not None:
        volumes = [output_directory / _result_name(path) for path in inputs]
        folders = [dicom / stem(volume) if dicom and len(inputs) > 1 else dicom for volume in volumes]
        chosen = [Destination(*files, interval) for files in zip(inputs, volumes, folders, strict=True)]
    else:
        raise SettingsError("give --output FILE or --output-dir DIR")
    _check_distinct(chosen)
    for destination in chosen:
        itk_name(destination.volume, OutputError)
        _check_beside(destination)
        if is_folder(destination.volume):
            raise OutputError(f"{destination.volume} is a folder; choose another name")
        for file in destination.files:
            check_file(file, "--output" if output else "--output-dir")
        if destination.dicom is not None:
            check_folder(destination.dicom, "--dicom")
    return tuple(chosen)


def _result_name(path: Path) -> str:
    name = path.resolve().name
    if is_folder(path):
        return name + DEFAULT_SUFFIX
    return name if volume_suffix(path) else name.removesuffix(path.suffix) + DEFAULT_SUFFIX


def _check_distinct(chosen: Sequence[Destination]) -> None:
    files = [(file, d.source) for d in chosen for file in d.files]
    written: defaultdict[str, list[tuple[Path, Path]]] = defaultdict(list)
    for file, source in files:
        # Many disks keep the case of a name and do not tell names apart by it.
        written[str(file.resolve()).casefold()].append((file, source))
    for same in written.values():
        if len(same) > 1:
            names = " and ".join(str(source) for _, source in same)
            raise SettingsError(
                f"{names} would both be written to {same[0][0].name}; give them separate --output-dir"
            )
    for file, own in files:
        if any(_is_input(file, d.source, whole_folder=d.source != own) for d in chosen):
            raise SettingsError(
                f"{file.name} would overwrite an input; choose another --output or --output-dir"
            )


def _check_beside(destination: Destination) -> None:
    """Raise ``SettingsError`` where a file that is written beside a result is there and something else's."""
    try:
        check_sidecar(destination.volume)
        check_data_file(destination.volume)
        if destination.interval:
            check_interval(destination.volume)
    except OutputError as error:
        raise SettingsError(str(error)) from error


def _is_input(file: Path, source: Path, *, whole_folder: bool) -> bool:
    """Whether a file that is to be written is an input, or, in a ``whole_folder``, may be read for one: CaLID did not make it.

    What is read of a folder of one's own is known when it was read: ``check_not_acquired``.
    """
    if file.resolve() == source.resolve() or is_same(file, source):
        return True
    inside = whole_folder and is_file(file) and source.resolve() in file.resolve().parents
    return inside and bool(volume_suffix(file)) and not _is_made(file)


def _is_made(volume: Path) -> bool:
    try:
        return summarise_volume(volume).made
    except CalidError:
        return False

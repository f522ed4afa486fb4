"""Where the results of several inputs go, decided and checked before anything is computed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from calid_core.errors import OutputError, SettingsError
from calid_core.io.atomic import check_folder
from calid_core.io.derived_volume import check_sidecar, sidecar_of
from calid_core.io.volume_headers import SUFFIXES, stem, volume_suffix

DEFAULT_SUFFIX = ".nii.gz"


@dataclass(frozen=True)
class Destination:
    """An input and the files that are made from it; ``dicom`` is a folder or None."""

    source: Path
    volume: Path
    dicom: Path | None = None

    @property
    def sidecar(self) -> Path:
        """JSON file with the provenance, beside the volume."""
        return sidecar_of(self.volume)


def destinations(
    inputs: Sequence[Path],
    output: Path | None,
    output_directory: Path | None,
    dicom: Path | None = None,
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

    Raises
    ------
    SettingsError
        No format goes with the file name, several inputs for one file, two results of one name, or a result that would
        overwrite an input.
    OutputError
        The JSON file beside a result would overwrite another one's, or a folder takes no files.
    """
    if output is not None:
        if len(inputs) > 1:
            raise SettingsError(f"--output takes one input, got {len(inputs)}; use --output-dir")
        if not volume_suffix(output):
            raise SettingsError(f"--output {output.name} names no format; use one of {', '.join(SUFFIXES)}")
        chosen = [Destination(inputs[0], output, dicom)]
    elif output_directory is not None:
        volumes = [output_directory / _result_name(path) for path in inputs]
        folders = [dicom / stem(volume) if dicom and len(inputs) > 1 else dicom for volume in volumes]
        chosen = [Destination(*files) for files in zip(inputs, volumes, folders, strict=True)]
    else:
        raise SettingsError("give --output FILE or --output-dir DIR")
    _check_distinct(chosen)
    for destination in chosen:
        check_sidecar(destination.volume)
        if destination.volume.is_dir():
            raise OutputError(f"{destination.volume} is a folder; choose another name")
        check_folder(destination.volume.parent, "--output" if output else "--output-dir")
        if destination.dicom is not None:
            check_folder(destination.dicom, "--dicom")
    return tuple(chosen)


def _result_name(path: Path) -> str:
    name = path.resolve().name
    if path.is_dir():
        return name + DEFAULT_SUFFIX
    return name if volume_suffix(path) else name.removesuffix(path.suffix) + DEFAULT_SUFFIX


def _check_distinct(chosen: Sequence[Destination]) -> None:
    written: defaultdict[Path, list[Path]] = defaultdict(list)
    for destination in chosen:
        for file in (destination.volume, destination.sidecar):
            written[file.resolve()].append(destination.source)
    for file, sources in written.items():
        if len(sources) > 1:
            names = " and ".join(str(source) for source in sources)
            raise SettingsError(
                f"{names} would both be written to {file.name}; give them separate --output-dir"
            )
    originals = {destination.source.resolve() for destination in chosen}
    for file in originals & set(written):
        raise SettingsError(f"{file.name} would overwrite an input; choose another --output or --output-dir")

"""Where the results of several inputs go, decided and checked before anything is computed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from calid_core.errors import SettingsError

WRITABLE = (".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd")
"""File suffixes that name a format we write."""
DEFAULT_SUFFIX = ".nii.gz"


@dataclass(frozen=True)
class Destination:
    """An input and the files that are made from it."""

    source: Path
    volume: Path

    @property
    def sidecar(self) -> Path:
        """JSON file with the provenance, beside the volume."""
        return self.volume.with_name(stem(self.volume) + ".json")


def stem(path: Path) -> str:
    """File name without its format suffix (``.nii.gz`` is one)."""
    suffix = writable_suffix(path)
    return path.name[: -len(suffix)] if suffix else path.stem


def writable_suffix(path: Path) -> str:
    """Format suffix of a file name; empty if it names no format we write."""
    return next((suffix for suffix in WRITABLE if path.name.lower().endswith(suffix)), "")


def destinations(
    inputs: Sequence[Path], output: Path | None, output_directory: Path | None
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

    Raises
    ------
    SettingsError
        No format goes with the file name, several inputs for one file, two results of one name, or a result that would
        overwrite an input.
    """
    if output is not None:
        if len(inputs) > 1:
            raise SettingsError(f"--output takes one input, got {len(inputs)}; use --output-dir")
        if not writable_suffix(output):
            raise SettingsError(f"--output {output.name} names no format; use one of {', '.join(WRITABLE)}")
        chosen = [Destination(inputs[0], output)]
    elif output_directory is not None:
        chosen = [Destination(path, output_directory / _result_name(path)) for path in inputs]
    else:
        raise SettingsError("give --output FILE or --output-dir DIR")
    _check_distinct(chosen)
    return tuple(chosen)


def _result_name(path: Path) -> str:
    name = path.resolve().name
    return name if writable_suffix(path) and not path.is_dir() else _plain_stem(path, name) + DEFAULT_SUFFIX


def _plain_stem(path: Path, name: str) -> str:
    return name if path.is_dir() else name.removesuffix(path.suffix)


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

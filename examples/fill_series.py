"""Fill a sparse cine and write it: python examples/fill_series.py INPUT OUTPUT.nii.gz [METHOD]."""

import sys
from pathlib import Path

from calid_core.io import read_stack
from calid_core.io.sidecar import write_sidecar
from calid_core.io.volume import notice, write_volume
from calid_core.pipeline import reconstruct
from calid_core.progress import Progress
from calid_core.settings import Method, ReconstructionSettings


def show(progress: Progress) -> None:
    """Print one line per event; there are at most 20 per second."""
    phase = f", phase {progress.phase} of {progress.phases}" if progress.phases else ""
    print(f"{progress.stage.value} {progress.fraction:.0%}{phase}")


def main() -> None:
    """Read, reconstruct at 2 mm, write the cine and its provenance."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    method = Method(sys.argv[3]) if len(sys.argv) > 3 else Method.CALID

    stack = read_stack(source)
    result = reconstruct(stack, ReconstructionSettings(method=method, slice_spacing=2.0), show)
    print(f"acquired slices unchanged: {result.passes_through()}; device: {result.device}")
    for warning in result.warnings:
        print(f"note: {warning}")

    text = notice(result.settings.method)
    write_volume(target, result.intensity, result.geometry, result.phase_times, description=text)
    write_sidecar(target.with_name(target.name.split(".")[0] + ".json"), result)


if __name__ == "__main__":
    main()

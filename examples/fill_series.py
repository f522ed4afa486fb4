"""Fill a sparse cine and write it: python examples/fill_series.py INPUT OUTPUT.nii.gz [METHOD]."""

import sys
from pathlib import Path

from calid_core.io import read_stack
from calid_core.io.derived_volume import write_reconstruction
from calid_core.pipeline import reconstruct
from calid_core.progress import Progress
from calid_core.settings import Method, ReconstructionSettings


def show(progress: Progress) -> None:
    """Print one line per event; there are at most 20 per second."""
    phase = f", phase {progress.phase} of {progress.phases}" if progress.phases else ""
    print(f"{progress.stage.value} {progress.fraction:.0%}{phase}")


def main() -> None:
    """Read, reconstruct at 2 mm, write the cine and, beside it, where every slice comes from."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    method = Method(sys.argv[3]) if len(sys.argv) > 3 else Method.CALID

    stack = read_stack(source)
    result = reconstruct(stack, ReconstructionSettings(method=method, slice_spacing=2.0), show)
    print(f"acquired slices unchanged: {result.passes_through()}; device: {result.device}")
    for warning in result.warnings:
        print(f"note: {warning}")

    write_reconstruction(target, result)


if __name__ == "__main__":
    main()

"""Speed of reading a DICOM folder and of writing a result: ``python benchmarks/io.py [FOLDER]``.

Without a folder, 240 files of 256 × 256 (12 slices × 20 phases) are made. Each reading runs in a fresh process, so the
imports of pydicom count; the page cache is warm. Targets: first image within 1 s, all slices and phases within 3 s.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry
from calid_core.io.derived_dicom import write_dicom
from calid_core.io.volume import write_volume
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, ReconstructionSettings

RUNS = 3
READ = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from calid_core.io import load, scan
found = scan([Path(sys.argv[1])])
scanned, first = time.perf_counter(), []
stack = load(found.series[0], on_frame=lambda *_: first or first.append(time.perf_counter()))
end = time.perf_counter()
print(found.files, *(round(t - start, 3) for t in (scanned, first[0], end)))
"""


def main() -> None:
    """Print one line per measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        stack = _stack()
        folder = arguments.folder or place / "dicom"
        if arguments.folder is None:
            write_dicom(_as_reconstruction(stack), folder)
        for run in range(RUNS):
            line = subprocess.run(
                [sys.executable, "-c", READ, str(folder)], check=True, capture_output=True, text=True
            ).stdout
            files, scanned, first, whole = line.split()
            print(
                f"read {files} files, run {run + 1}: headers {scanned} s, first image {first} s, all {whole} s"
            )
        for suffix in (".nii.gz", ".nrrd", ".mha"):
            start = time.perf_counter()
            path = place / f"out{suffix}"
            write_volume(path, stack.intensity, stack.geometry, stack.phase_times)
            size = path.stat().st_size / 2**20
            print(f"write {suffix}: {time.perf_counter() - start:.2f} s, {size:.0f} MB")


def _stack() -> CineStack:
    """12 slices × 20 phases of smooth shapes with noise, on a typical short-axis plane."""
    generator = np.random.default_rng(0)
    row, column = np.mgrid[-1:1:256j, -1:1:256j]
    radii = 0.35 + 0.1 * np.cos(np.linspace(0, 2 * np.pi, 20, endpoint=False))
    discs = np.array([400 * (np.hypot(row, column) < radius) for radius in radii])
    intensity = discs[:, None] + generator.normal(100, 10, (20, 12, 256, 256))
    axes = np.array([[0.48, 0.36, 0.8], [-0.6, 0.8, 0.0], [-0.64, -0.48, 0.6]])
    affine = np.eye(4)
    affine[:3, :3] = axes * np.array([10.0, 1.4, 1.4])
    geometry = Geometry(affine, (12, 256, 256))
    return CineStack(intensity.astype(np.int16), geometry, np.arange(20) * 40.0, Source("sample", "phantom"))


def _as_reconstruction(stack: CineStack) -> Reconstruction:
    acquired = tuple(
        SliceProvenance(SliceOrigin.ACQUIRED, (SourceSlice(i, 0.0),)) for i in range(stack.slices)
    )
    settings = ReconstructionSettings(method=Method.LINEAR)
    return Reconstruction(stack.intensity, stack.geometry, stack.phase_times, acquired, settings, stack)


if __name__ == "__main__":
    main()

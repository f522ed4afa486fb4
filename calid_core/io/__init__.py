"""Reading cines from DICOM, NIfTI, NRRD and MetaImage; writing volumes, provenance and derived DICOM."""

from calid_core.io.discovery import load, only_short_axis, read_stack, scan
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.io.summary import Problem, Scan, SeriesSummary

__all__ = [
    "PhaseMatching",
    "Problem",
    "Scan",
    "SeriesSummary",
    "load",
    "only_short_axis",
    "read_stack",
    "scan",
]

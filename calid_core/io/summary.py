"""What a scan of files and folders found, before any intensity is read."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calid_core.arrays import FloatArray
from calid_core.cine import View
from calid_core.io.phase_resampling import PhaseMatching

if TYPE_CHECKING:
    from calid_core.io.dicom.grouping import FrameStack
    from calid_core.io.volume_headers import VolumeHeader


@dataclass(frozen=True)
class Problem:
    """Files that were not used, or that need a second look.

    Parameters
    ----------
    message
        What was found and what was done about it, for people; no paths, no identifying data.
    count
        Number of files concerned.
    """

    message: str
    count: int = 1


@dataclass(frozen=True, eq=False)
class SeriesSummary:
    """One stack that can be loaded.

    Parameters
    ----------
    key
        Unique within its scan; its number there.
    label
        Series description or file name without folders.
    format
        ``DICOM``, ``NIfTI``, ``NRRD`` or ``MetaImage``.
    view
        Short axis, long axis or other.
    slices, phases, rows, columns
        Size.
    pitch
        Centre-to-centre distance in mm from the slice positions (the most frequent one where it varies); None for
        a single slice.
    thickness
        Slab thickness in mm as stated; None where it is not stated.
    in_plane
        ``(row, column)`` spacing in mm.
    dtype
        Name of the stored data type.
    phase_times
        ``(phases,)`` ms.
    rr_interval
        Heart cycle in ms; None where unknown.
    transfer_syntax
        How DICOM pixels are stored; empty for other formats.
    study
        Number of the study within its scan, from 1.
    frame_of_reference
        Number of the frame of reference within its scan, from 1: series with the same number share patient
        coordinates. 0 where unknown.
    place
        Digest of the study and of the frame of reference: equal, over all scans, for series that share patient
        coordinates. Empty where unknown.
    regular
        Whether the slices are evenly spaced.
    known
        Whether position and orientation are true.
    messages
        Everything that was decided while sorting, in order.
    made
        Whether slices of it were made of others.
    matching
        How slices imaged at different moments are brought to common phases when the series is loaded.
    """

    key: str
    label: str
    format: str
    view: View
    slices: int
    phases: int
    rows: int
    columns: int
    pitch: float | None
    thickness: float | None
    in_plane: tuple[float, float]
    dtype: str
    phase_times: FloatArray
    rr_interval: float | None = None
    transfer_syntax: str = ""
    study: int = 1
    frame_of_reference: int = 0
    place: str = ""
    regular: bool = True
    known: bool = True
    messages: tuple[str, ...] = ()
    made: bool = False
    matching: PhaseMatching = PhaseMatching.RR_FRACTION
    content: "FrameStack | VolumeHeader" = field(repr=False, kw_only=True)

    @property
    def gap(self) -> float | None:
        """Pitch minus thickness in mm; negative where slabs overlap, None where either is unknown."""
        if self.pitch is None or self.thickness is None:
            return None
        return self.pitch - self.thickness

    @property
    def identity(self) -> str:
        """Patient and date of the study, for the reader's eyes alone: never logged or written. Empty where unknown."""
        first = getattr(self.content, "first", None)
        return first.identity if first is not None else ""

    @property
    def size(self) -> str:
        """Slices × phases at their pitch, in words."""
        pitch = f" at {self.pitch:.1f} mm" if self.pitch else ""
        return f"{self.slices} × {self.phases}{pitch}"

    def is_long_axis_of(self, stack: "SeriesSummary") -> bool:
        """Whether this is a long-axis view in the patient coordinates of ``stack``."""
        return self.view is View.LONG_AXIS and self.place != "" and self.place == stack.place


@dataclass(frozen=True)
class Scan:
    """Everything that was found.

    Parameters
    ----------
    series
        Short-axis stacks first, then long-axis views, then the rest.
    problems
        Files that were ignored or could not be read.
    files
        Number of files looked at.
    """

    series: tuple[SeriesSummary, ...]
    problems: tuple[Problem, ...] = ()
    files: int = 0

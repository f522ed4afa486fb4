"""A series in the list on the left: what is known of it before and after it is read. A value, replaced, never changed; no Qt."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack

if TYPE_CHECKING:
    from calid_core.io import SeriesSummary


@dataclass(frozen=True, eq=False)
class OpenSeries:
    """One series in the list on the left.

    Parameters
    ----------
    id
        Unique in this session.
    label
        Short name for people.
    group
        What it was opened with: series of one folder share it. Shown as a heading, never logged.
    summary
        Headers as scanned, of the source where the stack was made from another; None for the bundled sample.
    stack
        The data; None until loaded.
    window
        Window centre and width that suit its heart; None where nobody looked for it.
    landmarks
        Phases of end diastole (the first) and end systole (estimated).
    heart
        ``(3,)``, LPS mm of the middle of the left ventricle on the middle slice; until it is found of the middle of what beats; None where
        nothing moves or nobody looked for it.
    preview
        ``(rows, columns)``, first frame read, for the thumbnail and the first picture; None until there is one.
    loading
        Whether it is being read now.
    error
        Why it could not be read; empty otherwise.
    paths
        Files and folders it was opened from; empty for the bundled sample. Never logged.
    sample
        Whether it is the bundled sample, as it was computed.
    """

    id: int
    label: str
    group: str = ""
    summary: "SeriesSummary | None" = None
    stack: CineStack | None = None
    window: tuple[float, float] | None = None
    landmarks: tuple[int, int] = (0, 0)
    heart: FloatArray | None = None
    preview: IntensityArray | None = None
    loading: bool = False
    error: str = ""
    paths: tuple[Path, ...] = field(default=(), repr=False)
    sample: bool = False

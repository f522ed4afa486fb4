"""Series of parallel slices, and the piles that they are merged to."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.cine import View
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.meaning import meaning
from calid_core.io.dicom.places import SAME_POSITION
from calid_core.io.dicom.sequences import SequenceRange, sequence_range
from calid_core.io.views import view_in_words
from calid_core.provenance import SliceOrigin


@dataclass(eq=False)
class Series:
    """Slices that are merged or kept apart as a whole: one series at one orientation.

    Parameters
    ----------
    frames
        In any order.
    normal
        ``(3,)`` of the orientation, LPS.
    """

    frames: list[FrameHeader]
    normal: FloatArray
    offsets: FloatArray = field(init=False)
    members: list[list[FrameHeader]] = field(init=False)
    sequence: SequenceRange = field(init=False)

    def __post_init__(self) -> None:
        places: dict[tuple[float, float, float], list[FrameHeader]] = defaultdict(list)
        for frame in self.frames:
            places[frame.position].append(frame)
        groups = sorted(places.items(), key=lambda item: float(np.dot(item[0], self.normal)))
        self.members = []
        offsets: list[float] = []
        for position, frames in groups:
            offset = float(np.dot(position, self.normal))
            if offsets and offset - offsets[-1] <= SAME_POSITION:
                self.members[-1].extend(frames)
            else:
                self.members.append(list(frames))
                offsets.append(offset)
        self.offsets = np.array(offsets)
        self.sequence = sequence_range([[frame.sequence for frame in frames] for frames in self.members])

    @property
    def cine(self) -> bool:
        """Whether any of its slices has several frames."""
        return max(len(frames) for frames in self.members) > 1

    @property
    def stacked(self) -> bool:
        """Whether its slices make a stack of their own."""
        return len(self.offsets) >= 3

    @property
    def thickness(self) -> float:
        """mm; 0 where not stated."""
        return self.frames[0].thickness or 0.0

    @property
    def made(self) -> bool:
        """Whether any of it was made of other images: a derived series, with its copies of acquired slices."""
        return any(frame.origin is not SliceOrigin.ACQUIRED for frame in self.frames)

    @cached_property
    def view(self) -> View | None:
        """What its name says that it shows; None where it says none."""
        return view_in_words(self.frames[0].description)

    @cached_property
    def kind(self) -> tuple[object, ...]:
        """What must be equal in series that are joined; each one that CaLID wrote is a stack of its own."""
        first = self.frames[0]
        return self.cine, self.made, first.series_uid if first.own else ""

    def is_like(self, other: "Series") -> bool:
        """Whether series are of one kind and their names tell the same view; one that tells none goes with short-axis names only."""
        views = {self.view, other.view}
        return self.kind == other.kind and (len(views) == 1 or views == {None, View.SHORT_AXIS})

    @property
    def meaning(self) -> frozenset[str]:
        """What its name says that it shows; empty for a plain cine."""
        return meaning(self.frames[0].description)

    @property
    def moment(self) -> tuple[float, ...]:
        """What orders series in time."""
        first = self.frames[0]
        return first.series_number, first.acquisition_time or 0.0, first.acquisition_number or 0.0


@dataclass(frozen=True, eq=False)
class Slice:
    """One slice of a series."""

    offset: float
    frames: list[FrameHeader]
    series: Series


@dataclass(eq=False)
class Pile:
    """Slices of one stack, in the order of the series they come from."""

    slices: list[Slice]
    notes: list[str] = field(default_factory=list)

    @property
    def offsets(self) -> FloatArray:
        """``(slices,)`` mm along the normal."""
        return np.array([s.offset for s in self.slices])

    @property
    def series(self) -> list[Series]:
        """Every series that it has slices of."""
        return list(dict.fromkeys(s.series for s in self.slices))

    def near(self, offset: float, limit: float) -> Slice | None:
        """The slice nearest to a position, mm, if it is closer than ``limit``."""
        nearest = min(self.slices, key=lambda s: abs(s.offset - offset))
        return nearest if abs(nearest.offset - offset) < limit else None

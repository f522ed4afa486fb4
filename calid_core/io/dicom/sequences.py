"""Pulse sequences, as far as they tell series apart that lie side by side: tagging, mapping and flow among cines.

Repetition time is not compared: some scanners state that of a whole segment, which follows the heart rate.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from calid_core.io.dicom import values

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SEQUENCE_TAGS = {
    "scanning_sequence": 0x00180020,
    "sequence_name": 0x00180024,
    "echo_time": 0x00180081,
    "inversion_time": 0x00180082,
    "flip_angle": 0x00181314,
    "pulse_sequence_name": 0x00189005,
}
SAME_ECHO_TIME = 1.25
"""Largest ratio of echo times of one sequence; asymmetric echoes follow the field of view."""
SAME_FLIP_ANGLE = 2.0
"""Largest ratio of flip angles of one sequence; limits of heating lower them from slice to slice."""


@dataclass(frozen=True, slots=True)
class PulseSequence:
    """How a frame was acquired.

    Parameters
    ----------
    echo_time, inversion_time
        ms; None where not stated, or 0.
    flip_angle
        Degrees; None likewise.
    name
        Of the sequence, without the number of segments and of echoes; empty where not stated.
    scanning
        Values of ScanningSequence, sorted, without RM (research mode).
    """

    echo_time: float | None = None
    inversion_time: float | None = None
    flip_angle: float | None = None
    name: str = ""
    scanning: tuple[str, ...] = ()


def pulse_sequence(dataset: "Dataset") -> PulseSequence:
    """Sequence of a flat data set."""
    echo_time, inversion_time, flip_angle = (
        values.number(dataset, SEQUENCE_TAGS[name]) or None
        for name in ("echo_time", "inversion_time", "flip_angle")
    )
    name, enhanced_name = (
        values.text(dataset, SEQUENCE_TAGS[tag]).lstrip("*").lower()
        for tag in ("sequence_name", "pulse_sequence_name")
    )
    return PulseSequence(
        echo_time=echo_time,
        inversion_time=inversion_time,
        flip_angle=flip_angle,
        name=re.sub(r"\d+(?=_|$)", "", name or enhanced_name).rstrip("_"),
        scanning=tuple(sorted({*values.texts(dataset, SEQUENCE_TAGS["scanning_sequence"])} - {"RM"})),
    )


class Inversion(Enum):
    """Whether frames were inverted, by what is said of them."""

    NONE = "no inversion"
    SINGLE = "inversion"
    SEVERAL = "several inversion times"
    """Of one slice."""


@dataclass(frozen=True)
class SequenceRange:
    """The sequences of the frames of a series, which may have several echoes or inversion times.

    Parameters
    ----------
    echo_times, flip_angles
        Lowest and highest; None where not stated.
    inversion
        Of all frames.
    names, scanning
        All that are stated.
    """

    echo_times: tuple[float, float] | None
    flip_angles: tuple[float, float] | None
    inversion: Inversion
    names: frozenset[str]
    scanning: frozenset[tuple[str, ...]]

    def difference(self, other: "SequenceRange") -> str:
        """In what another sequence differs from this one, such as ``echo time 3.9 instead of 1.5 ms``; empty where in nothing."""
        if not _alike(self.echo_times, other.echo_times, SAME_ECHO_TIME):
            return f"echo time {_told(other.echo_times)} instead of {_told(self.echo_times)} ms"
        if not _alike(self.flip_angles, other.flip_angles, SAME_FLIP_ANGLE):
            return f"flip angle {_told(other.flip_angles)} instead of {_told(self.flip_angles)}°"
        return self.difference_of_kind(other)

    def difference_of_kind(self, other: "SequenceRange") -> str:
        """The same for what has no degrees, such as ``GR/IR instead of GR``."""
        if self.inversion is not other.inversion:
            return f"{other.inversion.value} instead of {self.inversion.value}"
        if self.names and other.names and self.names != other.names:
            return f"{'/'.join(sorted(other.names))} instead of {'/'.join(sorted(self.names))}"
        if self.scanning and other.scanning and self.scanning != other.scanning:
            return f"{_kinds(other)} instead of {_kinds(self)}"
        return ""


def sequence_range(slices: Collection[Sequence[PulseSequence]]) -> SequenceRange:
    """Range of the sequences of the frames of each slice."""
    every = [sequence for frames in slices for sequence in frames]
    inversions = [{s.inversion_time for s in frames} for frames in slices]
    inverted = any(times - {None} for times in inversions)
    several = any(len(times) > 1 for times in inversions)
    return SequenceRange(
        echo_times=_range(s.echo_time for s in every),
        flip_angles=_range(s.flip_angle for s in every),
        inversion=Inversion.SEVERAL if several else Inversion.SINGLE if inverted else Inversion.NONE,
        names=frozenset(s.name for s in every if s.name),
        scanning=frozenset(s.scanning for s in every if s.scanning),
    )


def _range(stated: Iterable[float | None]) -> tuple[float, float] | None:
    known = [value for value in stated if value is not None and value > 0]
    return (min(known), max(known)) if known else None


def _alike(one: tuple[float, float] | None, other: tuple[float, float] | None, ratio: float) -> bool:
    if one is None or other is None:
        return True
    return all(max(pair) <= ratio * min(pair) for pair in zip(one, other, strict=True))


def _told(limits: tuple[float, float] | None) -> str:
    if limits is None:
        return ""
    return " to ".join(f"{value:.3g}" for value in dict.fromkeys(limits))


def _kinds(sequence: SequenceRange) -> str:
    return " or ".join(sorted("/".join(values) for values in sequence.scanning))

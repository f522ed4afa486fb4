"""Sorting DICOM frames into stacks of parallel slices by where they lie, not by file order or series alone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.io.dicom_headers import FrameHeader
from calid_core.io.views import view_in_words
from calid_core.provenance import SliceOrigin
from calid_core.words import count_of

SAME_ORIENTATION = 0.01
"""Largest difference of direction cosines within one stack."""
SAME_SPACING = 0.001
"""Pixel spacings closer than this are the same, mm: files differ in how many digits they give."""
SAME_POSITION = 0.2
"""Slice positions closer than this are the same, mm."""
REPEAT_SHARE = 0.45
"""Slices of different series closer than this share of their thickness repeat each other."""
GRID_SHARE = 0.1
"""Largest deviation from a common grid of two series that are merged, as a share of the pitch."""
OTHER_COMPONENTS = {"PHASE": "phase", "REAL": "real", "IMAGINARY": "imaginary"}
"""Values of ComplexImageComponent that are no magnitude for sure (PS3.3 C.8.13.3.1.1); some velocity maps call themselves one."""
PHASE_VALUES = {"P", "PHASE", "PHASE MAP", "VELOCITY", "VELOCITY MAP"}
"""Values 3 of ImageType and FrameType of phase images."""


@dataclass(frozen=True, eq=False)
class FrameStack:
    """Frames that form one stack, slice by slice.

    Parameters
    ----------
    slices
        Frames of each slice, ordered along the normal.
    normal
        ``(3,)`` cross product of the row and column directions, LPS.
    offsets
        ``(slices,)`` positions projected on the normal, mm.
    messages
        What was decided.
    """

    slices: tuple[tuple[FrameHeader, ...], ...]
    normal: FloatArray
    offsets: FloatArray
    messages: tuple[str, ...] = ()

    @property
    def first(self) -> FrameHeader:
        """Any frame, for what all of them share."""
        return self.slices[0][0]

    @property
    def phases(self) -> int:
        """Largest number of frames of a slice."""
        return max(len(frames) for frames in self.slices)


@dataclass(eq=False)
class _Unit:
    """Slices that are merged or kept apart as a whole: one series at one orientation."""

    frames: list[FrameHeader]
    normal: FloatArray
    offsets: FloatArray = field(init=False)
    members: list[list[FrameHeader]] = field(init=False)

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

    @property
    def cine(self) -> bool:
        return max(len(frames) for frames in self.members) > 1

    @property
    def made(self) -> bool:
        """Whether any of it was made of other images: a derived series, with its copies of acquired slices."""
        return any(frame.origin is not SliceOrigin.ACQUIRED for frame in self.frames)

    @property
    def words(self) -> object:
        return view_in_words(self.frames[0].description)


def group_stacks(frames: Sequence[FrameHeader]) -> list[FrameStack]:
    """Stacks of parallel, equally sized slices; every frame is in exactly one of them."""
    stacks = []
    for alike in _split_by_format(frames):
        for parallel in _split_by_orientation(alike):
            stacks += _merge_series(parallel)
    return _with_odd_sizes_named(stacks)


def study_numbers(frames: Sequence[FrameHeader]) -> dict[tuple[str, str], int]:
    """Number of each ``study`` of the frames, from 1.

    Some anonymisers give every file a study UID of its own: then all files of a patient are one study.
    """
    keys = list(dict.fromkeys(f.study for f in frames))
    if len(keys) > 3 and len(keys) == len(frames):
        patients = list(dict.fromkeys(patient for patient, _ in keys))
        return {key: patients.index(key[0]) + 1 for key in keys}
    return {key: number for number, key in enumerate(keys, 1)}


def _split_by_format(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    """Same study, matrix, pixel spacing, data type and kind of image (magnitude, phase)."""
    numbers = study_numbers(frames)
    spacings = _same_spacings({frame.spacing for frame in frames})
    groups: dict[object, list[FrameHeader]] = defaultdict(list)
    for frame in frames:
        pixels = frame.pixels
        key = (
            numbers[frame.study],
            (pixels.rows, pixels.columns, pixels.bits_allocated, pixels.signed),
            spacings[frame.spacing],
            _kind(frame),
            frame.located,
        )
        groups[key].append(frame)
    return list(groups.values())


def _same_spacings(stated: Collection[tuple[float, float]]) -> dict[tuple[float, float], tuple[float, float]]:
    """By pixel spacing, the one that stands for all that are the same."""
    result: dict[tuple[float, float], tuple[float, float]] = {}
    for spacing in sorted(stated):
        known = (other for other in set(result.values()) if _is_same_spacing(spacing, other))
        result[spacing] = next(known, spacing)
    return result


def _is_same_spacing(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(a - b) <= SAME_SPACING for a, b in zip(one, other, strict=True))


def _kind(frame: FrameHeader) -> str:
    """What ComplexImageComponent, else value 3 of ImageType tells of magnitude and phase; scouts apart."""
    values = {value.upper() for value in frame.image_type[2:]}
    if "LOCALIZER" in values:
        return "scout"
    if frame.component in OTHER_COMPONENTS:
        return OTHER_COMPONENTS[frame.component]
    for kinds, name in ((PHASE_VALUES, "phase"), ({"R", "REAL"}, "real")):
        if values & kinds:
            return name
    return "magnitude"


def _split_by_orientation(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    by_exact: dict[tuple[float, ...], list[FrameHeader]] = defaultdict(list)
    for frame in frames:
        by_exact[frame.orientation].append(frame)
    clusters: list[tuple[FloatArray, list[FrameHeader]]] = []
    for orientation, members in by_exact.items():
        cosines = np.array(orientation)
        for centre, cluster in clusters:
            if float(np.abs(centre - cosines).max()) <= SAME_ORIENTATION:
                cluster.extend(members)
                break
        else:
            clusters.append((cosines, list(members)))
    return [cluster for _, cluster in clusters]


def plane_normal(orientation: Sequence[float]) -> FloatArray:
    """``(3,)`` unit normal of an ImageOrientationPatient."""
    normal = np.cross(orientation[:3], orientation[3:])
    length = float(np.linalg.norm(normal))
    return normal / length if length > 0 else np.array([0.0, 0.0, 1.0])


def _merge_series(frames: Sequence[FrameHeader]) -> list[FrameStack]:
    """Stacks from the series of one orientation; the latest acquisition of a repeated slice wins."""
    normal = plane_normal(frames[0].orientation)
    by_series: dict[str, list[FrameHeader]] = defaultdict(list)
    for frame in frames:
        by_series[frame.series_uid].append(frame)
    if len(by_series) == len(frames) and len(frames) > 3:
        by_series = {"": list(frames)}
    units = [_Unit(members, normal) for members in by_series.values()]
    units.sort(key=lambda u: (len(u.offsets) >= 3, u.frames[0].series_number), reverse=True)
    piles: list[list[_Unit]] = []
    messages: list[list[str]] = []
    for unit in units:
        for pile, notes in zip(piles, messages, strict=True):
            if _fits(unit, pile):
                pile.append(unit)
                break
            if (
                unit.cine
                and unit.made == pile[0].made
                and all(_repeats(unit, offset, pile) for offset in unit.offsets)
            ):
                notes.append(
                    f"{count_of(len(unit.offsets), 'slice')} acquired twice: the later series is used here"
                )
        else:
            piles.append([unit])
            messages.append([])
    return [_stack(pile, normal, notes) for pile, notes in zip(piles, messages, strict=True)]


def _fits(unit: _Unit, pile: Sequence[_Unit]) -> bool:
    if (unit.cine, unit.words, unit.made) != (pile[0].cine, pile[0].words, pile[0].made):
        return False
    if any(_repeats(unit, offset, pile) for offset in unit.offsets):
        return False
    stacks = [u for u in (unit, *pile) if len(u.offsets) >= 3]
    if len(stacks) < 2 or len(unit.offsets) < 3:
        return True
    merged = np.sort(np.concatenate([u.offsets for u in (unit, *pile)]))
    steps = np.diff(merged)
    multiples = steps / steps.min()
    return bool(np.abs(multiples - np.rint(multiples)).max() <= GRID_SHARE)


def _repeats(unit: _Unit, offset: float, pile: Sequence[_Unit]) -> bool:
    limit = max(SAME_POSITION, REPEAT_SHARE * (unit.frames[0].thickness or 0.0))
    return any(float(np.abs(other.offsets - offset).min()) < limit for other in pile)


def _stack(pile: Sequence[_Unit], normal: FloatArray, notes: Sequence[str]) -> FrameStack:
    slices = [(offset, frames) for u in pile for offset, frames in zip(u.offsets, u.members, strict=True)]
    slices.sort(key=lambda item: item[0])
    messages = list(dict.fromkeys(notes))
    if len(pile) > 1:
        messages.insert(0, f"joined from {len(pile)} series")
    return FrameStack(
        tuple(tuple(frames) for _, frames in slices),
        normal,
        np.array([offset for offset, _ in slices]),
        tuple(messages),
    )


def _with_odd_sizes_named(stacks: list[FrameStack]) -> list[FrameStack]:
    """Stacks with a message where slices parallel to them have another matrix or pixel spacing."""
    result = []
    for stack in stacks:
        notes = [
            f"{count_of(len(other.slices), 'parallel slice')} of matrix {other.first.pixels.rows} × "
            f"{other.first.pixels.columns} at {other.first.spacing[0]:.3f} mm listed apart"
            for other in stacks
            if other is not stack and _odd_size(stack, other)
        ]
        result.append(FrameStack(stack.slices, stack.normal, stack.offsets, (*stack.messages, *notes)))
    return result


def _odd_size(stack: FrameStack, other: FrameStack) -> bool:
    size, other_size = ((s.first.pixels.rows, s.first.pixels.columns) for s in (stack, other))
    return (
        (size != other_size or not _is_same_spacing(stack.first.spacing, other.first.spacing))
        and len(stack.slices) >= len(other.slices)
        and stack.first.study == other.first.study
        and abs(float(stack.normal @ other.normal)) > 1 - SAME_ORIENTATION
        and (stack.phases > 1) == (other.phases > 1)
    )

"""Sorting DICOM frames into stacks of parallel slices by where they lie, not by file order or series alone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.in_plane import aside, split_by_place
from calid_core.io.dicom.merging import merge_series
from calid_core.io.dicom.orientation import (
    SAME_ORIENTATION,
    plane_normal,
    split_by_orientation,
    turn,
    turned_told,
    usual_orientation,
)
from calid_core.io.dicom.pixels import stored_dtype
from calid_core.io.dicom.places import SAME_POSITION
from calid_core.io.dicom.series import Pile, Series
from calid_core.words import count_of

SAME_SPACING = 0.001
"""Pixel spacings closer than this are the same, mm: files differ in how many digits they give."""
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
    orientation
        ``(6,)`` usual row and column directions, LPS; single slices may be turned a little against them.
    offsets
        ``(slices,)`` positions projected on the normal, mm.
    messages
        What was decided.
    """

    slices: tuple[tuple[FrameHeader, ...], ...]
    orientation: FloatArray
    offsets: FloatArray
    messages: tuple[str, ...] = ()

    @property
    def normal(self) -> FloatArray:
        """``(3,)`` cross product of the row and column directions, LPS."""
        return plane_normal(self.orientation)

    @property
    def first(self) -> FrameHeader:
        """Any frame, for what all of them share."""
        return self.slices[0][0]

    @property
    def frames(self) -> list[FrameHeader]:
        """All of them, slice by slice."""
        return [frame for frames in self.slices for frame in frames]

    @property
    def phases(self) -> int:
        """Largest number of frames of a slice."""
        return max(len(frames) for frames in self.slices)


def group_stacks(frames: Sequence[FrameHeader]) -> list[FrameStack]:
    """Stacks of parallel, equally sized slices; every frame is in exactly one of them."""
    stacks = []
    for alike in _split_by_format(frames):
        parallel = [own for turned in split_by_orientation(alike) for own in split_by_place(turned)]
        stacks += _with_turned_ones_named([_merge_series(own) for own in parallel])
    return _with_odd_ones_named(stacks)


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
    for kinds, name in ((PHASE_VALUES, "phase"), ({"R", "REAL"}, "real"), ({"I", "IMAGINARY"}, "imaginary")):
        if values & kinds:
            return name
    return "magnitude"


def _merge_series(frames: Sequence[FrameHeader]) -> list[FrameStack]:
    """Stacks from the series of one orientation."""
    orientation = usual_orientation(frames, frames[0].orientation)
    normal = plane_normal(orientation)
    piles = merge_series([Series(members, normal) for members in _by_series(frames)])
    return [_stack(pile, orientation) for pile in piles]


def _by_series(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    """Frames of each series by the first of its UID, number and name, and sequence that does not tell all frames apart.

    Some anonymisers take the UID away, and some give every file one of its own.
    """
    groups: dict[object, list[FrameHeader]] = {}
    for key in (_told_series, _named_series, _sequence_kind):
        groups = defaultdict(list)
        for frame in frames:
            groups[key(frame)].append(frame)
        if len(groups) < len(frames) or len(frames) <= 3:
            break
    return list(groups.values())


def _told_series(frame: FrameHeader) -> object:
    return frame.series_uid or _named_series(frame)


def _named_series(frame: FrameHeader) -> object:
    return frame.series_number, frame.description, _sequence_kind(frame)


def _sequence_kind(frame: FrameHeader) -> object:
    own = frame.sequence
    return own.name, own.scanning, own.inversion_time is None


def _stack(pile: Pile, stated: FloatArray) -> FrameStack:
    slices = [tuple(slice_.frames) for slice_ in pile.slices]
    orientation = usual_orientation([frame for frames in slices for frame in frames], stated)
    normal = plane_normal(orientation)
    offsets = [min(float(np.dot(frame.position, normal)) for frame in frames) for frames in slices]
    order = np.argsort(offsets, kind="stable")
    joined = [f"joined from {len(pile.series)} series"] if len(pile.series) > 1 else []
    joined += _references_told(pile)
    return FrameStack(
        tuple(slices[index] for index in order),
        orientation,
        np.array(offsets)[order],
        (*joined, *turned_told(slices, orientation), *pile.notes),
    )


def _references_told(pile: Pile) -> list[str]:
    """What to say about series that state different frames of reference, each one for all of its frames.

    Where single frames do, they come from an anonymiser that gave every file its own.
    """
    stated = [{frame.frame_of_reference for frame in series.frames} for series in pile.series]
    several = any(len(series.frames) > 1 for series in pile.series)
    if not several or any(len(own) > 1 or "" in own for own in stated):
        return []
    counts = Counter(slice_.frames[0].frame_of_reference for slice_ in pile.slices)
    if len(counts) < 2:
        return []
    others = sum(counts.values()) - max(counts.values())
    return [
        f"{count_of(others, 'slice')} of another frame of reference: whether the patient was moved between the series is not known, "
        "so look whether the slices fit together"
    ]


def _with_turned_ones_named(clusters: Sequence[list[FrameStack]]) -> list[FrameStack]:
    """Stacks of one format, given by orientation and place, with a message where nearly parallel slices lie in another one or
    aside: of the same series, or fewer than make a stack of their own.
    """
    result = []
    for cluster in clusters:
        others = [other for own in clusters if own is not cluster for other in own]
        for stack in cluster:
            notes = [
                f"{_what_apart(stack, other)} {_how_apart(stack, other)} listed apart"
                for other in others
                if _beside(stack, other)
                and (len(other.slices) < 3 <= len(stack.slices) or _series_of(stack) & _series_of(other))
            ]
            result.append(replace(stack, messages=(*stack.messages, *notes)))
    return result


def _what_apart(stack: FrameStack, other: FrameStack) -> str:
    """``2 slices``, or ``1 frame`` where its slice has others in the stack."""
    places = np.array([frame.position for frame in other.frames]) @ stack.normal
    near = np.abs(places[:, None] - stack.offsets).min(axis=1) <= SAME_POSITION
    if near.all() and _parted_in_plane(stack, other):
        return count_of(len(other.frames), "frame")
    return count_of(len(other.slices), "slice")


def _parted_in_plane(stack: FrameStack, other: FrameStack) -> bool:
    """Whether stacks of one format lie apart only because some of a series lies aside."""
    return not (_is_turned(stack, other) or _odd_format(stack, other)) and bool(
        _series_of(stack) & _series_of(other)
    )


def _is_turned(stack: FrameStack, other: FrameStack) -> bool:
    return float(np.abs(stack.orientation - other.orientation).max()) > SAME_ORIENTATION


def _how_apart(stack: FrameStack, other: FrameStack) -> str:
    """``turned by 2.0°``, or ``60.0 mm aside in plane``."""
    if _is_turned(stack, other):
        return f"turned by {turn(stack.orientation, other.orientation):.1f}°"
    axes = stack.orientation.reshape(2, 3).T
    return f"{aside(stack.frames, other.frames, axes):.1f} mm aside in plane"


def _series_of(stack: FrameStack) -> set[object]:
    return {_told_series(frame) for frame in stack.frames}


def _with_odd_ones_named(stacks: list[FrameStack]) -> list[FrameStack]:
    """Stacks with a message where slices parallel to them have another matrix, pixel spacing or data type."""
    result = []
    for stack in stacks:
        notes = [
            f"{count_of(len(other.slices), 'parallel slice')} of {difference} listed apart"
            for other in stacks
            if other is not stack and (difference := _odd_format(stack, other)) and _beside(stack, other)
        ]
        result.append(replace(stack, messages=(*stack.messages, *notes)))
    return result


def _odd_format(stack: FrameStack, other: FrameStack) -> str:
    """In what the format of another stack differs, such as ``matrix 5 × 8 at 1.500 mm``; empty where in nothing."""
    first, own = stack.first, other.first
    size, own_size = ((frame.pixels.rows, frame.pixels.columns) for frame in (first, own))
    if size != own_size or not _is_same_spacing(first.spacing, own.spacing):
        return f"matrix {own_size[0]} × {own_size[1]} at {own.spacing[0]:.3f} mm"
    kind, own_kind = stored_dtype(first.pixels), stored_dtype(own.pixels)
    if kind != own_kind and _kind(first) == _kind(own) and first.own == own.own:
        return f"pixels of type {own_kind} instead of {kind}"
    return ""


def _beside(stack: FrameStack, other: FrameStack) -> bool:
    """Whether another stack might have belonged to a fuller one, were its format the same."""
    return (
        len(stack.slices) >= len(other.slices)
        and stack.first.study == other.first.study
        and abs(float(stack.normal @ other.normal)) > 1 - SAME_ORIENTATION
        and ((stack.phases > 1) == (other.phases > 1) or _parted_in_plane(stack, other))
    )

"""Directions of the slices of a stack: which count as parallel, and which single ones are turned."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.io.dicom.headers import FrameHeader
from calid_core.words import count_of

SAME_ORIENTATION = 0.01
"""Largest difference of direction cosines within one stack."""
SAME_COSINE = 1e-4
"""Direction cosines that differ by less are the same but for their last digits."""
ROUNDING = 0.05
"""Slices turned by less than this may be so by the rounding of their headers, degrees."""


def plane_normal(orientation: Sequence[float] | FloatArray) -> FloatArray:
    """``(3,)`` unit normal of an ImageOrientationPatient."""
    normal = np.cross(orientation[:3], orientation[3:])
    length = float(np.linalg.norm(normal))
    return normal / length if length > 0 else np.array([0.0, 0.0, 1.0])


def usual_orientation(frames: Sequence[FrameHeader], stated: Sequence[float] | FloatArray) -> FloatArray:
    """``(6,)`` median of the direction cosines, that of nearly all frames, ``as_stated``."""
    return as_stated(np.median(np.array([frame.orientation for frame in frames]), axis=0), stated)


def as_stated(orientation: FloatArray, stated: Sequence[float] | FloatArray) -> FloatArray:
    """``(6,)`` the stated direction cosines where they are those of an orientation but for their last digits, else these.

    Sessions know a stack by the exact geometry that it had from the headers of its first slices.
    """
    same = float(np.abs(orientation - np.array(stated)).max()) <= SAME_COSINE
    return np.array(stated) if same else orientation


def split_by_orientation(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    """Frames that are parallel, around the most usual orientations, in the order given."""
    order = {id(frame): index for index, frame in enumerate(frames)}
    by_exact: dict[tuple[float, ...], list[FrameHeader]] = defaultdict(list)
    for frame in frames:
        by_exact[frame.orientation].append(frame)
    clusters: list[tuple[FloatArray, list[FrameHeader]]] = []
    for orientation in _most_central_first({own: len(found) for own, found in by_exact.items()}):
        cosines = np.array(orientation)
        for centre, cluster in clusters:
            if float(np.abs(centre - cosines).max()) <= SAME_ORIENTATION:
                cluster.extend(by_exact[orientation])
                break
        else:
            clusters.append((cosines, list(by_exact[orientation])))
    return [sorted(cluster, key=lambda frame: order[id(frame)]) for _, cluster in clusters]


def _most_central_first(counts: Mapping[tuple[float, ...], int]) -> list[tuple[float, ...]]:
    """Orientations with how many frames have them, those first that most frames are parallel to, and most closely."""
    orientations = sorted(counts)
    cosines, frames = np.array(orientations), np.array([counts[own] for own in orientations])
    places = []
    for own, orientation in zip(cosines, orientations, strict=True):
        apart = np.abs(cosines - own).max(axis=1)
        parallel = apart <= SAME_ORIENTATION
        held = int(frames[parallel].sum())
        places.append((-held, float(apart[parallel] @ frames[parallel]) / held, orientation))
    return [orientation for *_, orientation in sorted(places)]


def turn(one: Sequence[float] | FloatArray, other: Sequence[float] | FloatArray) -> float:
    """Degrees by which rows or columns of two orientations differ, whichever do more."""
    apart = np.linalg.norm((np.array(one) - np.array(other)).reshape(2, 3), axis=1)
    return float(np.degrees(2 * np.arcsin(min(1.0, apart.max() / 2))))


def turned_told(slices: Sequence[Sequence[FrameHeader]], orientation: FloatArray) -> list[str]:
    """What to say about slices of a stack that are turned against its orientation."""
    turns = [max(turn(own, orientation) for own in {f.orientation for f in frames}) for frames in slices]
    turned = [own for own in turns if own > ROUNDING]
    if not turned:
        return []
    first = slices[0][0]
    extent = max(first.pixels.rows * first.spacing[0], first.pixels.columns * first.spacing[1])
    across = float(np.sin(np.radians(max(turned)))) * extent
    return [
        f"{count_of(len(turned), 'slice')} turned by up to {max(turned):.1f}° against the usual orientation "
        f"({across:.1f} mm across the image): taken as parallel"
    ]

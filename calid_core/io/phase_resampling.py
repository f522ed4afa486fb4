"""Slices triggered differently brought to common phases: moments are shares of each slice's own RR interval.

A slice all of whose moments agree with the common phases to a quarter of a phase step is taken as it is. In other slices a
frame is taken as it is where its moment agrees closely, and interpolated in time between the slice's own frames where not
(decision 0007).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from calid_core.arrays import BoolArray, FloatArray, IntArray

AGREEMENT = 0.25
"""A slice agrees with the common phases where all of its moments are closer to them than this share of a phase step."""
CLOSE_AGREEMENT = 0.05
"""In a slice that does not, frames closer than this share of a phase step are kept: more would make the beat stutter."""
WHOLE_CYCLE = 1.5
"""Frames cover the whole cycle where the step from the last to the first is at most this many phase steps."""
LONGER_THAN_STATED = 1.05
"""Frames that cover more than this share of the stated RR interval belie it."""
LEAST_FRAMES = 4


class PhaseMatching(Enum):
    """What is done where slices of a stack were imaged at different moments of the heart cycle."""

    RR_FRACTION = "RR fraction"
    AS_INDEXED = "as indexed"


@dataclass(frozen=True, eq=False)
class SliceMoments:
    """When the frames of a slice were acquired.

    Parameters
    ----------
    fractions
        ``(frames,)`` shares of RR, increasing.
    cycle
        RR interval of the slice in ms.
    stated
        Whether the header states it; else the frames are taken to cover it evenly.
    """

    fractions: FloatArray
    cycle: float
    stated: bool

    @property
    def step(self) -> float:
        """Usual distance of two frames as a share of RR."""
        return float(np.median(np.diff(self.fractions)))


def moments_of(times: FloatArray, rr_interval: float | None) -> SliceMoments:
    """Moments of frames acquired at ``times`` (ms after the R wave, at least two, increasing)."""
    covered = float(times[-1] - times[0] + np.median(np.diff(times)))
    stated = rr_interval is not None and covered <= LONGER_THAN_STATED * rr_interval
    cycle = rr_interval if stated and rr_interval is not None else covered
    return SliceMoments(times / cycle, cycle, stated)


def common_fractions(slices: Sequence[SliceMoments]) -> FloatArray:
    """Moments of the slice with which most others agree; of several such that begin first, the one whose cycle is the median.

    ``slices`` have equally many frames.
    """
    agreeing = [sum(in_order(other, one.fractions) for other in slices) for one in slices]
    most = [one for one, count in zip(slices, agreeing, strict=True) if count == max(agreeing)]
    start = min(one.fractions[0] for one in most)
    most = [one for one in most if one.fractions[0] - start < one.step / 2]
    return sorted(most, key=lambda one: one.cycle)[len(most) // 2].fractions


def lies_on(moments: SliceMoments, phases: FloatArray) -> bool:
    """Whether a slice follows the ``phases`` frame by frame; single frames may be missing."""
    step = float(np.median(np.diff(phases)))
    if abs(moments.step - step) > AGREEMENT * step:
        return False
    away = np.abs(_around(moments.fractions[:, None] - phases[None, :])).min(axis=1)
    return bool((away <= AGREEMENT * step).all())


def held(moments: SliceMoments, phases: FloatArray) -> BoolArray:
    """``(phases,)``, at which of the ``phases`` a slice has a frame."""
    result: BoolArray = _distances(moments, phases) <= AGREEMENT
    return result


def disagreeing(moments: SliceMoments, phases: FloatArray) -> IntArray:
    """Indices of the ``phases`` (shares of RR) at which a slice has no frame of its own; none where the slice agrees.

    Of a slice that lacks single frames those phases alone.
    """
    distances = _distances(moments, phases)
    agrees = bool((distances <= AGREEMENT).all()) or lies_on(moments, phases)
    return np.flatnonzero(distances > (AGREEMENT if agrees else CLOSE_AGREEMENT))


def _distances(moments: SliceMoments, phases: FloatArray) -> FloatArray:
    """``(phases,)``, distance of the nearest frame in phase steps."""
    nearest = moments.fractions[nearest_frames(moments, phases)]
    result: FloatArray = np.abs(_around(nearest - phases)) / float(np.median(np.diff(phases)))
    return result


def nearest_frames(moments: SliceMoments, phases: FloatArray) -> IntArray:
    """``(phases,)`` index of the frame that is nearest in the cycle."""
    nearest: IntArray = np.abs(_around(moments.fractions[None, :] - phases[:, None])).argmin(axis=1)
    return nearest


def in_order(moments: SliceMoments, phases: FloatArray) -> bool:
    """Whether a slice has its n-th frame at the n-th of as many ``phases``: not where it begins phases later.

    Compared one by one: of frames that outlast the cycle the last one may be nearer to the first phase.
    """
    if len(moments.fractions) != len(phases):
        return False
    away = np.abs(_around(moments.fractions - phases)) / float(np.median(np.diff(phases)))
    return bool((away <= AGREEMENT).all())


def resample(images: FloatArray, moments: SliceMoments, phases: FloatArray) -> FloatArray:
    """Images of a slice at other moments.

    A cubic spline in time through the slice's own frames, periodic where they cover the cycle; beyond frames that do not,
    the first or last one is held. Never outside the range of values of the slice.

    Parameters
    ----------
    images
        ``(frames, rows, columns)``.
    moments
        Of the frames.
    phases
        Wanted moments as shares of RR.
    """
    from scipy.interpolate import CubicSpline  # 0.2 s, and most stacks need none

    # Frames may outlast the cycle by ``LONGER_THAN_STATED``: those that come round to the first one again are left out.
    own = moments.fractions[moments.fractions < moments.fractions[0] + 1.0 - 0.5 * moments.step]
    images = images[: len(own)]
    if own[0] + 1.0 - own[-1] <= WHOLE_CYCLE * moments.step:
        spline = CubicSpline(
            np.append(own, own[0] + 1.0), np.concatenate([images, images[:1]]), bc_type="periodic"
        )
        values = spline(own[0] + np.mod(phases - own[0], 1.0))
    else:
        values = CubicSpline(own, images)(np.clip(phases, own[0], own[-1]))
    result: FloatArray = np.clip(values, images.min(), images.max())
    return result


def _around(difference: FloatArray) -> FloatArray:
    """Difference of moments by the shorter way round the cycle, -0.5 to 0.5."""
    result: FloatArray = difference - np.rint(difference)
    return result

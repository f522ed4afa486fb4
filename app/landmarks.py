"""End diastole and end systole, estimated from how the acquired images change."""

import numpy as np

from calid_core.cine import CineStack

MOVING_SHARE = 0.05
"""Share of the voxels, those that vary most over the cycle, that are taken for the beating heart."""


def estimate_landmarks(stack: CineStack) -> tuple[int, int]:
    """Phases of end diastole and end systole.

    End diastole is the first phase (the R wave triggers the scan). End systole is the phase whose moving voxels
    differ most from it, after smoothing over neighbouring phases, within the first 60 % of the cycle.

    Returns
    -------
    landmarks
        ``(end diastole, end systole)``; both 0 for a single phase.
    """
    if stack.phases < 3:
        return 0, stack.phases - 1
    middle = slice(stack.slices // 4, max(stack.slices // 4 + 1, 3 * stack.slices // 4))
    cine = stack.intensity[:, middle, ::2, ::2].reshape(stack.phases, -1).astype(np.float32)
    moving = cine.std(axis=0)
    chosen = cine[:, moving >= np.quantile(moving, 1 - MOVING_SHARE)]
    difference = np.abs(chosen - chosen[0]).mean(axis=1)
    smooth = (np.roll(difference, 1) + 2 * difference + np.roll(difference, -1)) / 4
    last = max(2, round(0.6 * stack.phases))
    return 0, int(1 + np.argmax(smooth[1:last]))

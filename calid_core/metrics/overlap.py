"""Agreement of label masks: Dice and the 95 % Hausdorff distance."""

import numpy as np
from scipy import ndimage

from calid_core.arrays import BoolArray, FloatArray


def dice(prediction: BoolArray, truth: BoolArray) -> float:
    """Twice the overlap over the sum of both masks; NaN where both are empty."""
    total = int(prediction.sum()) + int(truth.sum())
    return 2.0 * int((prediction & truth).sum()) / total if total else float("nan")


def hd95(prediction: BoolArray, truth: BoolArray, spacing: tuple[float, float]) -> float:
    """95 % Hausdorff distance between the outlines of two masks.

    Parameters
    ----------
    prediction, truth
        ``(rows, columns)``.
    spacing
        ``(row, column)``, mm.

    Returns
    -------
    distance
        95th percentile of the distances from each outline pixel to the other outline, both directions pooled, mm.
        NaN where a mask is empty.
    """
    if not (prediction.any() and truth.any()):
        return float("nan")
    ours, theirs = outline(prediction), outline(truth)
    return float(
        np.percentile(
            np.concatenate([_distance(ours, spacing)[theirs], _distance(theirs, spacing)[ours]]), 95.0
        )
    )


def outline(mask: BoolArray) -> BoolArray:
    """Pixels of the mask with a neighbour (of four) outside it; the outside of the image counts as outside."""
    inner: BoolArray = ndimage.binary_erosion(mask)
    return mask & ~inner


def _distance(points: BoolArray, spacing: tuple[float, float]) -> FloatArray:
    result: FloatArray = ndimage.distance_transform_edt(~points, sampling=spacing)
    return result

"""Proof that acquired slices come back bit-identical."""

from __future__ import annotations

import hashlib

import numpy as np

from calid_core.checks.results import PassThrough
from calid_core.reconstruction import Reconstruction, changed_slices


def check_pass_through(reconstruction: Reconstruction) -> PassThrough:
    """Compare every acquired slice and phase with the input, bit by bit, now and on the data."""
    changed, outputs = changed_slices(reconstruction), reconstruction.acquired_indices
    digest = hashlib.sha256()
    for output in outputs:
        digest.update(np.ascontiguousarray(reconstruction.intensity[:, output]).tobytes())
    return PassThrough(
        identical=not changed,
        slices=len(outputs),
        phases=int(reconstruction.acquired.phases),
        voxels=len(outputs) * int(reconstruction.acquired.intensity[:, 0].size),
        changed=changed,
        digest=digest.hexdigest(),
    )

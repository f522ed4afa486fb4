"""Proof that acquired slices come back bit-identical."""

from __future__ import annotations

import hashlib

import numpy as np

from calid_core.checks.results import PassThrough
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction


def check_pass_through(reconstruction: Reconstruction) -> PassThrough:
    """Compare every acquired slice and phase with the input, bit by bit, now and on the data."""
    acquired = reconstruction.acquired.intensity
    changed, digest = [], hashlib.sha256()
    outputs = [
        (i, p.sources[0].index)
        for i, p in enumerate(reconstruction.provenance)
        if p.origin is SliceOrigin.ACQUIRED
    ]
    for output, source in outputs:
        theirs = np.ascontiguousarray(reconstruction.intensity[:, output])
        # Bytes, not values: -0.0 equals 0.0, and NaN never equals itself.
        raw = theirs.tobytes()
        digest.update(raw)
        if raw != np.ascontiguousarray(acquired[:, source]).tobytes():
            changed.append(source)
    compared = {source for _, source in outputs}
    changed += [k for k in range(acquired.shape[1]) if k not in compared]
    return PassThrough(
        identical=not changed,
        slices=len(outputs),
        phases=int(acquired.shape[0]),
        voxels=len(outputs) * int(acquired[:, 0].size),
        changed=tuple(sorted(changed)),
        digest=digest.hexdigest(),
    )

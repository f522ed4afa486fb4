"""Methods against a heart that is known everywhere: python examples/compare_with_truth.py [METHOD …]."""

import sys

import numpy as np

from calid_core.phantom import AcquisitionParameters, Phantom
from calid_core.pipeline import reconstruct
from calid_core.settings import Method, ReconstructionSettings


def main() -> None:
    """Print the error of every method on the slices it made."""
    methods = [Method(name) for name in sys.argv[1:]] or list(Method)
    phantom = Phantom()
    sparse = phantom.short_axis(slices=7, pitch=10.0, rows=96, columns=96, pixel=2.5)
    clean = AcquisitionParameters(noise=0.0, breath_hold_shift=0.0)
    stack = phantom.render(sparse, phases=2, acquisition=clean)
    truth = phantom.render(sparse.densified(2.5)[0], phases=2, acquisition=clean).intensity.astype(float)

    print("method   root mean square error of made slices")
    for method in methods:
        result = reconstruct(stack, ReconstructionSettings(method=method, slice_spacing=2.5))
        made = sorted(set(range(result.geometry.slices)) - set(result.acquired_indices))
        error = result.intensity[:, made].astype(float) - truth[:, made]
        print(f"{method.value:<8} {np.sqrt(np.mean(error**2)):.1f}")


if __name__ == "__main__":
    main()

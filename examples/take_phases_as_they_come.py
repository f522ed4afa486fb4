"""Use every phase as soon as it is ready, and stop early: python examples/take_phases_as_they_come.py [METHOD]."""

import sys

from calid_core.arrays import IntensityArray
from calid_core.errors import Cancelled
from calid_core.phantom import Phantom
from calid_core.pipeline import reconstruct
from calid_core.progress import CancelToken
from calid_core.settings import Method, ReconstructionSettings

PHASES_WANTED = 3


def main() -> None:
    """Stop after three phases. A cancelled run returns nothing, but what was handed over stays ours."""
    method = Method(sys.argv[1]) if len(sys.argv) > 1 else Method.CALID
    phantom = Phantom()
    stack = phantom.render(phantom.short_axis(slices=6, rows=96, columns=96, pixel=3.0), phases=8)
    token = CancelToken()
    received: list[IntensityArray] = []

    def take(phase: int, volume: IntensityArray) -> None:
        received.append(volume.copy())
        print(f"phase {phase}: {volume.shape[0]} slices, mean intensity {volume.mean():.1f}")
        if len(received) == PHASES_WANTED:
            token.cancel()

    try:
        reconstruct(stack, ReconstructionSettings(method=method), cancel=token, on_phase=take)
    except Cancelled:
        print(f"stopped after {len(received)} phases")


if __name__ == "__main__":
    main()

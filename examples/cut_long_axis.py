"""Cut a long-axis picture out of a dense volume: python examples/cut_long_axis.py PICTURE.png [METHOD]."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import map_coordinates

from calid_core.phantom import Phantom
from calid_core.pipeline import reconstruct
from calid_core.settings import Method, ReconstructionSettings

PIXEL = 1.0
"""Side of a picture's pixel, mm."""


def main() -> None:
    """Sample a plane through the middle of the stack, given in patient coordinates, at end-diastole."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    method = Method(sys.argv[2]) if len(sys.argv) > 2 else Method.CALID
    phantom = Phantom()
    stack = phantom.render(phantom.short_axis(slices=8, rows=96, columns=96, pixel=2.5), phases=1)
    result = reconstruct(stack, ReconstructionSettings(method=method))
    geometry = result.geometry

    middle = geometry.to_patient((np.array(geometry.shape) - 1) / 2)
    half = geometry.length / 2
    down = np.linspace(-half, half, round(geometry.length / PIXEL) + 1)
    across = np.arange(-90.0, 90.0, PIXEL)
    plane = middle + down[:, None, None] * geometry.normal + across[None, :, None] * geometry.axes[:, 2]
    index = np.moveaxis(geometry.to_index(plane), -1, 0)
    picture = map_coordinates(result.intensity[0].astype(np.float32), index, order=1)

    low, high = np.percentile(picture, (0.5, 99.5))
    grey = (np.clip((picture - low) / (high - low), 0, 1) * 255).astype(np.uint8)
    Image.fromarray(grey).save(Path(sys.argv[1]))
    print(f"{grey.shape[0]} x {grey.shape[1]} pixels of {PIXEL:g} mm; synthesised between acquired slices")


if __name__ == "__main__":
    main()

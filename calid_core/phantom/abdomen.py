"""What lies under the diaphragm: liver, stomach, spleen, kidney, bowel and fat."""

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.phantom import tissue
from calid_core.phantom.painting import Place, Points, cover, ellipsoid, paint
from calid_core.phantom.parameters import BodyParameters
from calid_core.phantom.texture import Undulation
from calid_core.phantom.vessels import Vessels


class Abdomen:
    """The upper abdomen of one phantom, in LPS mm relative to the mitral centre.

    Parameters
    ----------
    body
        Dimensions.
    seed
        Of vessels, bowel and stomach content.
    """

    def __init__(self, body: BodyParameters, seed: int) -> None:
        self.body = body
        self._veins = Vessels(seed, scale=30.0)
        self._folds = Undulation(seed + 1, scale=11.0)
        self._loops = Undulation(seed + 2, scale=16.0)

    def dome(self, p: Points, wobble: FloatArray) -> FloatArray:
        """Height above the diaphragm in mm, negative below."""
        x, y, z = p
        middle, height = self.body.midline, self.body.diaphragm
        right = height - ((x - (middle - 62)) ** 2 + 0.8 * (y - 20) ** 2) * np.float32(0.0055)
        left = height - 30 - ((x - (middle + 85)) ** 2 + 0.8 * (y - 30) ** 2) * np.float32(0.0045)
        bed = height - 34 - np.abs(x - (middle + 30)) * np.float32(0.1)
        top: FloatArray = z - np.maximum(np.maximum(right, left), bed) + 3.5 * wobble
        return top * np.float32(0.9)

    def paint(self, content: FloatArray, place: Place, dome: FloatArray) -> None:
        """Paint the abdomen over the content of the chest, in place; ``dome`` is the height above the diaphragm in mm."""
        grain, width = place.grain, place.width
        below = dome + 2.5
        folds, loops = self._folds(*place.points), self._loops(*place.points)
        paint(content, cover(dome, width), tissue.MUSCLE * 0.8)
        fat = tissue.FAT * (0.8 + np.float32(0.06) * grain + np.float32(0.1) * folds)
        paint(content, cover(below, width), fat)
        bowel = np.maximum(below + 3, 7 * (0.1 - loops))
        paint(content, cover(bowel, width), tissue.BOWEL * (1 + np.float32(0.12) * grain))
        paint(content, cover(bowel + 4, width), tissue.BOWEL * (1.3 + np.float32(0.5) * folds))
        self._paint_organs(content, place, below, folds)

    def _paint_organs(self, content: FloatArray, place: Place, below: FloatArray, folds: FloatArray) -> None:
        p, wobble, grain, width = place.points, place.wobble, place.grain, place.width
        x, y, z = p
        middle, height = self.body.midline, self.body.diaphragm
        kidney = ellipsoid(p, (middle + 78, 92.0, height - 128), (28.0, 27.0, 52.0)) + 1.5 * wobble
        paint(content, cover(kidney, width), tissue.SPLEEN * (1 + np.float32(0.05) * grain))
        paint(content, cover(kidney + 17 + 4 * folds, width), tissue.FAT * 0.8)
        stomach = np.maximum(
            ellipsoid(p, (middle + 82, 8.0, height - 70), (36.0, 44.0, 36.0)) + 3 * wobble, below + 2
        )
        filling = 95 + 28 * folds + 10 * grain - 80 * cover(y + 14 + 5 * wobble, 10.0)
        paint(content, cover(stomach, width), tissue.STOMACH_WALL)
        paint(content, cover(stomach + 3 + folds, width), filling.clip(6, None))
        spleen = np.maximum(ellipsoid(p, (middle + 118, 62.0, height - 70), (24.0, 42.0, 48.0)), below + 2)
        paint(content, cover(spleen + 2 * wobble, width), tissue.SPLEEN * (1 + np.float32(0.05) * grain))
        edge = 0.7 * (x - (middle + 62) - 1.1 * (z - height + 38)) + 7 * wobble
        liver = np.maximum(below, edge)
        inside = liver < width
        if inside.any():
            here = place.at(inside)
            veins = self._veins(here.points, 1.25, 0.2 + 0.06 * here.wobble)
            flesh = tissue.LIVER * (1 + np.float32(0.07) * here.grain) + veins * 110
            part = content[inside]
            paint(part, cover(liver[inside], width), flesh)
            content[inside] = part

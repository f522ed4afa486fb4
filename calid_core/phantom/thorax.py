"""The body around the heart, at rest: chest wall, lungs, abdomen, spine and large vessels.

Works in LPS mm relative to the centre of the mitral plane at end-diastole.
"""

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.phantom import tissue
from calid_core.phantom.painting import cover, ellipsoid, paint, tube
from calid_core.phantom.parameters import BodyParameters
from calid_core.phantom.texture import NoiseField

Points = tuple[FloatArray, FloatArray, FloatArray]

_DEPTH_CENTRE = 32.0
"""Distance of the middle of the chest behind the mitral centre, mm."""


class Thorax:
    """The body of one phantom.

    Parameters
    ----------
    body
        Its dimensions.
    seed
        Of texture, vessels, ribs and bowel.
    """

    def __init__(self, body: BodyParameters, seed: int) -> None:
        self.body = body
        self._coarse = NoiseField(seed + 1, scale=28.0, slope=4.0)
        self._medium = NoiseField(seed + 2, scale=9.0)
        self._fine = NoiseField(seed + 3, scale=3.0, slope=2.0)

    def signal(self, x: FloatArray, y: FloatArray, z: FloatArray, width: float) -> FloatArray:
        """Signed signal at positions in LPS mm, edges ``width`` mm wide."""
        points = np.broadcast_arrays(*(np.asarray(c, dtype=np.float32) for c in (x, y, z)))
        p: Points = (points[0], points[1], points[2])
        wobble = self._coarse(*p)
        detail = self._medium(*p)
        skin, pleura, lateral = self._shells(p, wobble)
        canvas = np.zeros_like(p[0])
        self._paint_wall(canvas, p, (skin, pleura, lateral), wobble, detail, width)
        inside = cover(pleura, width)
        self._paint_cavity(canvas, p, inside, wobble, detail, width)
        self._paint_spine(canvas, p, detail, width)
        canvas *= 1 + np.float32(0.06) * self._fine(*p)
        return canvas

    def _shells(self, p: Points, wobble: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Signed distance to the skin and to the pleura, and the height around the chest, mm."""
        body = self.body
        x, y, z = p
        up = np.maximum(z, 0)
        centre_x = x - np.float32(body.midline)
        centre_y = y - np.float32(_DEPTH_CENTRE) - np.float32(0.22) * up
        dome = (np.maximum(z - 20, 0) * np.float32(1 / 190.0)) ** 2
        pleura = _squircle(centre_x, centre_y, body.half_width, body.half_depth, dome) + wobble * 1.5
        thickness = body.muscle + body.fat + np.float32(0.05) * up
        fat_x, fat_y = body.half_width + 1.15 * thickness, body.half_depth + 0.85 * thickness
        skin = _squircle(centre_x, centre_y, fat_x, fat_y, np.float32(0)) + wobble * 2.5
        return skin, pleura, np.abs(centre_x)

    def _paint_wall(
        self,
        canvas: FloatArray,
        p: Points,
        shells: tuple[FloatArray, FloatArray, FloatArray],
        wobble: FloatArray,
        detail: FloatArray,
        width: float,
    ) -> None:
        body = self.body
        skin, pleura, lateral = shells
        paint(canvas, cover(skin, width), np.float32(tissue.SKIN))
        paint(canvas, cover(skin + 2, width), tissue.FAT * (1 + np.float32(0.05) * detail))
        fat = np.float32(body.fat) * (1 + np.float32(0.35) * wobble).clip(0.35, None)
        muscle = np.float32(tissue.MUSCLE) * (1 + np.float32(0.12) * detail)
        septa = np.exp(-((wobble * 4 + detail * 0.7) ** 2) * 6)
        muscle = muscle + septa * np.float32(tissue.FAT * 0.9)
        paint(canvas, cover(skin + 2 + fat, width), muscle)
        rib_height = (p[2] + np.float32(0.45) * lateral + 4 * wobble + 1000) % np.float32(27.0) - 13.5
        rib = np.sqrt(((pleura - 7) / 4.5) ** 2 + (rib_height / 6.5) ** 2) - 1
        paint(canvas, cover(rib * 4.5, width), tissue.CORTEX)
        paint(canvas, cover(rib * 4.5 + 1.6, width), tissue.MARROW)
        paint(canvas, cover(np.abs(pleura - 1.2) - 1.0, width) * (wobble > -0.3), tissue.FAT * 0.8)

    def _paint_cavity(
        self,
        canvas: FloatArray,
        p: Points,
        inside: FloatArray,
        wobble: FloatArray,
        detail: FloatArray,
        width: float,
    ) -> None:
        x, y, z = p
        vessels = self._vessels(p, 1.0, 0.16)
        lung = np.float32(tissue.LUNG) * (1 + np.float32(0.25) * wobble) + vessels * 170
        content = np.abs(lung)
        mediastinum = ellipsoid((x, y, z * 0), (self.body.midline + 12, 15.0, 0.0), (36.0, 92.0, 1e4))
        paint(content, cover(mediastinum + 5 * wobble, width), tissue.FAT * (0.8 + np.float32(0.2) * detail))
        self._paint_abdomen(content, p, wobble, detail, width)
        paint(canvas, inside, content)

    def _paint_abdomen(
        self, content: FloatArray, p: Points, wobble: FloatArray, detail: FloatArray, width: float
    ) -> None:
        x, y, z = p
        middle, height = self.body.midline, self.body.diaphragm
        right = height - ((x - (middle - 62)) ** 2 + 0.8 * (y - 20) ** 2) * np.float32(0.0042)
        left = height - 30 - ((x - (middle + 85)) ** 2 + 0.8 * (y - 30) ** 2) * np.float32(0.0045)
        bed = height - 34 - np.abs(x - (middle + 30)) * np.float32(0.1)
        dome = z - np.maximum(np.maximum(right, left), bed) + 2 * wobble
        paint(content, cover(dome, width), tissue.MUSCLE * 0.8)
        below = dome + 2.5
        fat = tissue.FAT * (0.85 + np.float32(0.1) * detail)
        bowel = cover(3 * (0.1 - wobble), width) * 90
        paint(content, cover(below, width), fat + bowel * 2.2)
        liver = np.maximum(below, x - (middle + 48) - 0.5 * (z + 60))
        veins = self._vessels(p, 0.6, 0.22)
        paint(content, cover(liver + 1, width), tissue.LIVER * (1 + np.float32(0.06) * detail) + veins * 60)
        stomach = ellipsoid(p, (middle + 82, 8.0, height - 72), (36.0, 44.0, 36.0)) + 2 * wobble
        filling = 85 + 30 * detail - 70 * cover(y + 12 + 4 * wobble, 12.0)
        paint(content, cover(np.maximum(stomach, below + 2), width), tissue.STOMACH_WALL)
        paint(content, cover(np.maximum(stomach, below + 2) + 3.5, width), np.maximum(filling, 6))
        spleen = ellipsoid(p, (middle + 118, 62.0, height - 70), (24.0, 42.0, 48.0)) + 2 * wobble
        paint(content, cover(np.maximum(spleen, below + 2), width), tissue.SPLEEN * (1 + 0.05 * detail))

    def _paint_spine(self, canvas: FloatArray, p: Points, detail: FloatArray, width: float) -> None:
        x, y, z = p
        middle = self.body.midline
        back = _DEPTH_CENTRE + 0.72 * self.body.half_depth
        flat = (x, y, z * 0)
        for side in (-1, 1):
            muscle = ellipsoid(flat, (middle + side * 30, back + 38, 0.0), (26.0, 20.0, 1e4))
            paint(canvas, cover(muscle, width), tissue.MUSCLE * (1 + 0.2 * detail))
        body = ellipsoid(flat, (middle, back, 0.0), (21.0, 17.0, 1e4))
        disc = np.abs((z + 1000) % np.float32(29.0) - 14.5) - 3
        paint(canvas, cover(body, width), tissue.CORTEX)
        paint(canvas, cover(body + 1.5, width), tissue.MARROW * (1 + 0.15 * detail))
        paint(canvas, cover(body + 1.5, width) * cover(disc, width), tissue.DISC)
        paint(
            canvas, cover(ellipsoid(flat, (middle, back + 26, 0), (9.0, 8.0, 1e4)), width), tissue.FLUID * 0.8
        )
        aorta = tube(p, (middle + 24, back - 22, 90.0), (middle + 12, back - 20, -200.0), (12.5, 11.0))
        paint(canvas, cover(aorta - 1.5, width), tissue.MUSCLE)
        paint(canvas, cover(aorta, width), tissue.ARTERIAL_BLOOD)

    def _vessels(self, p: Points, density: float, calibre: float) -> FloatArray:
        """Branching bright lines, 0 to 1: where two smooth fields vanish together."""
        x, y, z = (c * np.float32(density) for c in p)
        first = self._medium(x + 31, y - 17, z + 5)
        second = self._medium(y - 11, z + 23, x + 47)
        lines: FloatArray = np.exp(-(first * first + second * second) * np.float32(1 / calibre**2))
        return lines


def _squircle(
    x: FloatArray, y: FloatArray, a: FloatArray | float, b: FloatArray | float, extra: FloatArray | np.float32
) -> FloatArray:
    """Signed distance in mm to a flattened ellipse with half axes ``a`` and ``b``."""
    qx, qy = (x / a) ** 2, (y / b) ** 2
    square = qx + qy - np.float32(0.3) * qx * qy + extra
    gradient = np.sqrt(qx / (a * a) + qy / (b * b) + np.float32(1e-8))
    distance: FloatArray = (square - 1) / (2 * gradient + np.float32(2e-3))
    return distance

"""The body around the heart, at rest: chest wall, lungs, abdomen, spine and descending aorta.

Works in LPS mm relative to the centre of the mitral plane at end-diastole.
"""

from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.phantom import tissue
from calid_core.phantom.abdomen import Abdomen
from calid_core.phantom.painting import Place, Points, cover, ellipsoid, paint, tube
from calid_core.phantom.parameters import DEPTH_CENTRE, BodyParameters
from calid_core.phantom.texture import Grain, Undulation
from calid_core.phantom.vessels import Vessels


@dataclass(frozen=True, eq=False)
class BodyField:
    """The body at a set of points; all arrays have the shape of the points.

    Parameters
    ----------
    signal
        Signed signal.
    clearance
        Distance to the chest wall or diaphragm in mm, positive inside the chest.
    """

    signal: FloatArray
    clearance: FloatArray


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
        self._wobble = Undulation(seed + 1, scale=34.0)
        self._layers = Undulation(seed + 4, scale=15.0)
        self._grain = Grain(seed + 2, scale=5.0, slope=2.5)
        self._lung = Vessels(seed + 5, scale=17.0)
        self._abdomen = Abdomen(body, seed + 6)

    def at(self, points: Points, width: float) -> BodyField:
        """Signal and clearance at positions in LPS mm, edges ``width`` mm wide."""
        signal = np.zeros_like(points[0])
        clearance = np.full_like(points[0], -99.0)
        skin, _ = self._shells(points, np.float32(0))
        inside = skin < 9
        if inside.any():
            body = (points[0][inside], points[1][inside], points[2][inside])
            signal[inside], clearance[inside] = self._body(body, width)
        return BodyField(signal, clearance)

    def _body(self, p: Points, width: float) -> tuple[FloatArray, FloatArray]:
        place = Place(p, self._wobble(*p), self._grain(*p), width)
        skin, pleura = self._shells(p, place.wobble)
        canvas = np.zeros_like(p[0])
        self._paint_wall(canvas, place, skin, pleura)
        dome = self._abdomen.dome(p, place.wobble)
        self._paint_cavity(canvas, place, pleura, dome)
        self._paint_spine(canvas, place)
        return canvas, np.minimum(-pleura, dome)

    def _shells(self, p: Points, wobble: FloatArray | np.float32) -> tuple[FloatArray, FloatArray]:
        """Signed distance to the skin and to the pleura, mm."""
        body = self.body
        x, y, z = p
        up = np.maximum(z, 0)
        centre_x = x - np.float32(body.midline)
        centre_y = y - np.float32(DEPTH_CENTRE) - np.float32(0.22) * up
        dome = (np.maximum(z - 20, 0) * np.float32(1 / 175.0)) ** 2
        pleura = _squircle(centre_x, centre_y, body.half_width, body.half_depth, dome) + wobble * 2
        thickness = body.muscle + body.fat + np.float32(0.08) * up
        skin = _squircle(
            centre_x, centre_y, body.half_width + 1.15 * thickness, body.half_depth + 0.85 * thickness, 0.0
        )
        return skin + wobble * 3, pleura

    def _paint_wall(self, canvas: FloatArray, place: Place, skin: FloatArray, pleura: FloatArray) -> None:
        body = self.body
        p, wobble, grain, width = place.points, place.wobble, place.grain, place.width
        layers = self._layers(p[0], p[1], p[2] * 0.6)
        paint(canvas, cover(skin, width), np.float32(tissue.SKIN))
        paint(canvas, cover(skin + 2, width), tissue.FAT * (1 + np.float32(0.05) * (grain + layers)))
        fat = np.float32(body.fat) * (1 + np.float32(0.3) * wobble + np.float32(0.25) * layers).clip(
            0.3, None
        )
        muscle = np.float32(tissue.MUSCLE) * (1 + np.float32(0.1) * grain)
        # Fat planes between the muscles: where an undulating depth is crossed.
        plane = np.abs(pleura - 15 - 4 * layers) - (0.9 + 0.9 * wobble).clip(0, None)
        paint(muscle, cover(plane, width), tissue.FAT * 0.8)
        paint(canvas, cover(skin + 2 + fat, width), muscle)
        lateral = np.abs(p[0] - np.float32(body.midline))
        height = (p[2] + np.float32(0.45) * lateral + 4 * wobble + 1000) % np.float32(26.0) - 13
        rib = (np.sqrt(((pleura - 7) / 4.5) ** 2 + (height / 6.5) ** 2) - 1) * 4.5
        paint(canvas, cover(rib, width), tissue.CORTEX)
        paint(canvas, cover(rib + 1.8, width), tissue.MARROW * (1 + np.float32(0.2) * grain))
        paint(canvas, cover(np.abs(pleura - 1.4) - (0.7 + wobble).clip(0, 2), width), tissue.FAT * 0.8)

    def _paint_cavity(self, canvas: FloatArray, place: Place, pleura: FloatArray, dome: FloatArray) -> None:
        width = place.width
        cavity = pleura < width
        content = np.float32(tissue.LUNG) * (1 + np.float32(0.2) * place.wobble)
        air = cavity & (dome > -width)
        if air.any():
            content[air] += self._lung_vessels(place.at(air))
            self._paint_mediastinum(content, place)
        under = cavity & (dome < width)
        if under.any():
            part = content[under]
            self._abdomen.paint(part, place.at(under), dome[under])
            content[under] = part
        paint(canvas, cover(pleura, width), content)

    def _lung_vessels(self, place: Place) -> FloatArray:
        """Vessels that mostly run across the short-axis planes, so that they show as dots."""
        (x, y, z), wobble = place.points, place.wobble
        a, b, c = self.body.axes[2].astype(np.float32)
        along = (a * x + b * y + c * z) * np.float32(0.75)
        x, y, z = x - a * along, y - b * along, z - c * along
        trunk = self._lung((x, y, z), 1.0, (0.16 + 0.06 * wobble).clip(0.06, 0.26))
        twigs = self._lung((y * 1.7, z * 1.7, x * 1.7), 1.0, (0.15 - 0.06 * wobble).clip(0.05, 0.24))
        vessels: FloatArray = np.maximum(trunk, 0.75 * twigs) * np.float32(225)
        return vessels

    def _paint_mediastinum(self, content: FloatArray, place: Place) -> None:
        x, y, z = place.points
        region = ellipsoid((x, y, np.zeros_like(z)), (self.body.midline + 8, 25.0, 0.0), (22.0, 92.0, 1e4))
        near = region < 12
        if not near.any():
            return
        here, width = place.at(near), place.width
        layers = self._layers(*here.points)
        soft = cover(5 * (-0.1 - layers), width) * (tissue.MUSCLE - tissue.FAT * 0.8) + tissue.FAT * 0.8
        part = content[near]
        paint(part, cover(region[near] + 5 * here.wobble, width), soft)
        content[near] = part

    def _paint_spine(self, canvas: FloatArray, place: Place) -> None:
        p, grain, width = place.points, place.grain, place.width
        x, y, z = p
        middle = self.body.midline
        back = DEPTH_CENTRE + 0.72 * self.body.half_depth
        flat = (x, y, np.zeros_like(z))
        for side in (-1, 1):
            muscle = ellipsoid(flat, (middle + side * 30, back + 38, 0.0), (26.0, 20.0, 1e4))
            paint(canvas, cover(muscle, width), tissue.MUSCLE * (1 + 0.15 * grain))
        body = ellipsoid(flat, (middle, back, 0.0), (21.0, 17.0, 1e4))
        disc = np.abs((z + 1000) % np.float32(29.0) - 14.5) - 3
        paint(canvas, cover(body, width), tissue.CORTEX)
        paint(canvas, cover(body + 1.5, width), tissue.MARROW * (1 + 0.15 * grain))
        paint(canvas, cover(body + 1.5, width) * cover(disc, width), tissue.DISC)
        canal = ellipsoid(flat, (middle, back + 26, 0.0), (9.0, 8.0, 1e4))
        paint(canvas, cover(canal, width), tissue.FLUID * 0.8)
        aorta = tube(p, (middle + 24, back - 22, 90.0), (middle + 12, back - 20, -200.0), (12.5, 11.0))
        paint(canvas, cover(aorta - 1.5, width), tissue.MUSCLE)
        paint(canvas, cover(aorta, width), tissue.ARTERIAL_BLOOD * (1 + 0.04 * grain))


def _squircle(
    x: FloatArray, y: FloatArray, a: FloatArray | float, b: FloatArray | float, extra: FloatArray | float
) -> FloatArray:
    """Signed distance in mm to a flattened ellipse with half axes ``a`` and ``b``."""
    qx, qy = (x / a) ** 2, (y / b) ** 2
    square = qx + qy - np.float32(0.3) * qx * qy + extra
    gradient = np.sqrt(qx / (a * a) + qy / (b * b) + np.float32(1e-8))
    distance: FloatArray = (square - 1) / (2 * gradient + np.float32(2e-3))
    return distance

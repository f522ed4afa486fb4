"""Pictures of single hidden slices: truth, what the methods made of it, error and uncertainty; and of long-axis planes."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from calid_core.evaluation.reformats import Reformat
from calid_core.evaluation.specimens import Crop, Specimen

ENLARGEMENT = 2
DIFFERENCE_RANGE = 0.5
"""Intensity difference shown at full brightness; the data range is 1."""
_HEAT = np.array([(0, 0, 0), (60, 20, 90), (190, 55, 80), (250, 150, 50), (255, 250, 200)], np.float64)


@dataclass(frozen=True)
class Picture:
    """A captioned picture as PNG in base64."""

    caption: str
    png: str


@dataclass(frozen=True)
class Panel:
    """One hidden slice in several pictures, and long-axis planes through its volume."""

    title: str
    pictures: tuple[Picture, ...]
    long_axes: tuple[Picture, ...] = ()


def panels(
    specimens: Sequence[Specimen],
    reformats: Sequence[Reformat],
    primary: str,
    shown: Sequence[str],
    volumes: Sequence[float],
) -> tuple[Panel, ...]:
    """Best, median and worst volume by mean PSNR of ``primary``, each by its median slice; then the worst slice of all.

    Parameters
    ----------
    specimens
        Every kept slice of one data set. Of every case its best and its worst phase are among them, and the one of its worst slice.
    reformats
        Long-axis pictures of the volumes they are from.
    primary
        Method by which volumes are ranked, and whose error and uncertainty are shown.
    shown
        Methods that get a picture, in order.
    volumes
        PSNR by ``primary`` of all volumes, kept or not: the kept one nearest to their median is shown as that.
    """
    groups: dict[tuple[str, int], list[Specimen]] = {}
    for specimen in specimens:
        groups.setdefault((specimen.case, specimen.phase), []).append(specimen)
    ranked = sorted(groups.values(), key=lambda group: _mean(group, primary))
    planes = {(reformat.case, reformat.phase): reformat for reformat in reformats}
    worst = min(specimens, key=lambda s: s.psnr[primary])
    median = sorted(volumes)[len(volumes) // 2]
    middle = min(range(len(ranked)), key=lambda place: _distance(_mean(ranked[place], primary), median))
    places = {"Best volume": len(ranked) - 1, "Worst volume": 0, "Median volume": middle}
    # Of few volumes one may be both: it is shown once.
    titles = {place: title for title, place in reversed(places.items())}
    chosen = [(titles[place], ranked[place]) for place in sorted(titles, reverse=True)]
    shown_slices = [(title, _median(group, primary)) for title, group in chosen]
    return tuple(
        _panel(title, specimen, planes[specimen.case, specimen.phase], primary, shown)
        for title, specimen in (*shown_slices, ("Worst slice", worst))
    )


def _mean(group: Sequence[Specimen], primary: str) -> float:
    return float(np.mean([s.psnr[primary] for s in group]))


def _distance(first: float, second: float) -> float:
    """0 between infinities."""
    return 0.0 if first == second else abs(first - second)


def _median(group: Sequence[Specimen], primary: str) -> Specimen:
    return sorted(group, key=lambda s: s.psnr[primary])[len(group) // 2]


def _panel(title: str, specimen: Specimen, planes: Reformat, primary: str, shown: Sequence[str]) -> Panel:
    pictures = [Picture("truth", grey_png(specimen.truth))]
    pictures += [
        Picture(f"{name}, {specimen.psnr[name]:.1f} dB", grey_png(specimen.images[name])) for name in shown
    ]
    error = np.abs(specimen.images[primary].astype(np.int16) - specimen.truth).astype(np.float64) / 255.0
    pictures.append(Picture(f"error of {primary}", heat_png(error)))
    if primary in specimen.half_widths:
        pictures.append(
            Picture("half-width of its 90 % interval", heat_png(specimen.half_widths[primary] / 255.0))
        )
    long_axes = [Picture("truth", long_axis_png(planes.truth, planes.pitch))]
    long_axes += [Picture(name, long_axis_png(planes.images[name], planes.pitch)) for name in shown]
    return Panel(f"{title}: {specimen.place}", tuple(pictures), tuple(long_axes))


def grey_png(crop: Crop) -> str:
    """A grey crop, enlarged, as base64 PNG."""
    return _encoded(Image.fromarray(crop))


def long_axis_images(planes: Crop, pitch: float) -> tuple[Image.Image, ...]:
    """Planes ``(2, slices, SIDE)`` on square pixels, enlarged, from the middle of the first slice to that of the last; linear.

    Parameters
    ----------
    planes
        Grey values.
    pitch
        Distance of the slices in pixels.
    """
    _, slices, side = planes.shape
    size = side * ENLARGEMENT, round((slices - 1) * pitch * ENLARGEMENT)
    middles = (0.0, 0.5, side, slices - 0.5)
    return tuple(
        Image.fromarray(plane).resize(size, Image.Resampling.BILINEAR, box=middles) for plane in planes
    )


def long_axis_png(planes: Crop, pitch: float) -> str:
    """Both planes side by side as base64 PNG."""
    first, second = (np.asarray(image) for image in long_axis_images(planes, pitch))
    gutter = np.zeros((len(first), 2 * ENLARGEMENT), np.uint8)
    return _base64(Image.fromarray(np.concatenate([first, gutter, second], axis=1)))


def heat_png(values: NDArray[np.float64]) -> str:
    """Differences 0 to ``DIFFERENCE_RANGE`` from black over red to white, enlarged, as base64 PNG."""
    place = np.clip(values / DIFFERENCE_RANGE, 0.0, 1.0)
    stops = np.linspace(0.0, 1.0, len(_HEAT))
    colours = np.stack([np.interp(place, stops, channel) for channel in _HEAT.T], axis=-1)
    return _encoded(Image.fromarray(np.rint(colours).astype(np.uint8)))


def _encoded(image: Image.Image) -> str:
    return _base64(
        image.resize((image.width * ENLARGEMENT, image.height * ENLARGEMENT), Image.Resampling.BICUBIC)
    )


def _base64(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")

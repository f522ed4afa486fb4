"""Pictures of slices beside what linear interpolation makes, as PNG for a page."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from calid_core.arrays import FloatArray
from calid_core.checks.hidden_slices import interpolated
from calid_core.checks.results import CheckReport, SliceRank
from calid_core.cine import CineStack
from calid_core.evaluation.heart_box import estimated_box
from calid_core.interpolation import interpolate
from calid_core.preprocessing import percentile_scale, window_about
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method

SIDE = 240
"""Pixels of a picture."""
MARGIN = 10
"""Pixels shown about the heart region."""


@dataclass(frozen=True)
class Picture:
    """A caption and a PNG, base64."""

    caption: str
    png: str


def pictures_of(
    rank: SliceRank, report: CheckReport, stack: CineStack, reconstruction: Reconstruction | None
) -> list[Picture]:
    """The slice and what to hold against it, one window for all.

    An acquired slice is shown beside the slice made again without it and linear interpolation; a made one beside linear
    interpolation and the nearest acquired slices.
    """
    box = estimated_box(stack)
    window = window_about(
        (*box.rows, *box.columns), MARGIN, (stack.geometry.shape[1], stack.geometry.shape[2])
    )
    scale = percentile_scale(stack.intensity)
    named = (
        _about_acquired(rank, report, stack) if rank.acquired else _about_made(rank, stack, reconstruction)
    )
    return [
        Picture(caption, png(scale.apply(window.crop(image)), stack.geometry.spacing[1:]))
        for caption, image in named
    ]


def png(image: FloatArray, spacing: tuple[float, float]) -> str:
    """Base64 PNG of an image of 0 (black) to 1 (white), in its true proportions."""
    values = (np.clip(np.nan_to_num(image), 0.0, 1.0) * 255).round().astype(np.uint8)
    height, width = (n * s for n, s in zip(image.shape, spacing, strict=True))
    factor = SIDE / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    stream = io.BytesIO()
    Image.fromarray(values).resize(size, Image.Resampling.BICUBIC).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _about_acquired(rank: SliceRank, report: CheckReport, stack: CineStack) -> list[tuple[str, FloatArray]]:
    k, phase = rank.slice_index, min(rank.phase or 0, stack.phases - 1)
    planes = stack.intensity[phase].astype(np.float32)
    shown = [(f"A{j + 1}, neighbour", planes[j]) for j in (k - 1,) if j >= 0]
    shown.append((f"A{k + 1}, acquired", planes[k]))
    shown += [(f"A{j + 1}, neighbour", planes[j]) for j in (k + 1,) if j < stack.slices]
    if 0 < k < stack.slices - 1:
        shown.append((f"A{k + 1} from the others, linear", interpolated(stack, Method.LINEAR)(phase)[k - 1]))
        found = report.leave_one_out
        if found is not None and found.made is not None and phase in found.phases:
            made = found.made[found.slices.index(k), found.phases.index(phase)]
            shown.append(
                (f"A{k + 1} from the others, {_method(report)} (heart region)", made.astype(np.float32))
            )
    return [(f"{caption}, phase {phase + 1}", image) for caption, image in shown]


def _about_made(
    rank: SliceRank, stack: CineStack, made: Reconstruction | None
) -> list[tuple[str, FloatArray]]:
    if made is None:
        return []
    k, phase = rank.slice_index, min(rank.phase or 0, len(made.intensity) - 1)
    sources = sorted(made.provenance[k].sources[:2], key=lambda s: s.index)
    acquired = made.acquired
    volume = acquired.intensity[phase]
    place = made.geometry.slice_offsets[[k]]
    linear = interpolate(volume, acquired.geometry.slice_offsets, place, Method.LINEAR)[0]
    name = f"{made.provenance[k].origin.value}{k + 1}, {made.settings.method.value}"
    shown = [
        (f"A{s.index + 1}, acquired, {s.distance:.1f} mm away", volume[s.index].astype(np.float32))
        for s in sources
    ]
    shown.insert(1, (name, made.intensity[phase, k].astype(np.float32)))
    shown.append((f"same place, {Method.LINEAR.value}", linear))
    time = f"{made.phase_times[phase]:.0f} ms"
    return [(f"{caption}, {time}", image) for caption, image in shown]


def _method(report: CheckReport) -> str:
    if report.leave_one_out is None:
        return ""
    method = report.leave_one_out.method
    return f"{method.value} {report.leave_one_out.mode.value}" if method is Method.CALID else method.value

"""A beating comparison for docs/results.md: acquired neighbours, the hidden truth, and what was made in its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from calid_core.arrays import FloatArray
from calid_core.datasets.cases import Case
from calid_core.evaluation.holdout import HoldOut, hold_out
from calid_core.evaluation.methods import MethodOptions, build_methods
from calid_core.evaluation.specimens import crop_about
from calid_core.geometry import Geometry

METHODS = {"linear": "linear", "calid": "CaLID realism", "calid-fidelity": "CaLID fidelity"}
ENLARGEMENT = 1.5
REACH = 3
"""Slices of the full stack on each side of the shown one: two kept ones, as many as the model looks at."""
GAP, HEADING, FONT = 6, 24, 14
LARGEST = 3 * 2**20
"""Bytes of the file."""
SLOWEST = 0.6
"""The heart is shown at this share of its rate, so that motion can be compared."""
GREY_STEP = 4
"""Grey levels are rounded to this step, which halves the file."""


def moving_section(case: Case, picture: Path, page: Path, options: MethodOptions) -> str:
    """Write the animation ``picture`` of a cine and return the paragraph of ``page`` that shows it.

    The middle slice is shown, hidden; linear and both modes of CaLID are given the kept slices about it.
    """
    held = hold_out(about_the_middle(case))
    columns = _columns(held, options)
    frames = [_frame(columns, phase) for phase in range(case.stack.phases)]
    duration = case.stack.cycle / case.stack.phases / SLOWEST
    picture.parent.mkdir(parents=True, exist_ok=True)
    frames[0].save(
        picture, save_all=True, append_images=frames[1:], duration=round(duration), loop=0, optimize=True
    )
    if picture.stat().st_size > LARGEST:
        raise ValueError(f"{picture} has {picture.stat().st_size} bytes, at most {LARGEST} are wanted")
    shown = picture.relative_to(page.parent).as_posix()
    pitch = case.spacing[0]
    legend = (
        f"The middle hidden slice over the heart cycle, {SLOWEST:g} of its rate. Given to the methods: slices {2 * pitch:.3g} mm "
        f"apart, such as the two outer ones, {pitch:.3g} mm on either side."
    )
    return f"{legend}\n\n![{case.name} beating: acquired neighbours, truth, linear, CaLID]({shown})"


def about_the_middle(case: Case) -> Case:
    """The middle slices of a case, so many that the middle one is hidden and has ``REACH`` on either side."""
    middle = case.stack.slices // 2
    chosen = slice(max(middle - REACH, 0), middle + REACH + 1)
    geometry = case.stack.geometry
    affine = geometry.affine.copy()
    affine[:3, 3] = geometry.slice_position(chosen.start)
    intensity = case.stack.intensity[:, chosen]
    stack = replace(
        case.stack,
        intensity=intensity,
        geometry=Geometry(affine, intensity.shape[1:], known=geometry.known),
        slice_frames=(),
        slice_states=case.stack.slice_states[chosen],
    )
    labels = None if case.labels is None else case.labels[:, chosen]
    return replace(case, stack=stack, labels=labels)


def _columns(held: HoldOut, options: MethodOptions) -> dict[str, FloatArray]:
    """Title and ``(phases, side, side)`` uint8 of every column."""
    middle = held.truth.shape[1] // 2
    images = {
        "acquired below": held.kept.intensity[:, middle],
        "truth, hidden": held.truth[:, middle],
    }
    for method in build_methods(tuple(METHODS), options):
        images[METHODS[method.name]] = method.predict(held.kept).intensity[:, middle]
    images["acquired above"] = held.kept.intensity[:, middle + 1]
    return {
        title: np.stack([crop_about(np.clip(frame, 0.0, 1.0), held.case.box) for frame in cine])
        for title, cine in images.items()
    }


def _frame(columns: dict[str, FloatArray], phase: int) -> Image.Image:
    cells = {
        title: Image.fromarray(cine[phase]).resize(
            (round(cine.shape[2] * ENLARGEMENT), round(cine.shape[1] * ENLARGEMENT)), Image.Resampling.BICUBIC
        )
        for title, cine in columns.items()
    }
    width, height = next(iter(cells.values())).size
    canvas = Image.new("L", (len(cells) * (width + GAP) - GAP, HEADING + height))
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(FONT)
    for index, (title, cell) in enumerate(cells.items()):
        left = index * (width + GAP)
        canvas.paste(cell, (left, HEADING))
        draw.text((left + 3, 3), title, fill=235, font=font)
    return Image.fromarray(np.asarray(canvas) // GREY_STEP * GREY_STEP)

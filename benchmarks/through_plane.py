"""The section of docs/results.md on continuity through plane: a figure and its numbers, from a stack that may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.dense_volumes import TRUTH, DenseVolume, dense_volumes
from calid_core.datasets.cases import Case, Moment
from calid_core.evaluation.holdout import hold_out
from calid_core.evaluation.panels import long_axis_images
from calid_core.evaluation.tables import ABSENT, Table, markdown
from calid_core.settings import Device

SPACING = 1.25
GAP, HEADING = 6, 26
FONT = 15


def through_plane_section(case: Case, picture: Path, page: Path, device: Device) -> str:
    """Fill the stack, write ``picture``, and return the section of ``page`` that shows it."""
    moments = named_phases(case)
    volumes = dense_volumes(hold_out(case), tuple(moments), spacing=SPACING, device=device)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure(volumes, case.spacing[0], moments).save(picture, optimize=True)
    shown = picture.relative_to(page.parent).as_posix()
    legend = (
        "Two long-axis planes at each phase, drawn linearly between slices. The acquired column has every slice, the others were "
        "given every second one."
    )
    return f"{legend}\n\n![Long-axis planes of {case.name}]({shown})\n\n{markdown(continuity_table(volumes, case.spacing[0]))}"


def named_phases(case: Case) -> dict[int, str]:
    """End-diastole and end-systole where they are known, else the first phase."""
    found = {phase: moment.value for phase, moment in enumerate(case.moments) if isinstance(moment, Moment)}
    return dict(sorted(found.items(), key=lambda item: item[1])) or {0: ""}


def figure(volumes: Sequence[DenseVolume], pitch: float, moments: dict[int, str]) -> Image.Image:
    """Both long-axis planes: one column per way, one row per phase."""
    names = list(dict.fromkeys(volume.name for volume in volumes))
    cells = {(v.phase, v.name): _stacked(v) for v in volumes}
    width = max(cell.width for cell in cells.values())
    height = max(cell.height for cell in cells.values())
    canvas = Image.new("L", (len(names) * (width + GAP) - GAP, HEADING + len(moments) * (height + GAP) - GAP))
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(FONT)
    for column, name in enumerate(names):
        way = f"{name}, {pitch:.3g} mm" if name == TRUTH else f"{name}, {2 * pitch:.3g} to {SPACING:g} mm"
        draw.text((column * (width + GAP) + 4, 4), way, fill=235, font=font)
        for row, phase in enumerate(moments):
            place = column * (width + GAP), HEADING + row * (height + GAP)
            canvas.paste(cells[phase, name], place)
            if column == 0:
                draw.text((place[0] + 4, place[1] + 2), moments[phase], fill=235, font=font)
    return canvas


def _stacked(volume: DenseVolume) -> Image.Image:
    first, second = (np.asarray(image) for image in long_axis_images(volume.planes, volume.pitch))
    return Image.fromarray(np.concatenate([first, np.zeros((GAP // 2, first.shape[1]), np.uint8), second]))


def continuity_table(volumes: Sequence[DenseVolume], pitch: float) -> Table:
    """Numbers beside the figure, means over its phases."""
    rows = []
    for name in dict.fromkeys(volume.name for volume in volumes):
        ours = [volume for volume in volumes if volume.name == name]
        uneven = float(np.mean([v.unevenness for v in ours]))
        rows.append(
            (
                name,
                f"{np.mean([v.change for v in ours]):.2f}",
                ABSENT if name == TRUTH else f"{uneven:.2f}",
            )
        )
    note = (
        f"Heart region of the volumes above, every second slice hidden. Change over {pitch:.3g} mm: mean absolute difference of "
        f"slices {pitch:.3g} mm apart over that of the acquired ones. Steps within a gap: largest over mean difference of "
        f"neighbours {SPACING:g} mm apart, pixel by pixel; 1 where a gap is crossed evenly, {2 * pitch / SPACING:.3g} where it is one jump."
    )
    columns = ("method", f"change over {pitch:.3g} mm", "steps within a gap")
    return Table("Continuity", note, columns, tuple(rows))

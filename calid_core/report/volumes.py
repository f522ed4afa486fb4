"""Left-ventricular volume over the heart cycle in a report: figures and curve."""

import io
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from calid_core.checks.report import CheckReport
from calid_core.checks.results import SeedSpread, Volumes
from calid_core.marks import ORIGIN_ON_WHITE, font
from calid_core.metrics.clinical import VolumeCurve
from calid_core.provenance import SliceOrigin
from calid_core.report.content import FactTable, Picture
from calid_core.report.subject import Subject

NOTE = (
    "By automatic contours that no person has drawn, seen or corrected; summation of discs, the end slices count half a "
    "spacing of the acquired stack outwards. Of the acquired slices and with the made ones EDV and ESV are the largest and "
    "smallest volume of a curve that is steadied over time."
)
SEEDS_NOTE = (
    " The row over seeds is defined otherwise: EDV is the volume at the first phase and ESV that at the phase of end-systole "
    "found in the images, each phase contoured alone, without steadying over time. Its range need not hold the figures above, "
    "and the difference between them is no error of the reconstruction."
)
"""Added where there is such a row."""
TWO_PHASES_NEEDED = "two phases needed"
"""In place of an ESV or EF of a single phase."""
WIDTH, HEIGHT = 1320, 380
LEFT, RIGHT, TOP, BOTTOM = 90, 30, 46, 54
TEXT = 22
INK, MUTED = (26, 34, 44), (76, 88, 102)


def volume_table(report: CheckReport, subject: Subject) -> FactTable | None:
    """EDV, ESV and EF of the acquired slices, of the reconstruction and over seeds; None where it was not asked.

    A single phase has no curve.
    """
    volumes = report.volumes
    if volumes is None:
        return None
    made = made_origin(subject)
    rows = [
        ("acquired slices alone", *_figures(volumes.acquired)),
        (f"with {made.word} slices", *_figures(volumes.made)),
    ]
    if report.spread is not None:
        missing = "none" if volumes.made.beats else TWO_PHASES_NEEDED
        name = f"over {len(report.spread.seeds)} seeds, first phase and end-systole alone"
        rows.append((name, *_ranges(report.spread, missing)))
    note = NOTE if report.spread is None else NOTE + SEEDS_NOTE
    return FactTable(
        "Volume of the left ventricle",
        note,
        ("From", "EDV ml", "ESV ml", "EF %"),
        tuple(rows),
        (40, 20, 20, 20),
        (Picture(chart(volumes, made), "Volume over the heart cycle", ""),) if volumes.made.beats else (),
    )


def made_origin(subject: Subject) -> SliceOrigin:
    """How the slices that were not acquired came about."""
    return max((p.origin for p in subject.provenance), key=list(SliceOrigin).index)


def _figures(curve: VolumeCurve) -> tuple[str, str, str]:
    if not curve.found:
        return "none", "none", "none: not found at every phase"
    if not curve.beats:
        return f"{curve.edv:.0f}", TWO_PHASES_NEEDED, TWO_PHASES_NEEDED
    return f"{curve.edv:.0f}", f"{curve.esv:.0f}", f"{curve.ef:.0f}"


def _ranges(spread: SeedSpread, missing: str) -> tuple[str, str, str]:
    edv, esv, ef = (
        f"{np.nanmin(v):.0f} to {np.nanmax(v):.0f}" if np.isfinite(v).any() else missing
        for v in (spread.edv, spread.esv, spread.ef)
    )
    return edv, esv, ef


def chart(volumes: Volumes, made: SliceOrigin) -> bytes:
    """PNG of both curves over time: acquired solid with squares, the other dashed with circles."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    highest = max(volumes.acquired.edv, volumes.made.edv, 1.0) * 1.08
    first, last = float(volumes.acquired.times[0]), float(volumes.acquired.times[-1])

    def place(time: float, volume: float) -> tuple[float, float]:
        share = (time - first) / max(last - first, 1e-9)
        return LEFT + share * (WIDTH - LEFT - RIGHT), TOP + (1 - volume / highest) * (HEIGHT - TOP - BOTTOM)

    _axes(draw, place(first, 0.0), place(last, highest), (first, last), highest)
    left = LEFT
    for curve, origin, name in (
        (volumes.acquired, SliceOrigin.ACQUIRED, "acquired slices alone"),
        (volumes.made, made, f"with {made.word} slices"),
    ):
        for phases in curve.stretches:
            points = [place(float(curve.times[p]), float(curve.volumes[p])) for p in phases]
            _line(draw, points, ORIGIN_ON_WHITE[origin], dashed=origin is not SliceOrigin.ACQUIRED)
        left = _legend(draw, left, name, origin)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _axes(
    draw: ImageDraw.ImageDraw,
    origin: tuple[float, float],
    corner: tuple[float, float],
    times: tuple[float, float],
    highest: float,
) -> None:
    step = next(s for s in (10, 20, 50, 100, 200, 1000) if highest / s <= 6 or s == 1000)
    for value in range(0, int(highest) + 1, step):
        y = origin[1] + (corner[1] - origin[1]) * value / highest
        draw.line((origin[0], y, corner[0], y), fill=(225, 230, 236))
        draw.text((LEFT - 12, y), f"{value} ml", font=font(TEXT - 4), fill=MUTED, anchor="rm")
    draw.line((origin[0], origin[1], corner[0], origin[1]), fill=MUTED, width=2)
    for share in np.linspace(0.0, 1.0, 5):
        x = origin[0] + share * (corner[0] - origin[0])
        text = f"{times[0] + share * (times[1] - times[0]):.0f} ms"
        draw.text(
            (x, origin[1] + 10), text, font=font(TEXT - 4), fill=MUTED, anchor="ma" if share < 1 else "ra"
        )


def _line(
    draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], ink: tuple[int, int, int], *, dashed: bool
) -> None:
    for (x0, y0), (x1, y1) in pairwise(points):
        pieces = 4 if dashed else 1
        for piece in range(pieces):
            a, b = piece / pieces, (piece + (0.55 if dashed else 1.0)) / pieces
            ends = (x0 + a * (x1 - x0), y0 + a * (y1 - y0), x0 + b * (x1 - x0), y0 + b * (y1 - y0))
            draw.line(ends, fill=ink, width=3)
    for x, y in points:
        _mark(draw, x, y, ink, round_=dashed)


def _mark(draw: ImageDraw.ImageDraw, x: float, y: float, ink: tuple[int, int, int], *, round_: bool) -> None:
    box = (x - 5, y - 5, x + 5, y + 5)
    if round_:
        draw.ellipse(box, fill=(255, 255, 255), outline=ink, width=2)
    else:
        draw.rectangle(box, fill=ink)


def _legend(draw: ImageDraw.ImageDraw, left: float, name: str, origin: SliceOrigin) -> int:
    ink, dashed = ORIGIN_ON_WHITE[origin], origin is not SliceOrigin.ACQUIRED
    _line(draw, [(left + 8, 20), (left + 60, 20)], ink, dashed=dashed)
    draw.text((left + 78, 20), name, font=font(TEXT), fill=INK, anchor="lm")
    return round(left + 78 + draw.textlength(name, font=font(TEXT)) + 40)

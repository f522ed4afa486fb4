"""Pictures of a report: a slice beside the acquired ones around it and what linear interpolation gives there."""

import io

import numpy as np
from PIL import Image, ImageDraw

from app.export.marks import draw_badge
from app.rendering.slice_origin import badge_text, slice_name
from app.rendering.windowing import GreyArray, Windowing
from app.review.report_content import ORIGINS, Picture, PictureRow, ReportInput, slices_to_show
from app.review.walk import reasons, scores
from calid_core.arrays import FloatArray, IntensityArray
from calid_core.progress import CancelToken
from calid_core.reconstruction import SliceOrigin, SliceProvenance, SourceSlice
from calid_core.settings import Method

MOST_ROWS = 6
SIDE = 360
"""Pixels of a picture; the heart region is enlarged to it, smoothly."""
BADGE_SIZE = 18


def picture_rows(asked: ReportInput, cancel: CancelToken) -> tuple[PictureRow, ...]:
    """One row for each of the slices most worth looking at."""
    from calid_core.evaluation.heart_box import estimated_box  # loads scipy

    box = estimated_box(asked.stack)
    region = (slice(*box.rows), slice(*box.columns))
    windowing = Windowing(asked.stack.intensity.dtype, *asked.window)
    rows = []
    for index in slices_to_show(asked, MOST_ROWS):
        cancel.raise_if_cancelled()
        rows.append(_row(asked, index, region, windowing))
    return tuple(rows)


def _row(asked: ReportInput, index: int, region: tuple[slice, slice], windowing: Windowing) -> PictureRow:
    entry = asked.volume.provenance[index]
    phase = _phase(asked, index)
    before, after = _neighbours(asked, index)
    spacing = asked.stack.geometry.spacing[1:]

    def picture(image: IntensityArray, provenance: SliceProvenance, number: int, detail: str) -> Picture:
        badge = badge_text(provenance, number)
        return Picture(
            _png(windowing.apply(np.ascontiguousarray(image[region])), spacing, badge, provenance),
            badge,
            detail,
        )

    pictures = []
    if before is not None:
        pictures.append(_acquired(asked, before, index, phase, picture))
    pictures.append(picture(asked.volume.intensity[phase, index], entry, index, _verdict(asked, index)))
    linear = _linear(asked, index, before, after, phase)
    is_linear = asked.run is not None and asked.run.settings.method is Method.LINEAR
    if linear is not None and not (is_linear and entry.origin is SliceOrigin.INTERPOLATED):
        comparator = SliceProvenance(SliceOrigin.INTERPOLATED, (SourceSlice(0, 0.0),))
        pictures.append(picture(linear, comparator, index, "linear, for comparison"))
    if after is not None:
        pictures.append(_acquired(asked, after, index, phase, picture))
    return PictureRow(_heading(asked, index, phase), _why(asked, index), tuple(pictures))


def _acquired(asked: ReportInput, source: int, index: int, phase: int, picture) -> Picture:  # type: ignore[no-untyped-def]
    entry = SliceProvenance(SliceOrigin.ACQUIRED, (SourceSlice(source, 0.0),))
    distance = abs(_offset(asked, index) - float(asked.stack.geometry.slice_offsets[source]))
    made: Picture = picture(asked.stack.intensity[phase, source], entry, source, f"{distance:.1f} mm away")
    return made


def _heading(asked: ReportInput, index: int, phase: int) -> str:
    entry = asked.volume.provenance[index]
    score = scores(asked.checks).get(index)
    name = f"{ORIGINS[entry.origin].capitalize()} slice {slice_name(entry, index)}"
    text = f"{name} · phase {phase + 1} of {asked.stack.phases}"
    return text if score is None else f"{text} · score {score:.1f}"


def _why(asked: ReportInput, index: int) -> str:
    parts = list(reasons(asked.checks, index))
    verdict = asked.review.verdict(index)
    if verdict is not None and verdict.remark:
        parts.append(f"{verdict.reader}: {verdict.remark}")
    sentences = (part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)


def _verdict(asked: ReportInput, index: int) -> str:
    verdict = asked.review.verdict(index)
    return "not checked" if verdict is None else f"{verdict.text} by {verdict.reader}"


def _phase(asked: ReportInput, index: int) -> int:
    ranking = asked.checks.ranking if asked.checks is not None else ()
    worst = next((r.phase for r in ranking if r.output_index == index and r.phase is not None), asked.phase)
    return min(max(0, worst), asked.stack.phases - 1)


def _offset(asked: ReportInput, index: int) -> float:
    """Distance of an output slice from the first acquired one, mm."""
    return float(asked.volume.geometry.slice_offsets[index])


def _neighbours(asked: ReportInput, index: int) -> tuple[int | None, int | None]:
    """Acquired slices before and after an output slice, itself left out."""
    offsets, here = asked.stack.geometry.slice_offsets, _offset(asked, index)
    before = np.flatnonzero(offsets < here - 0.01)
    after = np.flatnonzero(offsets > here + 0.01)
    return (int(before[-1]) if len(before) else None), (int(after[0]) if len(after) else None)


def _linear(
    asked: ReportInput, index: int, before: int | None, after: int | None, phase: int
) -> IntensityArray | None:
    """What linear interpolation between the two neighbours gives; None at the ends of the stack."""
    if before is None or after is None:
        return None
    offsets, intensity = asked.stack.geometry.slice_offsets, asked.stack.intensity
    share = (_offset(asked, index) - float(offsets[before])) / float(offsets[after] - offsets[before])
    low, high = (intensity[phase, i].astype(np.float64) for i in (before, after))
    mixed: FloatArray = (1 - share) * low + share * high
    if intensity.dtype.kind in "iu":
        mixed = np.rint(mixed)
    return mixed.astype(intensity.dtype)


def _png(grey: GreyArray, spacing: tuple[float, ...], badge: str, provenance: SliceProvenance) -> bytes:
    """PNG of an image in its true proportions, with its badge."""
    height, width = grey.shape[0] * spacing[0], grey.shape[1] * spacing[1]
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    enlarged = Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC)
    square = Image.new("RGB", (SIDE, SIDE))
    square.paste(enlarged, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    draw_badge(ImageDraw.Draw(square), 4, 4, badge, provenance.origin, BADGE_SIZE)
    content = io.BytesIO()
    square.save(content, "PNG")
    return content.getvalue()

"""Pictures of a report: a slice beside the acquired ones around it and what else gives it, each with its badge."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.checks.walk import reasons, scores
from calid_core.interpolation import interpolate
from calid_core.marks import badge_text, draw_badge, slice_name
from calid_core.preprocessing import IntensityScale, window_about
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice, made_by
from calid_core.report.content import Picture, PictureRow
from calid_core.report.subject import Subject, origin_word
from calid_core.settings import Method

SIDE = 360
"""Pixels of a picture; the heart region is enlarged to it, smoothly."""
MARGIN = 10
"""Pixels shown about the heart region."""
BADGE_SIZE = 18
SAME_PLACE = 0.01
"""mm."""


def picture_rows(subject: Subject, chosen: Sequence[int], cancel: CancelToken) -> tuple[PictureRow, ...]:
    """One row for each of the chosen slices."""
    from calid_core.contouring.heart_box import estimated_box  # loads scipy

    box = estimated_box(subject.stack)
    shape = subject.stack.geometry.shape
    window = window_about((*box.rows, *box.columns), MARGIN, (shape[1], shape[2]))
    scale = IntensityScale(*subject.limits)
    rows = []
    for index in chosen:
        cancel.raise_if_cancelled()
        shown = [
            badged(
                scale.apply(window.crop(image)),
                subject.geometry.spacing[1:],
                badge_text(entry, number, subject.phase_of(index)),
                entry.origin_at(subject.phase_of(index)),
                detail,
            )
            for image, entry, number, detail in _beside(subject, index)
        ]
        rows.append(PictureRow(_heading(subject, index), _why(subject, index), tuple(shown)))
    return tuple(rows)


def badged(
    image: FloatArray, spacing: tuple[float, ...], badge: str, origin: SliceOrigin, detail: str
) -> Picture:
    """A picture of an image of 0 (black) to 1 (white), in its true proportions, with its badge."""
    grey = (np.clip(np.nan_to_num(image), 0.0, 1.0) * 255).round().astype(np.uint8)
    height, width = grey.shape[0] * spacing[0], grey.shape[1] * spacing[1]
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    enlarged = Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC)
    square = Image.new("RGB", (SIDE, SIDE))
    square.paste(enlarged, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    draw_badge(ImageDraw.Draw(square), 4, 4, badge, origin, BADGE_SIZE)
    content = io.BytesIO()
    square.save(content, "PNG")
    return Picture(content.getvalue(), badge, detail)


Shown = tuple[IntensityArray, SliceProvenance, int, str]
"""Image, where it comes from, its number and a detail."""


def _beside(subject: Subject, index: int) -> list[Shown]:
    """The slice and what to hold against it, in the order of the stack."""
    entry, phase = subject.provenance[index], subject.phase_of(index)
    volume, source = subject.intensity[phase], subject.source.intensity[phase]
    offsets, here = subject.stack.geometry.slice_offsets, _offset(subject, index)
    before = np.flatnonzero(offsets < here - SAME_PLACE)
    after = np.flatnonzero(offsets > here + SAME_PLACE)
    shown = [_acquired(subject, source, int(k), here) for k in before[-1:]]
    shown.append((volume[index], entry, index, _verdict(subject, index)))
    shown += _comparators(subject, index, phase) if len(before) and len(after) else []
    return [*shown, *(_acquired(subject, source, int(k), here) for k in after[:1])]


def _acquired(subject: Subject, source: IntensityArray, k: int, here: float) -> Shown:
    entry = subject.source.provenance[k]
    distance = abs(here - float(subject.stack.geometry.slice_offsets[k]))
    return source[k], entry, k, f"{distance:.1f} mm away"


def _comparators(subject: Subject, index: int, phase: int) -> list[Shown]:
    """What linear interpolation gives there; for an acquired slice also what was made of it when it was hidden."""
    entry, here = subject.provenance[index], _offset(subject, index)
    acquired = entry.origin is SliceOrigin.ACQUIRED
    is_linear = subject.made is not None and subject.made.settings.method is Method.LINEAR
    shown: list[Shown] = []
    if not (is_linear and entry.origin is SliceOrigin.INTERPOLATED):
        offsets = subject.stack.geometry.slice_offsets
        others = np.abs(offsets - here) > SAME_PLACE
        volume = subject.source.intensity[phase].astype(np.float32)[others]
        linear = interpolate(volume, offsets[others], np.array([here]), Method.LINEAR)[0]
        by_linear = SliceProvenance(SliceOrigin.INTERPOLATED, (SourceSlice(0, 0.0),))
        detail = "linear, from the others" if acquired else "linear, for comparison"
        shown.append((linear, by_linear, index, detail))
    return shown + (_held_out(subject, index, phase) if acquired else [])


def _held_out(subject: Subject, index: int, phase: int) -> list[Shown]:
    """What leave-one-out made of an acquired slice, where it is linear's no more."""
    test = subject.checks.leave_one_out if subject.checks is not None else None
    if test is None or test.made is None or test.method is Method.LINEAR:
        return []
    k = subject.provenance[index].sources[0].index
    time = subject.source.phase_times[phase]
    moment = int(np.abs(subject.stack.phase_times - time).argmin())
    if k not in test.slices or moment not in test.phases:
        return []
    image = test.made[test.slices.index(k), test.phases.index(moment)]
    made = SliceProvenance(made_by(test.method), (SourceSlice(0, 0.0),))
    return [(image.astype(np.float32), made, index, f"{test.method.value}, from the others")]


def _heading(subject: Subject, index: int) -> str:
    entry, phase = subject.provenance[index], subject.phase_of(index)
    score = scores(subject.checks).get(index)
    name = f"{origin_word(entry).capitalize()} slice {slice_name(entry, index)}"
    time = float(subject.source.phase_times[phase])
    moment = int(np.abs(subject.stack.phase_times - time).argmin())
    text = f"{name} · phase {moment + 1} of {subject.stack.phases}"
    if subject.judged_as_shown(index):
        text += ", as shown when the report was made"
    return text if score is None else f"{text} · score {score:.1f}"


def _why(subject: Subject, index: int) -> str:
    parts = list(reasons(subject.checks, index))
    verdict = subject.verdicts.get(index)
    if verdict is not None and verdict.remark:
        parts.append(f"{verdict.reader}: {verdict.remark}")
    sentences = (part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)


def _verdict(subject: Subject, index: int) -> str:
    verdict = subject.verdicts.get(index)
    if verdict is not None:
        return f"{verdict.text} by {verdict.reader}"
    return ""


def _offset(subject: Subject, index: int) -> float:
    """Distance of a slice from the first acquired one, mm."""
    return float(subject.geometry.slice_offsets[index])

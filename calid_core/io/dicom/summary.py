"""What stacks a set of DICOM frames makes up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np

from calid_core.cine import View
from calid_core.errors import CalidError
from calid_core.io.dicom.grouping import FrameStack, group_stacks, study_numbers
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.pixel_format import UNCOMPRESSED
from calid_core.io.dicom.pixels import stored_dtype
from calid_core.io.dicom.placement import arrange
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.io.summary import Problem, SeriesSummary
from calid_core.io.views import Plane, tell_views, view_in_words
from calid_core.provenance import made_sentence, rejected_sentence
from calid_core.words import count_of

VIEW_ORDER = (View.SHORT_AXIS, View.LONG_AXIS, View.OTHER)


def summarise(
    frames: Sequence[FrameHeader], matching: PhaseMatching = PhaseMatching.RR_FRACTION
) -> tuple[list[SeriesSummary], list[Problem]]:
    """Every stack among the frames, short-axis stacks and larger ones first, and frames that make up none."""
    stacks = group_stacks(frames)
    numbers = study_numbers(frames)
    references = _reference_numbers(stacks)
    by_study: dict[int, list[FrameStack]] = {}
    for stack in stacks:
        study = numbers[stack.first.study]
        by_study.setdefault(study, []).append(stack)
    found: list[tuple[SeriesSummary, int]] = []
    problems = []
    for study, members in by_study.items():
        planes = [Plane(_words(s), s.normal, len(s.slices), s.phases, s.first.directed) for s in members]
        for stack, (view, reason) in zip(members, tell_views(planes), strict=True):
            number = references.get(stack.first.frame_of_reference, 0)
            try:
                summary = _summary(stack, view, reason, study, number, matching)
                found.append((summary, stack.first.series_number))
            except CalidError as error:
                count = sum(len(frames) for frames in stack.slices)
                problems.append(
                    Problem(f"{count_of(count, 'DICOM frame')} without a usable place: {error}", count)
                )
    return _told_apart(found), problems


def _told_apart(found: list[tuple[SeriesSummary, int]]) -> list[SeriesSummary]:
    """Series, given with their numbers, in order; those of one study that are called alike tell their number, or are counted where
    that is the same, too.
    """
    found.sort(
        key=lambda f: (f[0].study, VIEW_ORDER.index(f[0].view), -f[0].slices * f[0].phases, f[0].label, f[1])
    )
    alike: dict[tuple[int, str], list[int]] = {}
    for summary, number in found:
        alike.setdefault((summary.study, summary.label), []).append(number)
    counted: Counter[tuple[int, str]] = Counter()
    labelled = []
    for summary, number in found:
        key = summary.study, summary.label
        counted[key] += 1
        shown = number if len(set(alike[key])) == len(alike[key]) else counted[key]
        several = len(alike[key]) > 1
        labelled.append(replace(summary, label=f"{summary.label} ({shown})") if several else summary)
    return labelled


def _summary(
    stack: FrameStack, view: View, reason: str, study: int, frame_of_reference: int, matching: PhaseMatching
) -> SeriesSummary:
    arranged = arrange(stack, view, matching)
    first, plan, geometry = stack.first, arranged.plan, arranged.geometry
    states = plan.slice_states
    thicknesses = [f.thickness for frames in plan.frames for f in frames if f.thickness is not None]
    inverted = ("grey scale inverted (MONOCHROME1)",) if first.pixels.inverted else ()
    return SeriesSummary(
        key="",
        label=first.label,
        format="DICOM",
        view=view,
        slices=geometry.slices,
        phases=len(plan.times),
        rows=first.pixels.rows,
        columns=first.pixels.columns,
        pitch=geometry.pitch if geometry.slices > 1 else None,
        thickness=float(np.median(thicknesses)) if thicknesses else None,
        in_plane=first.spacing,
        dtype=stored_dtype(first.pixels).name,
        phase_times=plan.times,
        rr_interval=plan.rr_interval,
        transfer_syntax=_syntax_name(first.pixels.transfer_syntax),
        study=study,
        frame_of_reference=frame_of_reference,
        place=_place(first) if frame_of_reference else "",
        regular=geometry.regular,
        known=geometry.known,
        messages=(
            reason,
            *filter(None, [made_sentence(states), rejected_sentence(states, plan.whole_judged)]),
            *stack.messages,
            *arranged.messages,
            *inverted,
        ),
        made=any(state.made for state in states),
        matching=matching,
        content=stack,
    )


def _place(frame: FrameHeader) -> str:
    return sha256("\0".join((*frame.study, frame.frame_of_reference)).encode()).hexdigest()


def _words(stack: FrameStack) -> str:
    scout = " localizer" if any("LOCALIZER" in v.upper() for v in stack.first.image_type) else ""
    named = (d for frames in stack.slices if view_in_words(d := frames[0].description) is not None)
    return next(named, stack.first.description) + scout


def _syntax_name(uid: str) -> str:
    if uid in UNCOMPRESSED:
        return UNCOMPRESSED[uid]
    from pydicom.uid import UID

    return str(UID(uid).name)


def _reference_numbers(stacks: Sequence[FrameStack]) -> dict[str, int]:
    """Number of each frame of reference that holds a whole stack, from 1 (some anonymisers give every file its own)."""
    shared = [uids.pop() for uids in map(_references, stacks) if len(uids) == 1]
    return {uid: number for number, uid in enumerate(dict.fromkeys(uid for uid in shared if uid), 1)}


def _references(stack: FrameStack) -> set[str]:
    return {frame.frame_of_reference for frames in stack.slices for frame in frames}

"""Telling short-axis stacks from long-axis views and the rest by words and by geometry."""

import re
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.cine import View

TYPICAL_AXIS = np.array([0.6, -0.55, -0.58]) / np.linalg.norm([0.6, -0.55, -0.58])
"""Usual direction of the left ventricle from base to apex in LPS: left, front, feet."""
TYPICAL_ALIGNMENT = 0.5
"""Least cosine between the normal of a short-axis stack and the usual axis where no word tells the view."""
BODY_AXIS_ALIGNMENT = 0.985
"""Cosine with a body axis above which a plane is axial, coronal or sagittal."""
PARALLEL = 0.94
"""Cosine of normals above which a single plane belongs to the direction of a stack."""
SHORT_WORDS = {"sa", "sax", "shax", "shortaxis", "short", "saxis", "kurzachse", "kurze", "petit", "corto"}
LONG_WORDS = {
    "la", "lax", "laxis", "longaxis", "long", "hla", "vla", "rvot", "lvot", "chamber", "chambers", "kammer",
    "kammerblick", "langachse", "2ch", "3ch", "4ch", "ch2", "ch3", "ch4", "2cv", "4cv", "2c", "3c", "4c", "aorta",
}  # fmt: skip
SCOUT_WORDS = {
    "loc",
    "localizer",
    "localiser",
    "localizers",
    "localisers",
    "scout",
    "scouts",
    "survey",
    "haste",
    "plan",
}


@dataclass(frozen=True)
class Plane:
    """What of a stack tells its view.

    Parameters
    ----------
    text
        Series description and the like.
    normal
        ``(3,)`` LPS.
    slices, phases
        Size.
    directed
        Whether the direction is that of the headers, not made up.
    """

    text: str
    normal: FloatArray
    slices: int
    phases: int
    directed: bool = True


def view_in_words(text: str) -> View | None:
    """View named by a description; None where it names none."""
    tokens = set(re.split(r"[^a-z0-9]+", text.lower())) - {""}
    joined = re.sub(r"[^a-z0-9]+", "", text.lower())
    if tokens & SCOUT_WORDS or "localizer" in joined or "localiser" in joined:
        return View.OTHER
    if tokens & (LONG_WORDS - {"la", "long"}) or "longaxis" in joined or "chamber" in joined:
        return View.LONG_AXIS
    if tokens & SHORT_WORDS or "shortaxis" in joined:
        return View.SHORT_AXIS
    return View.LONG_AXIS if tokens & LONG_WORDS else None


def tell_views(planes: list[Plane]) -> list[tuple[View, str]]:
    """View of each stack of one study, and how it was told.

    Parameters
    ----------
    planes
        Every stack of the study: single planes are judged by their angle to the short-axis stack.
    """
    told = [_first_look(plane) for plane in planes]
    axes = [
        p.normal
        for p, (view, _) in zip(planes, told, strict=True)
        if view is View.SHORT_AXIS and p.slices >= 3
    ]
    if not axes:
        stacks = [i for i, p in enumerate(planes) if p.slices >= 3 and view_in_words(p.text) is None]
        most = max((planes[i].phases for i in stacks), default=0)
        best = [i for i in stacks if planes[i].phases == most]
        if len(best) == 1:
            told[best[0]] = (View.SHORT_AXIS, "taken for short axis as the only stack of parallel slices")
            axes = [planes[best[0]].normal]
    return [
        verdict if verdict is not None else _single_plane(plane, axes)
        for plane, verdict in zip(planes, _without_single(planes, told), strict=True)
    ]


def axis_sign(normal: FloatArray) -> float:
    """+1 where the normal runs from base to apex in a usual heart, -1 where it runs back."""
    return 1.0 if float(normal @ TYPICAL_AXIS) >= 0 else -1.0


def _without_single(planes: list[Plane], told: list[tuple[View, str]]) -> list[tuple[View, str] | None]:
    """Verdicts, with None where a plane must be judged by its angle to the short axis."""
    return [
        None if plane.slices < 3 and view_in_words(plane.text) is None else verdict
        for plane, verdict in zip(planes, told, strict=True)
    ]


def _first_look(plane: Plane) -> tuple[View, str]:
    named = view_in_words(plane.text)
    if named is not None:
        return named, f"{named.value} by its description"
    alignment = abs(float(plane.normal @ TYPICAL_AXIS))
    if float(np.abs(plane.normal).max()) > BODY_AXIS_ALIGNMENT:
        return View.OTHER, "parallel to a plane of the body"
    if plane.slices >= 3 and alignment >= TYPICAL_ALIGNMENT:
        return View.SHORT_AXIS, "short axis by its direction"
    return (View.LONG_AXIS, "long axis by its direction") if plane.phases > 1 else (View.OTHER, "not a cine")


def _single_plane(plane: Plane, axes: list[FloatArray]) -> tuple[View, str]:
    if not plane.directed:
        return View.OTHER, "a single plane of unknown direction"
    if any(abs(float(plane.normal @ axis)) > PARALLEL for axis in axes):
        return View.SHORT_AXIS, "parallel to the short-axis stack"
    if not axes and abs(float(plane.normal @ TYPICAL_AXIS)) > PARALLEL:
        return View.SHORT_AXIS, "short axis by its direction"
    if plane.phases > 1 and axes:
        return View.LONG_AXIS, "long axis: a single plane at an angle to the short axis"
    if not axes and abs(float(plane.normal @ TYPICAL_AXIS)) >= TYPICAL_ALIGNMENT:
        return View.OTHER, "a single plane whose direction is neither that of short nor of long axes"
    if plane.phases > 1:
        return View.LONG_AXIS, "long axis by its direction"
    return View.OTHER, "a single plane without phases"

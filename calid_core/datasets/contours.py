"""Cines with contours of the left ventricle: folders with DICOM files beside text files of polygons.

A contour file ``IM-0001-NNNN-icontour-manual.txt`` holds the inner outline (``o``: the outer one) on the DICOM file
``IM-0001-NNNN``, or, where no file is called IM-0001-…, on the one whose name ends in the number NNNN, with any number of zeros before it;
one ``column row`` pair per line. Outlines that a program found (``-auto.txt``) tell where the heart
lies, not what is right: the pig's are drawn around the aorta in its six uppermost slices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from skimage.draw import polygon2mask

from calid_core.arrays import BoolArray
from calid_core.cine import CineStack, FrameReference
from calid_core.datasets.cases import BoxSource, Case, Moment
from calid_core.datasets.labels import UNLABELLED, LabelArray, label_box
from calid_core.errors import InputError
from calid_core.io import read_stack
from calid_core.metrics.clinical import chamber_volume
from calid_core.provenance import Shift
from calid_core.structures import LEFT_VENTRICLE, MYOCARDIUM

_NAME = re.compile(r"(IM-\d+)-(\d+)-([io])contour")


def contoured_case(images: Path, contours: Path, *, dataset: str, subject: str) -> Case:
    """The cine in ``images`` with the polygons in ``contours``.

    Endocardial outlines become the left ventricle, what lies between them and epicardial ones the myocardium; only
    the left ventricle is compared, since outer outlines are not drawn in every phase. Where no person drew any of them, the
    case has no labels.
    """
    stack = read_stack(images)
    files = sorted(contours.rglob("*contour*.txt"))
    by_hand = [file for file in files if not file.stem.endswith("auto")]
    labels = contour_labels(stack, by_hand or files)
    if not (labels == LEFT_VENTRICLE).any():
        raise InputError(f"none of the contour files of {subject} belongs to a file of its cine")
    box = label_box(labels, stack.geometry.spacing[1:])
    if not by_hand:
        return Case(subject, dataset, stack, box, BoxSource.AUTOMATIC)
    return Case(
        subject=subject,
        dataset=dataset,
        stack=stack,
        box=box,
        box_source=BoxSource.EXPERT,
        labels=labels,
        moments=moments(labels, stack.geometry.spacing),
        classes=(LEFT_VENTRICLE,),
    )


def contour_labels(stack: CineStack, files: Sequence[Path]) -> LabelArray:
    """``(phases, slices, rows, columns)`` labels of the polygons in ``files``, ``UNLABELLED`` where none is.

    Raises
    ------
    InputError
        A file holds no polygon, or does not tell which of several frames it belongs to.
    """
    places = _Places(stack)
    shape = stack.intensity.shape
    labels = np.full(shape, UNLABELLED, np.uint8)
    # Outer outlines first, so that the inner ones are drawn over them.
    for file in sorted(files, key=lambda f: "ocontour" not in f.name):
        match = _NAME.match(file.name)
        place = places.of(match) if match else None
        if match is None or place is None:
            continue
        frame = labels[place]
        frame[frame == UNLABELLED] = 0
        phase, slice_ = place
        filled = _filled(file, shape[2:], stack.slice_states[slice_].shift_at(phase))
        frame[filled] = LEFT_VENTRICLE if match[3] == "i" else MYOCARDIUM
    return labels


class _Places:
    """Frames, as ``(phase, slice)``, by what their files are called."""

    def __init__(self, stack: CineStack) -> None:
        places: dict[FrameReference, tuple[int, int]] = {}
        for slice_, frames in enumerate(stack.slice_frames):
            # What is interpolated in time names the frame nearest to it, which may have its own phase, too.
            resampled = stack.slice_states[slice_].resampled_phases
            for phase in sorted(range(len(frames)), key=resampled.__contains__):
                places.setdefault(frames[phase], (phase, slice_))
        self._by_name: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self._by_number: dict[int, list[tuple[int, int]]] = {}
        for frame, place in places.items():
            if name := re.fullmatch(r"(.*)-(\d+)", frame.path.stem):
                self._by_name.setdefault((name[1], int(name[2])), []).append(place)
            if digits := re.findall(r"\d+", frame.path.stem):
                self._by_number.setdefault(int(digits[-1]), []).append(place)
        self._series = {series for series, _ in self._by_name}

    def of(self, contour: re.Match[str]) -> tuple[int, int] | None:
        """The frame that a contour file belongs to; None where it is of another cine."""
        series, number = contour[1], int(contour[2])
        named = series in self._series
        found = self._by_name.get((series, number)) if named else self._by_number.get(number)
        if found and len(found) > 1:
            raise InputError(
                f"contour file {contour.string} belongs to one of {len(found)} frames whose files have the number {number}; "
                f"save every frame as a file of its own, with names that tell all of them apart ({series}-0001.dcm and so on), and call each "
                "contour file after the frame it was drawn on"
            )
        return found[0] if found else None


def moments(labels: LabelArray, spacing: tuple[float, float, float]) -> tuple[Moment | None, ...]:
    """End-diastole and end-systole: the phases of the largest and smallest drawn ventricle.

    Only phases in which at most two slices fewer were drawn than in any other are looked at: at end-systole the base has left the
    uppermost ones. With fewer than two such phases nothing is named.
    """
    drawn = (labels == LEFT_VENTRICLE).any(axis=(2, 3)).sum(axis=1)
    volumes = {
        int(phase): chamber_volume(labels[phase] == LEFT_VENTRICLE, spacing)
        for phase in np.flatnonzero(drawn >= max(1, drawn.max() - 2))
    }
    if len(volumes) < 2:
        return (None,) * len(labels)
    largest = max(volumes, key=lambda phase: volumes[phase])
    smallest = min(volumes, key=lambda phase: volumes[phase])
    named = {largest: Moment.END_DIASTOLE, smallest: Moment.END_SYSTOLE}
    return tuple(named.get(phase) for phase in range(len(labels)))


def _filled(file: Path, shape: tuple[int, ...], shift: Shift) -> BoolArray:
    """What the polygon in a file encloses on its frame, which was shifted on reading."""
    try:
        points = np.loadtxt(file, ndmin=2)
    except ValueError as error:
        raise InputError(f"contour file {file.name} cannot be read: {error}") from error
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
        raise InputError(
            f"contour file {file.name} holds no polygon: three or more lines of column and row are needed"
        )
    mask: BoolArray = polygon2mask(shape, points[:, ::-1] + shift)
    return mask

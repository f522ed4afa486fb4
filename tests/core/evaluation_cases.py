"""Small labelled stacks for the tests of the evaluation: a ball that shrinks, without patients."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from calid_core.cine import CineStack, Source
from calid_core.datasets.cases import BoxSource, Case, Moment
from calid_core.datasets.labels import label_box
from calid_core.geometry import Geometry
from calid_core.grid import Grid

SPACING = (5.0, 2.0, 2.0)


def stack_of(intensity: np.ndarray, spacing: tuple[float, float, float] = SPACING) -> CineStack:
    geometry = Geometry.from_spacing(spacing, intensity.shape[1:])
    return CineStack(intensity, geometry, np.arange(len(intensity)) * 40.0, Source("test", "phantom"))


def ball_labels(slices: int = 9, side: int = 64, phases: int = 1) -> np.ndarray:
    """A left ventricle (3) in a shell of myocardium (2) with a right ventricle (1), larger at slice 0."""
    labels = np.zeros((phases, slices, side, side), np.uint8)
    row, column = np.mgrid[0:side, 0:side] - side / 2
    for phase in range(phases):
        for slice_ in range(slices):
            radius = 14.0 - slice_ - 3.0 * np.sin(np.pi * phase / max(phases, 1))
            distance = np.hypot(row, column)
            labels[phase, slice_][np.hypot(row, column + radius + 5) < 6] = 1
            labels[phase, slice_][distance < radius + 4] = 2
            labels[phase, slice_][distance < radius] = 3
    return labels


def ball_case(
    subject: str = "one", *, phases: int = 1, seed: int = 0, slices: int = 9, moment: Moment | None = None
) -> Case:
    labels = ball_labels(slices=slices, phases=phases)
    noise = np.random.default_rng(seed).normal(0, 15, labels.shape)
    intensity = (np.array([80, 300, 120, 320])[labels] + noise).clip(0).astype(np.int16)
    stack = stack_of(intensity)
    moments = (moment,) * phases if moment else ()
    return Case(subject, "balls", stack, label_box(labels, SPACING[1:]), BoxSource.EXPERT, labels, moments)


def write_nifti(path: Path, volume: np.ndarray, spacing: tuple[float, float, float] = SPACING) -> None:
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(volume)
    image.SetSpacing(spacing[::-1])
    sitk.WriteImage(image, str(path))


class Bright:
    """Takes what is bright for the left ventricle."""

    def left_ventricle(
        self, slices: np.ndarray, *, spacing: tuple[float, float], centre: tuple[float, float]
    ) -> np.ndarray:
        return np.where(slices > 0.6, 1.0, -1.0)

    def grid(self, *, spacing: tuple[float, float], centre: tuple[float, float]) -> Grid:
        return Grid((0.0, 0.0), (1.0, 1.0), spacing)

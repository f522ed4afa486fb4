"""Acquired long-axis cines against the reconstruction resliced on their planes: the one independent truth.

Contrast differs between series, so agreement is the local normalised cross-correlation inside the overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import ndimage

from calid_core.arrays import BoolArray, FloatArray, IntArray, IntensityArray
from calid_core.checks.results import LongAxis, LongAxisImages
from calid_core.cine import CineStack
from calid_core.geometry import Geometry
from calid_core.interpolation import interpolate
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress, thinned
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method

NEIGHBOURHOOD = 5.0
"""Standard deviation of the Gaussian that correlations are taken in, mm."""
LEAST_OVERLAP = 20.0
"""cm² inside the volume below which a plane is left out."""
MOST_PLANES = 6
"""Planes of one series that are compared, evenly spread: a stack of long-axis slices has many that say the same."""
APART = 0.03
"""Share of the heart cycle up to which two phases show the same moment."""
PARALLEL = 0.8
"""A plane whose normal has this cosine or more with the slice normal is no long axis."""


def check_long_axis(
    reconstruction: Reconstruction,
    views: Sequence[CineStack],
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    cycle: float | None = None,
) -> tuple[LongAxis, ...]:
    """One result per plane of every long-axis cine that crosses the reconstructed volume.

    Parameters
    ----------
    reconstruction
        At a known position in the patient; otherwise nothing can be compared.
    views
        Cines in the same frame of reference; those that do not cross the volume are left out.
    cycle
        Length of the heart cycle in ms where the reconstruction holds only some phases of its cine.
    """
    cancel = cancel or CancelToken()
    report = thinned(on_progress)
    if not reconstruction.geometry.known:
        return ()
    linear = _linear(reconstruction)
    planes = [(view, k) for view in views if view.geometry.known for k in _chosen(view)]
    results: list[LongAxis] = []
    for number, (view, k) in enumerate(planes):
        cancel.raise_if_cancelled()
        report(Progress(Stage.CHECKING, number, len(planes), view.source.label))
        results += _compared(reconstruction, linear, view, k, cycle or reconstruction.acquired.cycle)
    report(Progress(Stage.FINISHED, 1, 1))
    return tuple(results)


def matched_phases(
    times: FloatArray, cycle: float, other_times: FloatArray, other_cycle: float
) -> tuple[IntArray, IntArray]:
    """Phases of a cine and, for each, the phase of another at the nearest share of the RR interval (which wraps).

    Left out are phases further than ``APART`` of the cycle from every one of the other cine, but the nearest.
    """
    if cycle <= 0 or other_cycle <= 0:
        return np.arange(len(times)), np.zeros(len(times), dtype=int)
    distance = np.abs((times / cycle)[:, None] % 1.0 - (other_times / other_cycle)[None] % 1.0)
    distance = np.minimum(distance, 1.0 - distance)
    nearest, apart = np.argmin(distance, axis=1), distance.min(axis=1)
    phases = np.flatnonzero(apart <= max(APART, apart.min()))
    return phases, nearest[phases]


def local_correlation(a: FloatArray, b: FloatArray, inside: BoolArray, sigma: Sequence[float]) -> float:
    """Mean over ``inside`` of the normalised cross-correlation in Gaussian neighbourhoods of ``sigma`` pixels."""
    weight = inside.astype(np.float64)
    total = np.maximum(ndimage.gaussian_filter(weight, sigma), 1e-3)

    def mean(x: FloatArray) -> FloatArray:
        smooth: FloatArray = ndimage.gaussian_filter(x * weight, sigma) / total
        return smooth

    a, b = (
        (x - x[inside].mean()) / max(float(x[inside].std()), 1e-9) for x in (a.astype(float), b.astype(float))
    )
    ma, mb = mean(a), mean(b)
    va, vb = (np.maximum(mean(x * x) - m * m, 0.0) for x, m in ((a, ma), (b, mb)))
    # Flat neighbourhoods say nothing: the small constant pulls them to 0.
    correlation = (mean(a * b) - ma * mb) / np.sqrt((va + 1e-2) * (vb + 1e-2))
    return float(correlation[inside].mean())


def _compared(
    reconstruction: Reconstruction, linear: IntensityArray, view: CineStack, k: int, cycle: float
) -> Iterator[LongAxis]:
    geometry = view.geometry
    if abs(float(geometry.normal @ reconstruction.geometry.normal)) >= PARALLEL:
        return
    rows, columns = np.mgrid[: geometry.shape[1], : geometry.shape[2]]
    index = reconstruction.geometry.to_index(
        geometry.to_patient(np.stack([np.full(rows.shape, k), rows, columns], axis=-1))
    )
    limits = np.array(reconstruction.geometry.shape) - 1
    inside: BoolArray = np.all((index >= 0) & (index <= limits), axis=-1)
    overlap = float(inside.sum()) * geometry.spacing[1] * geometry.spacing[2] / 100.0
    if overlap < LEAST_OVERLAP:
        return
    phases, matched = matched_phases(view.phase_times, view.cycle, reconstruction.phase_times, cycle)
    acquired = view.intensity[phases, k].astype(np.float32)
    points = np.moveaxis(index, -1, 0)
    pictures = np.zeros((2, *acquired.shape), np.float32)
    cache: dict[int, FloatArray] = {}
    for place, other in enumerate(matched):
        if int(other) not in cache:
            cache[int(other)] = np.stack(
                [_resliced(v[int(other)], points) for v in (reconstruction.intensity, linear)]
            )
        pictures[:, place] = cache[int(other)]
    sigma = [NEIGHBOURHOOD / s for s in geometry.spacing[1:]]
    score, plain = (
        np.array([local_correlation(a, b, inside, sigma) for a, b in zip(acquired, p, strict=True)])
        for p in pictures
    )
    yield LongAxis(
        view.source.label if view.slices == 1 else f"{view.source.label} · {k + 1}/{view.slices}",
        k,
        tuple(int(p) for p in phases),
        tuple(int(m) for m in matched),
        score,
        plain,
        overlap,
        LongAxisImages(
            acquired,
            pictures[0],
            pictures[1],
            inside.astype(np.float32),
            _plane(geometry, k),
            view.source.real,
        ),
    )


def _resliced(volume: IntensityArray, points: FloatArray) -> FloatArray:
    image: FloatArray = ndimage.map_coordinates(
        volume.astype(np.float32), points, order=1, mode="constant", cval=0.0
    )
    return image


def _chosen(view: CineStack) -> list[int]:
    return sorted({round(float(k)) for k in np.linspace(0, view.slices - 1, min(view.slices, MOST_PLANES))})


def _plane(geometry: Geometry, k: int) -> Geometry:
    affine = geometry.affine.copy()
    affine[:3, 3] = geometry.slice_position(k)
    return Geometry(affine, (1, *geometry.shape[1:]), known=geometry.known)


def _linear(reconstruction: Reconstruction) -> IntensityArray:
    """Linear interpolation of the acquired stack on the grid of the reconstruction."""
    if reconstruction.settings.method is Method.LINEAR:
        return reconstruction.intensity
    stack, targets = reconstruction.acquired, reconstruction.geometry.slice_offsets
    positions = stack.geometry.slice_offsets
    inside = np.clip(targets, positions[0], positions[-1])
    return np.stack([interpolate(v, positions, inside, Method.LINEAR) for v in stack.intensity])

"""Intensity along a line, along a line over time (M-mode), and through the slices at a place."""

from dataclasses import dataclass

import numpy as np

from app.layers import Volume
from app.measure.shapes import Measurement
from app.rendering.frames import frames_there
from calid_core.arrays import FloatArray, IntensityArray, nearest
from calid_core.provenance import SliceOrigin, SliceProvenance
from calid_core.real_values import STORED, RealScale

LEAST_WEIGHT = 1e-6
"""Weight of a pixel without data up to which a place between pixels still has a value."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Intensities at places along a line, at every phase.

    Parameters
    ----------
    places
        ``(places,)``, mm from the beginning.
    intensity
        ``(phases, places)``; NaN where a phase is not ready, and in gaps between slices.
    provenance
        One per place: that of the slice that was sampled.
    through_plane
        Whether the line runs through the slices.
    real
        Intensities, which are stored ones, as real values.
    """

    places: FloatArray
    intensity: FloatArray
    provenance: tuple[SliceProvenance, ...]
    through_plane: bool
    real: RealScale = STORED

    @property
    def of_acquired_slices(self) -> bool:
        """Whether no slice of it was made."""
        return all(entry.origin is SliceOrigin.ACQUIRED for entry in self.provenance)

    def origins_at(self, phase: int) -> tuple[SliceOrigin, ...]:
        """One per place: where what was sampled at a phase comes from."""
        return tuple(entry.origin_at(phase) for entry in self.provenance)

    def stretches_at(self, phase: int) -> tuple[tuple[int, int, SliceOrigin], ...]:
        """First and last place and origin of each run of places that are of one origin at a phase."""
        found: list[tuple[int, int, SliceOrigin]] = []
        for index, origin in enumerate(self.origins_at(phase)):
            if found and found[-1][2] is origin:
                found[-1] = (found[-1][0], index, origin)
            else:
                found.append((index, index, origin))
        return tuple(found)


def line_profile(measurement: Measurement, volume: Volume) -> Profile:
    """Along the line of a measurement, sampled at least once per pixel, linear between pixels."""
    start, end = measurement.points[:2]
    length = measurement.length
    count = max(2, int(np.ceil(length / min(measurement.plane.spacing))) + 1)
    shares = np.linspace(0.0, 1.0, count)
    points = start + shares[:, np.newaxis] * (end - start)
    pixels = measurement.plane.to_pixel(points)
    intensity = np.empty((len(volume.ready), count))
    provenance = tuple(volume.provenance[volume.nearest_slice(point)] for point in points)
    for phase in range(len(volume.ready)):
        picture = measurement.sample(volume.intensity[phase])
        there = np.broadcast_to(measurement.sample.there(frames_there(volume, phase)), picture.shape)
        whole = bilinear(there.astype(np.float64), pixels) > 1 - LEAST_WEIGHT
        intensity[phase] = np.where(whole, bilinear(picture, pixels), np.nan)
    return Profile(shares * length, intensity, provenance, through_plane=False, real=volume.real)


def acquired_beside(profile: Profile, measurement: Measurement | None, volume: Volume) -> Profile | None:
    """What was acquired along the same places: of every place, the acquired slice nearest to it.

    Parameters
    ----------
    profile
        Along the line of ``measurement``, or through the slices at one place.
    measurement
        The line; None where the profile runs through the slices.
    volume
        What the profile was taken from.

    Returns
    -------
    beside
        None where the profile itself is of acquired slices, or there are none.
    """
    acquired = np.array(volume.acquired_indices)
    if profile.of_acquired_slices or not len(acquired):
        return None
    offsets = np.asarray(volume.geometry.slice_offsets)[acquired]
    if measurement is None:
        chosen = nearest(offsets, profile.places)
        intensity = profile.intensity[:, acquired[chosen]]
    else:
        start, end = measurement.points[:2]
        shares = profile.places / max(measurement.length, 1e-9)
        points = start + shares[:, np.newaxis] * (end - start)
        along = volume.geometry.along(points)
        chosen = nearest(offsets, along)
        pixels = volume.geometry.to_index(points)[:, 1:]
        intensity = np.empty_like(profile.intensity)
        for choice in np.unique(chosen):
            here = chosen == choice
            for phase, images in enumerate(volume.intensity):
                intensity[phase, here] = bilinear(images[acquired[choice]], pixels[here])
    provenance = tuple(volume.provenance[index] for index in acquired[chosen])
    return Profile(profile.places, intensity, provenance, profile.through_plane, profile.real)


def through_plane_profile(volume: Volume, position: FloatArray) -> Profile:
    """Through all slices at the row and column of an LPS position, linear between pixels."""
    geometry = volume.geometry
    intensity = np.full((len(volume.ready), volume.slices), np.nan)
    sampled = bilinear(volume.intensity, geometry.to_index(position)[np.newaxis, 1:])[..., 0]
    ready = np.repeat(np.asarray(volume.ready)[:, np.newaxis], volume.slices, axis=1)
    ready[:, list(volume.acquired_indices)] = True
    intensity[ready] = sampled[ready]
    return Profile(
        np.array(geometry.slice_offsets), intensity, volume.provenance, through_plane=True, real=volume.real
    )


def bilinear(picture: IntensityArray, pixels: FloatArray) -> FloatArray:
    """Intensities of pictures ``(…, rows, columns)`` at continuous ``(row, column)`` places ``(places, 2)``; edges repeat.

    Returns
    -------
    intensities
        ``(…, places)``.
    """
    rows, columns = picture.shape[-2:]
    row = np.clip(pixels[:, 0], 0, rows - 1)
    column = np.clip(pixels[:, 1], 0, columns - 1)
    top, left = row.astype(int), column.astype(int)
    bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    below, beside = row - top, column - left
    upper = picture[..., top, left] * (1 - beside) + picture[..., top, right] * beside
    lower = picture[..., bottom, left] * (1 - beside) + picture[..., bottom, right] * beside
    result: FloatArray = upper * (1 - below) + lower * below
    return result

"""A measurement as a session keeps it: where it lies, on what, and nothing that follows from that.

Value, slice name and origin are worked out anew from the images, so that no file can call a made slice acquired.
"""

from dataclasses import dataclass

import numpy as np

from app.file_values import check_digest, check_index
from app.layers import Layer, Volume
from app.measure.samplers import LongAxisSampler, Sampler, SliceSampler
from app.measure.shapes import Measurement, Shape
from app.rendering.image_plane import ImagePlane, slice_plane
from app.rendering.reformat import long_axis_plane
from app.translation import tr, tr_later
from calid_core.errors import InputError
from calid_core.marks import slice_name

LARGEST_COORDINATE = 1e5
"""mm; scanners are smaller."""


@dataclass(frozen=True)
class SavedPlane:
    """A long-axis plane.

    Parameters
    ----------
    position
        LPS mm that it goes through.
    angle
        Degrees about the stack normal.
    """

    position: tuple[float, ...]
    angle: float

    def __post_init__(self) -> None:
        _check_point(self.position)
        if not abs(self.angle) < 1e6:
            raise InputError(tr("the angle of a measurement's plane is impossible"))


@dataclass(frozen=True)
class SavedMeasurement:
    """One measurement.

    Parameters
    ----------
    shape
        Name of what it is: ``DISTANCE``, ``ANGLE``, ``ELLIPSE``, ``RECTANGLE``, ``PROFILE``.
    points
        LPS mm: two ends, two opposite corners, or end, vertex and end of an angle.
    run
        Key of the run it was made on; empty for the acquired slices.
    held_out
        Whether it was made on slices that leave-one-out made again.
    slice_index
        Slice it lies on, from 0; None for a long-axis plane.
    plane
        The long-axis plane it lies on; None for a slice.
    phase
        Cardiac phase it was drawn at, from 0; the first where a file does not say.
    """

    shape: str
    points: tuple[tuple[float, ...], ...]
    run: str = ""
    held_out: bool = False
    slice_index: int | None = None
    plane: SavedPlane | None = None
    phase: int = 0

    def __post_init__(self) -> None:
        if self.shape not in Shape.__members__:
            raise InputError(tr("a measurement is {shape!r}, which is unknown").format(shape=self.shape[:40]))
        wanted = 3 if self.shape == Shape.ANGLE.name else 2
        if len(self.points) != wanted:
            raise InputError(
                tr("a measurement has {points} points, must be {wanted}").format(
                    points=len(self.points), wanted=wanted
                )
            )
        for point in self.points:
            _check_point(point)
        if (self.slice_index is None) == (self.plane is None):
            raise InputError(tr("a measurement needs either a slice or a long-axis plane"))
        if self.slice_index is not None:
            check_index(tr("slice of a measurement"), self.slice_index)
        check_index(tr("phase of a measurement"), self.phase)
        if self.run:
            check_digest(tr("a run"), self.run)
        if self.held_out and not self.run:
            raise InputError(tr("a measurement on held-out slices names no run"))


def save_measurement(measurement: Measurement, key: str) -> SavedMeasurement | None:
    """What a session keeps of a measurement; None while the run it was made on is not finished.

    Parameters
    ----------
    key
        Of that run; empty while it is not finished, and for the acquired slices.
    """
    layer, sampler = measurement.layer, measurement.sample
    if layer.run_id is not None and not key:
        return None
    plane = None
    if isinstance(sampler, LongAxisSampler):
        plane = SavedPlane(sampler.position, sampler.angle)
    return SavedMeasurement(
        shape=measurement.shape.name,
        points=tuple(tuple(float(v) for v in point) for point in measurement.points),
        run=key,
        held_out=layer.held_out,
        slice_index=sampler.index if isinstance(sampler, SliceSampler) else None,
        plane=plane,
        phase=measurement.phase,
    )


def place_measurement(saved: SavedMeasurement, layer: Layer, volume: Volume) -> Measurement | None:
    """The measurement on the volume that its layer shows; None where it lies on no picture or at no phase of it."""
    found = _place(saved, volume)
    if found is None or saved.phase >= len(volume.ready):
        return None
    plane, sampler, name = found
    made = Measurement(
        0, Shape[saved.shape], np.array(saved.points), layer, name, plane, sampler, saved.phase
    )
    return made if made.complete and made.lies_in(plane) else None


def _place(saved: SavedMeasurement, volume: Volume) -> tuple[ImagePlane, Sampler, str] | None:
    if saved.slice_index is not None:
        index = saved.slice_index
        if index >= volume.slices:
            return None
        name = slice_name(volume.provenance[index], index)
        return slice_plane(volume.geometry, index), SliceSampler(index), name
    if saved.plane is None:
        return None
    x, y, z = saved.plane.position
    cut = long_axis_plane(volume.geometry, np.array((x, y, z)), saved.plane.angle)
    return cut.plane, LongAxisSampler((x, y, z), saved.plane.angle, cut), tr_later("long axis")


def _check_point(point: tuple[float, ...]) -> None:
    if len(point) != 3 or not all(abs(value) <= LARGEST_COORDINATE for value in point):
        raise InputError(
            tr("a point of a measurement must be three numbers up to {limit:g} mm").format(
                limit=LARGEST_COORDINATE
            )
        )

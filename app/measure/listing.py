"""Measurements as a table of a report; always in English."""

from collections.abc import Sequence

from app.measure.regions import region_at
from app.measure.shapes import Measurement, Shape
from app.study import Volume
from calid_core.report.content import FactTable
from calid_core.report.subject import ORIGINS

NAMES = {
    Shape.DISTANCE: "distance",
    Shape.ANGLE: "angle",
    Shape.ELLIPSE: "ellipse",
    Shape.RECTANGLE: "rectangle",
    Shape.PROFILE: "profile line",
}


def measurement_table(measured: Sequence[tuple[Measurement, Volume]], phase: int) -> FactTable | None:
    """Every measurement with the slice it lies on and where that comes from; None where nothing was measured.

    Parameters
    ----------
    measured
        Each with the volume it was made on.
    phase
        At which regions are evaluated, and of which origins are told.
    """
    if not measured:
        return None
    return FactTable(
        "Measurements",
        f"Mean and standard deviation of regions at phase {phase + 1}. What is measured on a slice that was not acquired "
        "is measured on an invention.",
        ("Kind", "Value", "On", "Origin", "Of"),
        tuple(
            (
                NAMES[measurement.shape],
                _value(measurement, volume, phase),
                measurement.made_on,
                _origin(measurement, volume, phase),
                volume.written,
            )
            for measurement, volume in measured
        ),
        (14, 40, 12, 18, 16),
    )


def _origin(measurement: Measurement, volume: Volume, phase: int) -> str:
    origin = measurement.origin_at(volume, phase)
    return "slices of several kinds" if origin is None else ORIGINS[origin]


def _value(measurement: Measurement, volume: Volume, phase: int) -> str:
    if measurement.shape is Shape.ANGLE:
        return f"{measurement.angle:.1f}°"
    if not measurement.shape.is_region:
        return f"{measurement.length:.1f} mm"
    region = region_at(measurement, volume, phase)
    if region is None:
        return "not made at this phase"
    if region.pixels == 0:
        return f"{region.area:.1f} mm², no pixel with data inside"
    return (
        f"{region.mean:.4g} ± {region.deviation:.3g} ({region.lowest:.4g} to {region.highest:.4g}), "
        f"{region.pixels} pixels, {region.area:.1f} mm²"
    )

"""Measurements as a table of a report; always in English."""

from collections.abc import Sequence

from app.layers import Volume
from app.measure.regions import region_at
from app.measure.shapes import Measurement, Shape
from app.measure.texts import place_text
from app.translation import in_english
from calid_core.report.content import FactTable

NAMES = {
    Shape.DISTANCE: "distance",
    Shape.ANGLE: "angle",
    Shape.ELLIPSE: "ellipse",
    Shape.RECTANGLE: "rectangle",
    Shape.PROFILE: "profile line",
}


def measurement_table(measured: Sequence[tuple[Measurement, Volume]]) -> FactTable | None:
    """Every measurement with its slice, its phase and where that comes from; None where nothing was measured.

    A cine of one phase has no column of phases.

    Parameters
    ----------
    measured
        Each with the volume it was made on.
    """
    if not measured:
        return None
    of_phases = (
        "Values and origins are those of the phase that each was drawn at. " if _phased(measured) else ""
    )
    return FactTable(
        "Measurements",
        f"{of_phases}What is measured on a slice that was not acquired is measured on an invention.",
        ("Kind", "Value", "On", *(("Phase",) if of_phases else ()), "Origin", "Of"),
        tuple(
            (
                NAMES[measurement.shape],
                _value(measurement, volume),
                place_text(measurement, in_english),
                *((str(measurement.phase + 1),) if of_phases else ()),
                _origin(measurement, volume),
                volume.written,
            )
            for measurement, volume in measured
        ),
        (14, 34, 12, 8, 16, 16) if of_phases else (14, 40, 12, 18, 16),
    )


def _phased(measured: Sequence[tuple[Measurement, Volume]]) -> bool:
    return any(len(volume.ready) > 1 for _, volume in measured)


def _origin(measurement: Measurement, volume: Volume) -> str:
    origin = measurement.origin_at(volume, measurement.phase)
    return "slices of several kinds" if origin is None else origin.word


def _value(measurement: Measurement, volume: Volume) -> str:
    if measurement.shape is Shape.ANGLE:
        return f"{measurement.angle:.1f}°"
    if not measurement.shape.is_region:
        return f"{measurement.length:.1f} mm"
    region = region_at(measurement, volume, measurement.phase)
    if region is None:
        return "not made at this phase"
    if region.pixels == 0:
        return f"{region.area:.0f} mm², no pixel with data inside"
    return (
        f"{region.mean:.4g} ± {region.deviation:.3g} ({region.lowest:.4g} to {region.highest:.4g}), "
        f"{region.pixels} pixels, {region.area:.0f} mm²"
    )
